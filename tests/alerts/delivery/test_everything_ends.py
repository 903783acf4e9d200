"""Whatever happens to alerts and channels: does each notice end on each channel in one row that says why?"""

import random
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import User
from alerts.channel_book import disable, enable, remove_channel
from alerts.channel_models import Channel, Delivery, Message
from alerts.clock import Kind
from alerts.delivery import deliver_due
from alerts.models import Alert, Notice
from alerts.reacting import acknowledge, snooze, take_back
from alerts.routing import route
from alerts.severity import Severity
from servers.models import LicenseServer, ServerGroup
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.hook_receiver import Receiver, answers
from tests.alerts.delivery.notices import a_channel, a_notice, an_alert, close
from tests.factories import a_server

DAYS, OPEN = 20, [Delivery.Verdict.WAITING, Delivery.Verdict.HELD]


@pytest.mark.parametrize("seed", range(12))
def test_each_notice_ends_on_each_channel_with_a_reason(ada: User, hooks: Receiver, seed: int) -> None:
    dice = random.Random(seed)
    group = ServerGroup.objects.create(name="Amsterdam")
    servers = [a_server(f"ls{n}.example.test", group=group if n % 2 else None) for n in range(4)]
    night: dict[str, Any] = {"quiet_from": time(20), "quiet_until": time(6)}
    for number in range(6):
        a_channel(
            ada, f"Channel {number}", target=hooks.url, floor=dice.choice(Severity.values),
            digest=dice.choice(Channel.Digest.values), digest_hour=dice.randrange(24), tells_end=dice.random() < 0.8,
            rules=dice.choice([[], [Kind.LICENSE_EXPIRY]]), groups=dice.choice([[], [group]]),
            servers=dice.sample(servers, dice.choice([0, 0, 2])), is_escalation=dice.random() < 0.2,
            time_zone=dice.choice(["UTC", "America/New_York", "Asia/Kathmandu"]),
            **dice.choice([{}, night]),
        )  # fmt: skip
    expected, now = 0, NOW
    for day in range(DAYS):
        now = NOW + timedelta(days=day, hours=dice.randrange(24))
        notices = _a_day(dice, servers, now=now)
        expected += len(notices) * Channel.objects.count()
        route(notices, now=now)
        _people(dice, ada, now=now)
        _administrators(dice, ada, now=now)
        hooks.replies = dice.choices([answers(204), answers(503), answers(404), answers(410)], [8, 3, 1, 1], k=6)
        deliver_due(now=now)
    hooks.replies = []
    for hours in range(0, 24 * 9, 6):
        deliver_due(now=now + timedelta(hours=hours))
    rows = list(Delivery.objects.select_related("message"))
    assert len(rows) == len({(row.notice_id, row.channel_id) for row in rows}) == expected
    assert [row for row in rows if row.verdict in OPEN or not row.because] == []
    assert all((row.verdict == Delivery.Verdict.SENT) == (row.message is not None) for row in rows)
    assert {"sent", "skipped"} == {row.verdict for row in rows}
    assert set(Message.objects.values_list("state", flat=True)) <= {Message.State.DELIVERED, Message.State.FAILED}
    assert not [hook for hook in hooks.seen if not hook.data["data"]["parts"]]


def _a_day(dice: random.Random, servers: list[LicenseServer], *, now: datetime) -> list[Notice]:
    """Some alerts begin, some reach a step, some end, of some nobody takes care."""
    new = [
        an_alert(
            severity=dice.choice(list(Severity)), rule=dice.choice([Kind.LICENSE_EXPIRY, Kind.GRACE]), rung=30, at=now,
            servers=dice.sample(servers, dice.randrange(3)),
        )
        for _ in range(dice.randrange(4))
    ]  # fmt: skip
    notices = [a_notice(alert, at=now) for alert in new]
    for alert in Alert.objects.open().exclude(pk__in=[alert.pk for alert in new]):
        match dice.randrange(6):
            case 0:
                notices.append(close(alert, at=now))
            case 1:
                alert.rung -= 7
                alert.save()
                notices.append(a_notice(alert, at=now))
            case 2 if not alert.escalated_at:
                alert.escalated_at = now
                alert.save()
                notices.append(a_notice(alert, reason=Notice.Reason.ESCALATED, at=now))
    return notices


def _people(dice: random.Random, ada: User, *, now: datetime) -> None:
    for alert in Alert.objects.open():
        match dice.randrange(8):
            case 0:
                acknowledge([alert], by=ada, now=now)
            case 1:
                snooze([alert], until=now + timedelta(days=3), reason="ordered", by=ada, now=now)
            case 2:
                take_back([alert], by=ada, now=now)


def _administrators(dice: random.Random, ada: User, *, now: datetime) -> None:
    for channel in list(Channel.objects.all()):
        match dice.randrange(30):
            case 0:
                disable(channel, by=ada, now=now)
            case 1 | 2 | 3:
                enable(channel, by=ada, now=now)
            case 4 if Channel.objects.count() > 3:
                remove_channel(channel, by=ada, now=now)
