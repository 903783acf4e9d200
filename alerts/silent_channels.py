"""Which channels were not reached since the last message that arrived? In two queries, however many there are."""

from collections import defaultdict

from django.db.models import F, OuterRef, Q, Subquery

from alerts.channel_models import Channel, Message
from alerts.facts import SilentChannel

State = Message.State
MOST = 1000  # messages that are looked at; the oldest says since when


def silent_channels() -> list[SilentChannel]:
    """Enabled ones that are broken, or at which nothing arrived since somebody changed them or a message arrived."""
    lost: defaultdict[int, list[Message]] = defaultdict(list)
    for message in _lost():
        lost[message.channel_id].append(message)
    found = []
    for channel in Channel.objects.filter(is_enabled=True):
        if channel.broken_at:
            found.append(SilentChannel(channel.pk, channel.name, True, channel.broken_at, channel.broken_because))
        elif messages := lost[channel.pk]:
            answers = messages[-1].answers
            said = str(answers[-1].get("text", "")) if answers else ""
            found.append(SilentChannel(channel.pk, channel.name, False, messages[0].composed_at, said))
    return found


def _lost() -> list[Message]:
    """Tried and not arrived, the oldest first."""
    arrived = Message.objects.filter(channel=OuterRef("channel"), state=State.DELIVERED).order_by("-composed_at")
    tried = Message.objects.filter(state__in=[State.WAITING, State.FAILED], attempts__gt=0)
    since = tried.annotate(arrived=Subquery(arrived.values("composed_at")[:1])).filter(
        Q(arrived=None) | Q(composed_at__gt=F("arrived")),
        Q(channel__changed_at=None) | Q(composed_at__gt=F("channel__changed_at")),
        channel__removed_at=None,
    )
    return list(since.order_by("composed_at", "pk")[:MOST])
