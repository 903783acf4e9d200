"""Why was I told, and why was I not told?"""

from typing import Any, ClassVar

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.channel_models import Channel
from alerts.clock import Kind
from alerts.clock_search import Found, find_clocks
from alerts.explain import explain
from alerts.explaining_clocks import alert_of, explain_clock
from alerts.explaining_days import explain_day
from alerts.models import Alert
from api.endpoint import Endpoint
from api.filters import ServerField
from api.lookups import row_at
from api.serializers.explanations import (
    ClockExplanationsSerializer,
    ToldOrNotSerializer,
)

WHOM = [
    OpenApiParameter("channel", OpenApiTypes.INT, description="Number of a channel"),
    OpenApiParameter("person", str, description="A recipient as the answers name it, such as an e-mail address"),
    OpenApiParameter("day", OpenApiTypes.DATE, description="Only this day, in UTC"),
]
CLOCK = [
    OpenApiParameter("server", str, description="GUID or name; left out for a deadline of the installation"),
    OpenApiParameter("kind", str, enum=Kind.values, required=True),
    OpenApiParameter("subject", str, description="Which of several, as `clocks` names it"),
]


class Whom(forms.Form):
    """For which channel, recipient and day?"""

    channel = forms.ModelChoiceField(
        Channel.ever.all(),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("There is no channel of this number.")},
    )
    person = forms.CharField(max_length=255, required=False)
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


class Day(Whom):
    """The day has to be named."""

    day = forms.DateField(input_formats=["%Y-%m-%d"])


class WhichClock(Whom):
    """Of which deadline?"""

    server = ServerField(required=False)
    kind = forms.ChoiceField(choices=Kind.choices)
    subject = forms.CharField(max_length=255, required=False)


class AlertExplanation(Endpoint):
    """Of one alert."""

    permissions = {"GET": "alerts.view_alert"}
    query_parameters: ClassVar[frozenset[str]] = frozenset({"channel", "person", "day"})

    @extend_schema(operation_id="alerts_explain", parameters=WHOM, responses=ToldOrNotSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Which rule looked, what it saw, which ladder counted, what people said, and what each channel did."""
        return Response(ToldOrNotSerializer(explain(row_at(Alert.objects.all(), pk), **_asked(Whom, request))).data)


class ClockExplanation(Endpoint):
    """Of a deadline, which may have no alert."""

    permissions = {"GET": "alerts.view_alert"}
    query_parameters: ClassVar[frozenset[str]] = frozenset({"server", "kind", "subject", "channel", "person", "day"})

    @extend_schema(operation_id="clocks_explain", parameters=[*CLOCK, *WHOM], responses=ClockExplanationsSerializer)
    def get(self, request: Request) -> Response:
        """The alert of the deadline explained, or why it has none. Several where `subject` is left out."""
        asked = _asked(WhichClock, request)
        server, kind, subject = asked.pop("server"), asked.pop("kind"), asked.pop("subject")
        found = [one for one in find_clocks(now=timezone.now(), server=server, kind=kind) if one[1] == server]
        wanted = [one for one in found if subject in {"", one[0].subject}]
        if not wanted:
            raise Http404(_("There is no such deadline. `clocks` lists all, with their subjects."))
        return Response(ClockExplanationsSerializer({"results": [_clock(one, asked) for one in wanted]}).data)


class DayExplanation(Endpoint):
    """Of a day, silent or not."""

    permissions = {"GET": "alerts.view_alert"}
    query_parameters: ClassVar[frozenset[str]] = frozenset({"channel", "person", "day"})

    @extend_schema(operation_id="explanation_of_day", parameters=WHOM, responses=ToldOrNotSerializer)
    def get(self, request: Request) -> Response:
        """What was to be said on a day, to whom it went, and what stopped it. `day` has to be named."""
        return Response(ToldOrNotSerializer(explain_day(**_asked(Day, request))).data)


def _asked(form_class: type[forms.Form], request: Request) -> dict[str, Any]:
    form = form_class(request.query_params)
    if not form.is_valid():
        raise ValidationError({name: [str(one) for one in found] for name, found in form.errors.items()})
    return form.cleaned_data


def _clock(found: Found, asked: dict[str, Any]) -> dict[str, Any]:
    clock, server = found
    alert, explained = alert_of(clock, server), explain_clock(clock, server, **asked)
    return {
        **ToldOrNotSerializer(explained).data,
        "server": server.guid if server else None,
        "kind": clock.kind,
        "subject": clock.subject,
        "alert": alert.pk if alert else None,
    }
