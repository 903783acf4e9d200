"""Can an upload arrive from a worker?"""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.idempotency import idempotent_in_steps
from api.requests import person
from api.serializers.network import NetworkCheckAsked, NetworkCheckupSerializer
from uploads.asking_for_checks import ask, checks, rules_in_force


class NetworkCheckup(Endpoint):
    """A worker's look at the way to the destination."""

    permissions = {"GET": "uploads.view_upload", "POST": "uploads.start_upload"}

    @extend_schema(operation_id="network_check_read", responses=NetworkCheckupSerializer)
    def get(self, request: Request) -> Response:
        """The newest answer, how far a check under way is, and the firewall rules of the configuration in force."""
        return Response(_standing())

    @extend_schema(
        operation_id="network_check_ask", request=NetworkCheckAsked, responses={202: NetworkCheckupSerializer}
    )
    @idempotent_in_steps
    def post(self, request: Request) -> Response:
        """Ask a worker for a check; while one is under way, nothing more is asked for. Read it at this address."""
        form = NetworkCheckAsked(data=request.data)
        form.is_valid(raise_exception=True)
        ask(by=person(request), trial=form.validated_data["trial"])
        return Response(_standing(), status=202, headers={"Location": request.path})


def _standing() -> object:
    found = checks(now=timezone.now())
    facts = {"stage": found.stage, "open": found.open, "newest": found.newest, "firewall_rules": rules_in_force()}
    return NetworkCheckupSerializer(facts).data
