"""Is this server registered with the cloud?"""

from typing import ClassVar

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.idempotency import idempotent_in_steps
from api.lookups import server_at
from api.requests import person
from api.serializers.registration import (
    RegistrationEnd,
    RegistrationEndedSerializer,
    RegistrationReadSerializer,
    RegistrationSerializer,
)
from programs.models import Door
from servers.models import CloudRegistration, LicenseServer
from servers.registration import newest
from uploads.registering import DestinationFailed, check, remove_registration, request_code

CONFIRM = OpenApiParameter(
    "confirm", OpenApiTypes.STR, description="DELETE only: name of the server; or send it as `name` in a body."
)


class Registration(Endpoint):
    """From the code that a person enters there to the end."""

    permissions = {
        "GET": "servers.view_licenseserver",
        "POST": "servers.register_licenseserver",
        "DELETE": "servers.register_licenseserver",
    }
    query_parameters: ClassVar[frozenset[str]] = frozenset({"confirm"})
    http_method_names = [*Endpoint.http_method_names, "delete"]

    @extend_schema(operation_id="registrations_read", responses=RegistrationReadSerializer)
    def get(self, request: Request, guid: str) -> Response:
        """The newest registration; while its code waits, the destination is asked at most every 5 seconds."""
        server = server_at(guid)
        failed = None
        try:
            check(server)
        except DestinationFailed as error:
            failed = error
        context = {"error": failed, "shows_code": request.user.has_perm("servers.register_licenseserver")}
        return Response(RegistrationReadSerializer(_newest(server), context=context).data)

    @extend_schema(
        operation_id="registrations_begin",
        request=None,
        responses={201: RegistrationSerializer, 200: RegistrationSerializer},
    )
    @idempotent_in_steps
    def post(self, request: Request, guid: str) -> Response:
        """Ask for a code: 201 a new one, 200 the one that waits already."""
        server = server_at(guid)
        before = newest(server)
        code = request_code(server, by=person(request))
        status = 200 if before and before.pk == code.pk else 201
        return Response(RegistrationSerializer(code).data, status=status, headers={"Location": request.path})

    @extend_schema(operation_id="registrations_end", parameters=[CONFIRM], responses=RegistrationEndedSerializer)
    def delete(self, request: Request, guid: str) -> Response:
        """End it here at once, with all event data; the destination is told as soon as it listens."""
        server = server_at(guid)
        confirm = request.query_params.get("confirm", "")
        asked = RegistrationEnd(data=request.data, context={"server": server, "confirm": confirm})
        asked.is_valid(raise_exception=True)
        _newest(server)
        done = remove_registration(server, by=person(request), door=Door.API)
        numbers = [row.sequence for row in done.decisions]
        facts = {"registration": _newest(server), "decisions": numbers, "canceled_uploads": done.canceled}
        return Response(RegistrationEndedSerializer(facts).data)


def _newest(server: LicenseServer) -> CloudRegistration:
    found = newest(server)
    if found is None:
        raise Http404(_("This server was never registered. POST to this address asks for a code."))
    return found
