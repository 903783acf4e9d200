"""Which calendars and feed readers read here, and the calendar itself for who has a token."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.calendar_feed import CONTENT_TYPE
from alerts.channel_models import FeedAddress
from alerts.content import link_to
from alerts.feed_addresses import addresses_for, make_address, path_of, revoke_address
from alerts.feeds import calendar_for
from api.endpoint import Endpoint, Listing
from api.idempotency import idempotent_without
from api.lookups import row_at, server_asked
from api.requests import person
from api.serializers.feed_addresses import FeedAddressAsked, FeedAddressMadeSerializer, FeedAddressSerializer

SERVER = OpenApiParameter("server", str, description="GUID or name; all servers by default")


class FeedAddresses(Listing):
    """Secret addresses."""

    permissions = {"GET": "alerts.view_alert", "POST": "alerts.view_alert"}
    queryset = FeedAddress.objects.none()
    serializer_class = FeedAddressSerializer

    def get_queryset(self) -> QuerySet[FeedAddress]:
        """One's own; those of all for who manages channels."""
        return addresses_for(person(self.request))

    @extend_schema(operation_id="feed_addresses_list", responses=FeedAddressSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the addresses, newest first, with when each was read last and the revoked ones."""
        return self.page()

    @extend_schema(
        operation_id="feed_addresses_make", request=FeedAddressAsked, responses={201: FeedAddressMadeSerializer}
    )
    @idempotent_without("address")
    def post(self, request: Request) -> Response:
        """Make an address. It is shown in this answer and never again."""
        form = FeedAddressAsked(data=request.data)
        form.is_valid(raise_exception=True)
        row, secret = make_address(person(request), now=timezone.now(), **form.validated_data)
        path = path_of(row, secret)
        where = link_to(path) or request.build_absolute_uri(path)
        body = FeedAddressMadeSerializer(row, context={"address": where}).data
        return Response(body, status=201, headers={"Location": f"{request.path.rstrip('/')}/{row.pk}"})


class OneFeedAddress(Endpoint):
    """One of them."""

    permissions = {"GET": "alerts.view_alert", "DELETE": "alerts.view_alert"}
    http_method_names = ["get", "head", "delete"]

    @extend_schema(operation_id="feed_addresses_read", responses=FeedAddressSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Who made it, and when it was read last."""
        return Response(FeedAddressSerializer(row_at(addresses_for(person(request)), pk)).data)

    @extend_schema(operation_id="feed_addresses_revoke", responses=FeedAddressSerializer)
    def delete(self, request: Request, pk: int) -> Response:
        """Take it back: from now on it leads nowhere. The row stays."""
        rows = addresses_for(person(request))
        revoke_address(row_at(rows, pk), now=timezone.now())
        return Response(FeedAddressSerializer(row_at(rows, pk)).data)


class DeadlineCalendar(Endpoint):
    """For programs that can send a token; the others make an address."""

    permissions = {"GET": "alerts.view_alert"}
    query_parameters: ClassVar[frozenset[str]] = frozenset({"server"})

    @extend_schema(operation_id="calendar", parameters=[SERVER], responses={(200, "text/calendar"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponse:
        """Every deadline as an iCalendar file, RFC 5545."""
        text = request.query_params.get("server")
        server = server_asked(text) if text is not None else None
        site = (link_to("") or request.build_absolute_uri("/")).rstrip("/")
        return HttpResponse(calendar_for(server, now=timezone.now(), site=site), content_type=CONTENT_TYPE)
