"""Who was told of trouble in the invented fleet, and who said what to it? By the rules and channels of the product.

Every channel leads to a name that exists nowhere, and a demo sends nothing to any (`alerts/delivery.py`).
"""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial

from accounts.models import User
from alerts.channel_book import add_channel
from alerts.channel_models import Channel
from alerts.channel_wish import ChannelWish
from alerts.clock import Kind
from alerts.delivery import deliver_due
from alerts.evaluation import evaluate
from alerts.models import Alert, Condition
from alerts.reacting import acknowledge, snooze
from alerts.reading_installation import BACKUP, LEDGER
from alerts.severity import Severity
from uploads.dispatch import TICK
from uploads.models import Tick
from uploads.readiness import BEAT

Event = tuple[datetime, Callable[[], object]]
CHANNELS = (
    ChannelWish(
        name="Licensing desk", way=Channel.Way.WEBHOOK, target="https://desk.harbor.example/hooks/licensing",
        time_zone="Europe/Amsterdam", quiet_from=time(20), quiet_until=time(6),
    ),
    ChannelWish(
        name="On call", way=Channel.Way.APPRISE, target="ntfys://push.harbor.example/on-call", floor=Severity.ACT,
        is_escalation=True,
    ),
    ChannelWish(
        name="Purchasing, once a week", way=Channel.Way.WEBHOOK, target="https://purchasing.harbor.example/licenses",
        rules=(Kind.LICENSE_EXPIRY, Kind.CSS_DATE), digest=Channel.Digest.WEEKLY, time_zone="Europe/Amsterdam",
    ),
)  # fmt: skip


def channels_of(people: dict[str, User], *, begun: datetime) -> Iterator[Event]:
    """Three ways to people, added in the first days."""
    for number, wish in enumerate(CHANNELS):
        at = begun + timedelta(hours=5 + number)
        yield at, partial(add_channel, wish, by=people["mara.jansen"], now=at)


def look(at: datetime) -> None:
    """What beat does: the rules look, and what is due is told. The background work gave signs of life until then."""
    for name in (BEAT, TICK, BACKUP, LEDGER):
        Tick.note(name, at=at)
    evaluate(now=at)
    deliver_due(now=at)


def reactions_of(people: dict[str, User], *, now: datetime) -> Iterator[Event]:
    """What people said to alerts lately."""
    operator, head = people["ines.costa"], people["mara.jansen"]

    def seen(rule: str, by: User, at: datetime) -> Event:
        return at, lambda: acknowledge(_open(rule)[:1], by=by, now=at)

    def later(rule: str, reason: str, until: timedelta, at: datetime) -> Event:
        return at, lambda: snooze(_open(rule)[1:2], until=at + until, reason=reason, by=head, now=at)

    yield seen(Kind.LICENSE_EXPIRY, operator, now - timedelta(days=9, hours=2))
    yield seen(Condition.UPLOADS_FAIL, operator, now - timedelta(hours=20))
    yield seen(Condition.USAGE, head, now - timedelta(days=2, hours=3))
    yield later(
        Kind.LICENSE_EXPIRY, "The renewal is ordered, PO 4711.", timedelta(days=12), now - timedelta(days=3, hours=1)
    )
    yield later(
        Kind.VERSION_AGE,
        "The new version comes with the window in January.",
        timedelta(days=30),
        now - timedelta(days=6),
    )


def _open(rule: str) -> list[Alert]:
    """The alerts of a rule that nobody reacted to, the most pressing first."""
    found = Alert.objects.open().filter(rule=rule, acknowledged_at=None, snoozed_until=None)
    return sorted(found, key=lambda one: (-one.severity_rank, one.due is None, str(one.due), one.pk))
