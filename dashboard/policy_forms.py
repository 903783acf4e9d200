"""What may a person type of a policy? What makes no sense, the floor below says."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from programs.policy import LONGEST_NAME, LONGEST_REASON, PolicyWish
from programs.policy_models import Policy, Sharing, Switch
from programs.policy_plan import SETTINGS, Choice
from servers.models import ReportingMode, ServerGroup

UNCHANGED = ("", _("Leave each server as it is"))


class PolicyForm(forms.Form):
    """A policy as somebody wants it."""

    name = forms.CharField(max_length=LONGEST_NAME, label=_("Name"))
    group = forms.ModelChoiceField(
        ServerGroup.objects.all(), required=False, empty_label=_("All servers"), label=_("For which servers")
    )
    sharing = forms.ChoiceField(
        choices=[UNCHANGED, *Sharing.choices], required=False, label=_("Share usage statistics")
    )
    event_data = forms.ChoiceField(choices=[UNCHANGED, *Switch.choices], required=False, label=_("Event data"))
    reporting_mode = forms.ChoiceField(
        choices=[UNCHANGED, *ReportingMode.choices], required=False, label=_("How telemetry is reported")
    )
    reason = forms.CharField(
        required=False, max_length=LONGEST_REASON, label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def wish(self) -> PolicyWish:
        """What is wanted, in the words of the floor."""
        said = self.cleaned_data
        choice = Choice(**{setting: said[setting] for setting in SETTINGS})
        return PolicyWish(name=said["name"], choice=choice, group=said["group"], reason=said["reason"])


def policy_form(data: QueryDict | None, policy: Policy | None) -> PolicyForm:
    """The form, empty or with what counts now."""
    if policy is None:
        return PolicyForm(data)
    initial = {name: getattr(policy, name) for name in ("name", "group", "reason", *SETTINGS)}
    return PolicyForm(data, initial=initial)
