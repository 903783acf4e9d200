"""Which alerts and clocks of a list? The filters of this floor; a value that makes no sense is an error, not "none"."""

from django import forms
from django.db.models import QuerySet
from django_filters import rest_framework as filters

from alerts.clock import Kind, State
from alerts.models import RULES, Alert
from alerts.severity import Severity
from api.filters import ServerField, ServerFilter, YesNo

STATES = [(state, state) for state in Alert.STATES]


class AlertList(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Filters of `alerts`."""

    state = filters.ChoiceFilter(choices=STATES, method="only_in_state", label="`open`: nobody reacted yet")
    over = YesNo(field_name="closed_at", lookup_expr="isnull", exclude=True, label="Is it over?")
    severity = filters.ChoiceFilter(choices=Severity.choices)
    rule = filters.ChoiceFilter(choices=RULES)
    server = ServerFilter(field_name="servers__server", label="GUID or name; also where it is out of it again")

    class Meta:
        model = Alert
        fields: list[str] = []

    def only_in_state(self, queryset: QuerySet[Alert], name: str, value: str) -> QuerySet[Alert]:
        """What the state says of a row, asked of the table."""
        return queryset.filter(pk__in=Alert.objects.in_state(value))


class ClockList(forms.Form):
    """Filters of `clocks`, which stand in no table."""

    server = ServerField(required=False)
    kind = forms.ChoiceField(choices=Kind.choices, required=False)
    state = forms.ChoiceField(choices=[(str(state), str(state)) for state in State], required=False)
