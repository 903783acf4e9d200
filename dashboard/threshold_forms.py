"""What may a person type of a ladder? For whom it is, its steps, and whether anybody is told."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alerts.ladder import DEFAULT
from alerts.models import RULES, Threshold
from alerts.severity import severity_of
from alerts.thresholds import ESCALATE_AFTER_DAYS, USAGE, Ladders, Scope, ThresholdRefused, in_words, steps_from_words
from dashboard.forms import ServerNameField
from languages.numbers import percent
from languages.sentences import listed
from servers.models import ServerGroup


class ThresholdForm(forms.Form):
    """One ladder. All of the first row empty stands for the installation."""

    rule = forms.ChoiceField(required=False, choices=[("", _("Every clock")), *RULES], label=_("Cause"))
    group = forms.ModelChoiceField(
        ServerGroup.objects.all(), required=False, empty_label=_("No group"), label=_("Group")
    )
    feature = forms.CharField(required=False, max_length=128, label=_("Product code"))
    server = ServerNameField(label=_("On this server only"))
    days = forms.CharField(required=False, max_length=200, label=_("Steps, in days left"))
    percent = forms.CharField(required=False, max_length=200, label=_("Usage, in percent"))
    escalate_after_days = forms.IntegerField(required=False, label=_("Escalate after, in days"))
    is_muted = forms.BooleanField(required=False, label=_("Mute: open alerts, tell nobody"))

    def clean_days(self) -> list[int]:
        """Whole numbers."""
        return _steps(self.cleaned_data["days"])

    def clean_percent(self) -> list[int]:
        """Whole numbers."""
        return _steps(self.cleaned_data["percent"])

    @property
    def scope(self) -> Scope:
        """For what it is."""
        said = self.cleaned_data
        return Scope(rule=said["rule"], group=said["group"], feature=said["feature"].strip(), server=said["server"])

    @property
    def facts(self) -> dict[str, Any]:
        """What is to count there."""
        said = self.cleaned_data
        return {"days": said["days"], "percent": said["percent"], "is_muted": said["is_muted"]}


def _steps(words: str) -> list[int]:
    try:
        return steps_from_words(words)
    except ThresholdRefused as refused:
        raise forms.ValidationError(str(refused)) from refused


def threshold_form(data: QueryDict | None, edited: Threshold | None) -> ThresholdForm:
    """The form with what counts in that ladder, or with the default for a new one."""
    if edited is None:
        return ThresholdForm(data, initial={"days": words_of(DEFAULT), "percent": words_of(USAGE)})
    initial = {
        "rule": edited.rule,
        "group": edited.group,
        "feature": edited.feature,
        "server": edited.server.name if edited.server else "",
        "days": words_of(edited.days),
        "percent": words_of(edited.percent),
        "escalate_after_days": edited.escalate_after_days,
        "is_muted": edited.is_muted,
    }
    return ThresholdForm(data, initial=initial)


def words_of(steps: Any) -> str:
    """The steps as somebody would type them."""
    return " ".join(str(step) for step in steps)


def ladder_rows() -> list[dict[str, Any]]:
    """Every ladder that somebody set, with what it means; one query."""
    rows = Threshold.objects.select_related("group", "server")
    return [
        {
            "threshold": one,
            "words": in_words(one),
            "days": listed(one.days or DEFAULT),
            "percent": listed(sorted(one.percent or USAGE)),
            "escalate": one.escalate_after_days or ESCALATE_AFTER_DAYS,
        }
        for one in rows
    ]


def installation_ladder() -> dict[str, Any]:
    """The ladder that counts wherever nothing narrower does, step by step with how much each presses."""
    found = Ladders.read().find("")
    usage = listed(percent(one) for one in found.percent)
    return {"ladder": found, "steps": [(step, severity_of(step)) for step in found.days], "usage": usage}
