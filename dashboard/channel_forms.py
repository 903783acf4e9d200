"""What may a person type of a channel? Its address and secret are written only; what is wrong, the floor below says."""

import re
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts.channel_models import Channel, FeedAddress
from alerts.channel_wish import ChannelRefused, ChannelWish
from alerts.models import RULES
from alerts.severity import Severity
from dashboard.forms import ServerNameField
from languages.sentences import listed
from servers.models import LicenseServer, ServerGroup

SEVERITIES = [(level.value, level.label) for level in reversed(Severity)]
PLAIN = (
    "name", "way", "floor", "rules", "digest", "digest_hour", "digest_weekday", "quiet_from", "quiet_until",
    "time_zone", "is_escalation", "tells_end",
)  # fmt: skip


class ChannelForm(forms.Form):
    """A channel as somebody wants it."""

    name = forms.CharField(required=False, label=_("Name"))
    way = forms.ChoiceField(choices=Channel.Way.choices, label=_("How it is told"))
    target = forms.CharField(required=False, label=_("Where it leads"), widget=forms.Textarea(attrs={"rows": 2}))
    plain_http = forms.BooleanField(required=False, label=_("Allow plain http: inside your own network"))
    floor = forms.ChoiceField(choices=SEVERITIES, label=_("From which level on"), initial=Severity.PLAN)
    rules = forms.MultipleChoiceField(
        required=False, choices=RULES, widget=forms.CheckboxSelectMultiple, label=_("Only of these causes")
    )
    groups = forms.ModelMultipleChoiceField(
        ServerGroup.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label=_("Only of these groups")
    )
    servers = forms.CharField(
        required=False, label=_("Only of these servers"), widget=forms.Textarea(attrs={"rows": 2})
    )
    digest = forms.ChoiceField(choices=Channel.Digest.choices, label=_("At once or gathered"))
    digest_hour = forms.IntegerField(label=_("Hour of the digest"), initial=7)
    digest_weekday = forms.TypedChoiceField(
        coerce=int, choices=list(WEEKDAYS.items()), initial=0, label=_("Weekday of a weekly digest")
    )
    quiet_from = forms.TimeField(required=False, label=_("Quiet from"), widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_until = forms.TimeField(
        required=False, label=_("Quiet until"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    time_zone = forms.CharField(initial="UTC", label=_("Time zone"))
    is_escalation = forms.BooleanField(required=False, label=_("Only what nobody reacted to"))
    tells_end = forms.BooleanField(required=False, initial=True, label=_("Also tell when it is over"))

    def clean_servers(self) -> list[LicenseServer]:
        """Names, separated by commas, spaces or lines; each stands for a server of ours."""
        found, missing = {}, []
        for name in re.split(r"[\s,;]+", self.cleaned_data["servers"].strip()):
            server = LicenseServer.objects.named(name).first() if name else None
            if server:
                found[server.pk] = server
            elif name:
                missing.append(name[:60])
        if missing:
            raise forms.ValidationError(
                gettext("There is no server of this name: %(names)s.") % {"names": listed(missing[:5])}
            )
        return list(found.values())

    def wish(self) -> ChannelWish:
        """What is wanted, in the words of the floor."""
        said = self.cleaned_data
        scope = {"groups": list(said["groups"]), "servers": said["servers"]}
        return ChannelWish(**{name: said[name] for name in PLAIN}, **scope, **_address(said))

    def refuse(self, refused: ChannelRefused) -> None:
        """Say what the floor said, beside the field that it is about."""
        for name, sentence in refused.problems.items():
            self.add_error(name if name in self.fields else None, sentence)


def _address(said: dict[str, Any]) -> dict[str, Any]:
    return {"target": said["target"], "plain_http": said["plain_http"]}


class FeedForm(forms.Form):
    """A new secret address: what is read there, by whom, and of which server."""

    feed = forms.ChoiceField(choices=FeedAddress.Feed.choices, label=_("What is read"))
    name = forms.CharField(required=False, max_length=100, label=_("Who reads there"))
    server = ServerNameField(label=_("Only of this server"))

    def wish(self) -> dict[str, Any]:
        """What is wanted, in the words of the floor."""
        said = self.cleaned_data
        return {"feed": said["feed"], "name": said["name"], "server": said["server"]}


def channel_form(data: QueryDict | None, channel: Channel | None) -> ChannelForm:
    """The form, empty or with what counts now; where a channel leads is never shown again."""
    if channel is None:
        return ChannelForm(data)
    initial = {name: getattr(channel, name) for name in PLAIN}
    initial["groups"] = list(channel.groups.all())
    initial["servers"] = "\n".join(cast("list[str]", list(channel.servers.values_list("name", flat=True))))
    return ChannelForm(data, initial=initial)
