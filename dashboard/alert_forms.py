"""What may a person type about alerts? Plain forms; the rules behind them are in `alerts`."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alerts.models import RULES
from dashboard.alert_groups import TITLES
from servers.models import LicenseServer

SNOOZES = {"1": timedelta(days=1), "7": timedelta(days=7)}


class AlertFilter(forms.Form):
    """Which alerts to show."""

    server = forms.CharField(required=False, max_length=255, label=_("Server"))
    rule = forms.ChoiceField(required=False, choices=[("", _("Any cause")), *RULES], label=_("Cause"))
    group = forms.ChoiceField(
        required=False,
        choices=[("", _("All groups")), *((key, _(title)) for key, title in TITLES.items())],
        label=_("Group"),
    )

    def __init__(self, address: QueryDict, *, server: LicenseServer | None) -> None:
        super().__init__(address)
        self.of = server
        if server:
            del self.fields["server"]

    def clean_server(self) -> str:
        """A name that stands for a server of ours."""
        name: str = self.cleaned_data["server"].strip()
        self.of = LicenseServer.objects.named(name).first() if name else None
        if name and self.of is None:
            raise forms.ValidationError(_("There is no server of this name."))
        return name

    @property
    def kept(self) -> str:
        """The filters in force as address parameters."""
        return urlencode({name: self.data[name] for name in self.fields if self.data.get(name)})


class SnoozeForm(forms.Form):
    """Until when, and why. One of the two buttons with a number of days, or a day."""

    days = forms.ChoiceField(required=False, choices=[(days, days) for days in SNOOZES])
    until = forms.DateField(required=False)
    reason = forms.CharField(required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        """A button with days counts, whatever stands in the field for the day."""
        said: dict[str, Any] = self.cleaned_data
        if not said.get("days") and not said.get("until") and not self.errors:
            raise forms.ValidationError(_("Choose until when."))
        return said

    def moment(self, *, now: datetime, zone: tzinfo = UTC) -> datetime:
        """The end of the snooze: so many days from now, or the first minute of the day in that zone."""
        if self.cleaned_data.get("days"):
            return now + SNOOZES[self.cleaned_data["days"]]
        return datetime.combine(self.cleaned_data["until"], time.min, tzinfo=zone).astimezone(UTC)
