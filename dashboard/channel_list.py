"""How do the channels stand? What each answered last, and how long its secrets are set; from few queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from alerts.channel_models import Channel, Message
from alerts.clock import Kind
from alerts.models import Condition
from languages.sentences import inside, listed, listed_apart

ICONS = {Channel.Way.EMAIL: "mail", Channel.Way.WEBHOOK: "webhook", Channel.Way.APPRISE: "bell"}
SIGNS = {
    Message.State.DELIVERED: "well",
    Message.State.FAILED: "act",
    Message.State.WAITING: "hold",
    Message.State.SENDING: "live",
}
NAMES = dict([*Kind.choices, *Condition.choices])


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel with its last message."""

    channel: Channel
    last: Message | None

    @property
    def icon(self) -> str:
        """The picture of its way."""
        return ICONS[Channel.Way(self.channel.way)]

    @property
    def sign(self) -> str:
        """The shape of how it stands."""
        if self.channel.broken_at:
            return "act"
        if not self.channel.is_enabled:
            return "off"
        return SIGNS[Message.State(self.last.state)] if self.last else "blank"

    @property
    def words(self) -> str:
        """How it stands."""
        if self.channel.broken_at:
            return _("Broken")
        if not self.channel.is_enabled:
            return _("Disabled")
        return str(Message.State(self.last.state).label) if self.last else _("Never used")

    @property
    def set_at(self) -> datetime:
        """When somebody wrote it last, its address perhaps among the rest."""
        return self.channel.changed_at or self.channel.created_at

    @property
    def answer(self) -> str:
        """What the other side said last."""
        return last_answer(self.last) if self.last else ""

    @property
    def scope(self) -> str:
        """Which alerts it is told of, in words."""
        rules = [str(NAMES.get(one, one)) for one in self.channel.rules]
        parts = [
            _("%(level)s or worse") % {"level": self.channel.get_floor_display()},
            _("only %(causes)s") % {"causes": listed(rules)} if rules else _("every cause"),
            inside(self.channel.get_digest_display()),
        ]
        if self.channel.is_escalation:
            parts.insert(0, _("only what nobody reacted to"))
        if self.channel.quiet_from and self.channel.quiet_until:
            first, last = f"{self.channel.quiet_from:%H:%M}", f"{self.channel.quiet_until:%H:%M}"
            hours = {"first": first, "last": last, "zone": self.channel.time_zone}
            parts.append(_("quiet %(first)s to %(last)s %(zone)s") % hours)
        return listed_apart(parts)


def channel_rows() -> list[ChannelRow]:
    """Every channel by name; two queries."""
    channels = list(Channel.objects.all())
    newest = Window(RowNumber(), partition_by="channel_id", order_by=[F("composed_at").desc(), F("id").desc()])
    last = Message.objects.filter(channel__in=channels).annotate(number=newest).filter(number=1)
    found = {one.channel_id: one for one in last}
    return [ChannelRow(one, found.get(one.pk)) for one in channels]


def last_answer(message: Message) -> str:
    """What was answered to the last try, by each recipient."""
    rows = [row for row in message.answers if isinstance(row, dict)]
    newest = max((row.get("try", 0) for row in rows), default=0)
    said = [row for row in rows if row.get("try", 0) == newest]
    several = len({row.get("to") for row in said}) > 1
    return listed_apart(f"{row.get('to')}: {row.get('text')}" if several else str(row.get("text", "")) for row in said)
