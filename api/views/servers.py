"""Which machines are ours?"""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.keeping_standings import refresh
from api.endpoint import Endpoint, Listing
from api.filters_of_servers import ServerList, counts_of, is_stale_now, standings_of
from api.idempotency import idempotent
from api.lookups import server_at
from api.serializers.servers import (
    ListedServerSerializer,
    NewServer,
    ServerChange,
    ServerFacetsSerializer,
    ServerInFullSerializer,
    ServerSerializer,
)
from licenses.service_provider import set_provider_override
from servers.models import LicenseServer
from servers.registry import add_server, archive_server, change_server


class Servers(Listing):
    """All servers, and adding one."""

    permissions = {"GET": "servers.view_licenseserver", "POST": "servers.add_licenseserver"}
    queryset = LicenseServer.objects.select_related("group")
    serializer_class = ListedServerSerializer
    filterset_class = ServerList

    @extend_schema(operation_id="servers_list", responses=ListedServerSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List servers, newest first unless `ordering` says otherwise. Filters are those of the page Servers."""
        return self.page()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows, and the columns that they are ordered by. Raises ValidationError."""
        found = filtered(queryset, self.request)
        if found.order:
            self.newest_by, self.is_ascending = (found.order, "id"), True
        return found.qs  # type: ignore[no-any-return]  # django-filter has no types

    def page(self) -> Response:
        """One page of servers, each with where it stands."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        context = {"standings": standings_of(rows), "stale": is_stale_now()}
        servers = [one if isinstance(one, LicenseServer) else one.server for one in rows]
        return self.get_paginated_response(ListedServerSerializer(servers, many=True, context=context).data)

    @extend_schema(operation_id="servers_add", request=NewServer, responses={201: ServerSerializer}, filters=False)
    @idempotent
    def post(self, request: Request) -> Response:
        """Add a server. Its upload schedule starts now."""
        asked = NewServer(data=request.data)
        asked.is_valid(raise_exception=True)
        server = add_server(**asked.validated_data)
        refresh(server)
        where = f"{request.path.rstrip('/')}/{server.guid}"
        return Response(ServerSerializer(server).data, status=201, headers={"Location": where})


class ServerFacets(Endpoint, GenericAPIView[LicenseServer]):
    """What the list can be narrowed by."""

    permissions = {"GET": "servers.view_licenseserver"}
    queryset = LicenseServer.objects.all()
    filterset_class = ServerList
    pagination_class = None

    def known_parameters(self) -> frozenset[str]:
        """The filters of the list."""
        return frozenset(ServerList.base_filters)

    @extend_schema(operation_id="servers_facets", filters=True, responses=ServerFacetsSerializer)
    def get(self, request: Request) -> Response:
        """How many servers each choice of each filter would find."""
        return Response(ServerFacetsSerializer(counts_of(filtered(self.queryset, request))).data)


class Server(Endpoint):
    """One server."""

    permissions = {"GET": "servers.view_licenseserver", "PATCH": "servers.change_licenseserver"}

    @extend_schema(operation_id="servers_read", responses=ServerInFullSerializer)
    def get(self, request: Request, guid: str) -> Response:
        """What is known of the server."""
        return Response(ServerInFullSerializer(server_at(guid)).data)

    @extend_schema(operation_id="servers_change", request=ServerChange, responses=ServerInFullSerializer)
    def patch(self, request: Request, guid: str) -> Response:
        """Change what is known. A new installation date resets the upload schedule."""
        server = server_at(guid)
        asked = ServerChange(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(ServerInFullSerializer(_change(server, asked.validated_data)).data)


class ServerArchive(Endpoint):
    """Out of service."""

    permissions = {"POST": "servers.archive_licenseserver"}

    @extend_schema(operation_id="servers_archive", request=None, responses=ServerSerializer)
    @idempotent
    def post(self, request: Request, guid: str) -> Response:
        """Archive the server: nothing is due any more, everything stays readable."""
        server = server_at(guid)
        archive_server(server)
        server.refresh_from_db()
        return Response(ServerSerializer(server).data)


def filtered(servers: QuerySet[LicenseServer], request: Request) -> ServerList:
    """The filters that an address asks for. Raises ValidationError."""
    found = ServerList(request.query_params, queryset=servers, request=request)
    if not found.is_valid():
        raise ValidationError(found.errors)
    return found


@transaction.atomic
def _change(server: LicenseServer, asked: dict[str, Any]) -> LicenseServer:
    """All of it or nothing. An override renews the verdict at once, where consent and pages look."""
    facts = {name: value for name, value in asked.items() if name != "provider_override"}
    changed = change_server(server, **facts)
    if "provider_override" in asked:
        today = timezone.now().astimezone(changed.zone).date()
        set_provider_override(changed, value=asked["provider_override"], on=today)
    return changed
