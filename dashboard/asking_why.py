"""What may a person ask about being told? Of an alert, of a deadline, or of a day on which nothing came."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alerts.channel_models import Channel
from alerts.clock import INSTALLATION, Kind
from alerts.clocks import clocks_of, installation_clocks
from alerts.explain import explain
from alerts.explaining_clocks import explain_clock
from alerts.explaining_days import explain_day
from alerts.explanation import Explanation
from alerts.models import Alert
from dashboard.forms import ServerNameField

OFFERED = 100  # alerts to ask about, the open ones first; any other by its own page


class WhyForm(forms.Form):
    """What, told along which channel or to whom, on which day."""

    alert = forms.ModelChoiceField(Alert.objects.none(), required=False, label=_("Alert"), empty_label=_("No alert"))
    kind = forms.ChoiceField(required=False, choices=[("", _("No clock")), *Kind.choices], label=_("Or a clock"))
    server = ServerNameField(label=_("Of this server"))
    channel = forms.ModelChoiceField(
        Channel.ever.all(), required=False, label=_("Channel"), empty_label=_("Any channel")
    )
    person = forms.CharField(required=False, max_length=254, label=_("E-mail address"))
    day = forms.DateField(required=False, label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, address: QueryDict | None) -> None:
        super().__init__(address)
        field = cast("forms.ModelChoiceField[Alert]", self.fields["alert"])
        newest = Alert.objects.order_by(F("closed_at").desc(nulls_first=True), "-id")
        offered = list(newest.values_list("pk", flat=True)[:OFFERED])
        asked = str(address.get("alert", "")) if address else ""
        offered += [int(asked)] if asked.isdecimal() and len(asked) < 19 else []
        field.queryset = Alert.objects.filter(pk__in=offered)

    def clean(self) -> dict[str, Any]:
        """Something has to be asked about, and a clock of a server needs its name."""
        said: dict[str, Any] = self.cleaned_data
        if not self.errors and not (said["alert"] or said["kind"] or said["day"]):
            raise forms.ValidationError(_("Choose an alert, a clock or a day."))
        kind = said.get("kind")
        if kind and not said.get("alert") and not self.errors and (said["server"] is None) != (kind in INSTALLATION):
            of_a_server = _("This clock runs on a server: name it.")
            self.add_error("server", _("This clock is of the installation.") if said["server"] else of_a_server)
        return said

    def explanations(self, *, now: datetime) -> list[Explanation]:
        """The answers: one, or one for each clock of that kind."""
        said = self.cleaned_data
        whom = {"channel": said["channel"], "person": said["person"].strip()}
        if said["alert"]:
            return [explain(said["alert"], **whom, day=said["day"])]
        if said["kind"]:
            clocks = clocks_of(said["server"], now=now) if said["server"] else installation_clocks(now=now)
            wanted = [clock for clock in clocks if clock.kind == said["kind"]]
            return [explain_clock(clock, said["server"], **whom, day=said["day"]) for clock in wanted]
        return [explain_day(said["day"], **whom)]
