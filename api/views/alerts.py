"""Who must know, and by when? What is in trouble, and what people say to it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models import Alert, AlertServer
from alerts.reacting import acknowledge, snooze, still_open, take_back, wake
from api.endpoint import Endpoint, Listing
from api.filters_of_alerts import AlertList
from api.idempotency import idempotent
from api.lookups import row_at
from api.requests import person
from api.serializers.alerts import (
    AlertSerializer,
    AlertServerSerializer,
    ManyAsked,
    ManyDoneSerializer,
    OneAlertSerializer,
    SnoozeAsked,
)

ALERTS = Alert.objects.all()


class Alerts(Listing):
    """What is in trouble, and what was."""

    permissions = {"GET": "alerts.view_alert"}
    queryset = ALERTS
    serializer_class = AlertSerializer
    filterset_class = AlertList
    newest_by = ("opened_at", "id")

    @extend_schema(operation_id="alerts_list", responses=AlertSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List alerts, newest first, with those that are over."""
        return self.page()


class OneAlert(Endpoint):
    """One trouble."""

    permissions = {"GET": "alerts.view_alert"}

    @extend_schema(operation_id="alerts_read", responses=OneAlertSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What happened, what was said, who reacted, and which servers are in it."""
        return Response(OneAlertSerializer(row_at(ALERTS, pk)).data)


class AlertServers(Listing):
    """Every server in a trouble."""

    permissions = {"GET": "alerts.view_alert"}
    queryset = AlertServer.objects.none()
    serializer_class = AlertServerSerializer
    newest_by = ("since", "id")

    def get_queryset(self) -> QuerySet[AlertServer]:
        """Of this alert."""
        return row_at(ALERTS, self.kwargs["pk"]).servers.select_related("server")

    @extend_schema(operation_id="alerts_servers", responses=AlertServerSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List the servers, the newest in it first, with those that are out of it again."""
        return self.page()


class Reaction(Endpoint):
    """What a person says to one alert."""

    permissions = {"POST": "alerts.react"}

    def answer(self, request: Request, pk: int, act: Callable[..., int], **how: Any) -> Response:
        """The alert afterwards. Raises AlreadyOver, NotPossible, Http404."""
        act([still_open(row_at(ALERTS, pk))], by=person(request), now=timezone.now(), **how)
        return Response(AlertSerializer(row_at(ALERTS, pk)).data)


class AlertAcknowledge(Reaction):
    """Seen."""

    @extend_schema(operation_id="alerts_acknowledge", request=None, responses=AlertSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Say that somebody has seen it. It keeps quiet until it presses more; overdue still speaks every week."""
        return self.answer(request, pk, acknowledge)


class AlertTakeBack(Reaction):
    """Not seen after all."""

    @extend_schema(operation_id="alerts_take_back", request=None, responses=AlertSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Take an acknowledgement back."""
        return self.answer(request, pk, take_back)


class AlertSnooze(Reaction):
    """Later."""

    @extend_schema(operation_id="alerts_snooze", request=SnoozeAsked, responses=AlertSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Nothing is told until then, however much it presses."""
        form = SnoozeAsked(data=request.data)
        form.is_valid(raise_exception=True)
        until: datetime = form.validated_data["until"]
        return self.answer(request, pk, snooze, until=until, reason=form.validated_data["reason"])


class AlertWake(Reaction):
    """Now after all."""

    @extend_schema(operation_id="alerts_wake", request=None, responses=AlertSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """End a snooze before its time."""
        return self.answer(request, pk, wake)


class AlertsAcknowledge(Endpoint):
    """Many at once."""

    permissions = {"POST": "alerts.react"}

    @extend_schema(operation_id="alerts_acknowledge_many", request=ManyAsked, responses=ManyDoneSerializer)
    @idempotent
    def post(self, request: Request) -> Response:
        """Acknowledge all of these, or none where one of them is not there."""
        form = ManyAsked(data=request.data)
        form.is_valid(raise_exception=True)
        changed = acknowledge(form.validated_data["ids"], by=person(request), now=timezone.now())
        return Response(ManyDoneSerializer({"changed": changed}).data)
