"""What do these tests send, and where do they look? Messages and their answers, each by one call."""

from datetime import datetime
from pathlib import Path

from alerts.channel_models import Channel, Delivery, Message
from alerts.delivery import deliver_due
from alerts.models import Alert
from alerts.routing import route
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.notices import a_notice, an_alert

TEXTS = Path(__file__).parent / "texts"


def tell(*alerts: Alert, now: datetime = NOW) -> Message:
    """The alerts are told to every channel, and what is due is sent; the newest message."""
    route([a_notice(alert, at=now) for alert in alerts or (an_alert(),)], now=now)
    deliver_due(now=now)
    return Message.objects.latest("pk")


def again(message: Message) -> Message:
    """The message after its next try, at the moment at which it is due."""
    due = message.next_try_at or message.lease_until
    assert due is not None
    deliver_due(now=due)
    message.refresh_from_db()
    return message


def said(message: Message) -> list[tuple[str, str]]:
    """What each answer meant, and its words."""
    return [(row["said"], row["text"]) for row in message.answers]


def verdicts(channel: Channel) -> list[tuple[str, str]]:
    """What became of each notice on this channel."""
    return list(Delivery.objects.filter(channel=channel).values_list("verdict", "because"))
