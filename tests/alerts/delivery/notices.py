"""What is there to tell in these tests? Alerts and notices, as the evaluation makes them, each by one call."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count

from accounts.models import User
from alerts.channel_book import ChannelWish, add_channel
from alerts.channel_models import Channel
from alerts.clock import Kind
from alerts.models import Alert, AlertServer, Notice
from alerts.severity import Severity
from servers.models import LicenseServer
from tests.alerts.delivery.conftest import NOW

numbers = count(1)


def an_alert(
    title: str = "120 Desktops licenses expire on 31 May, in 82 days",
    *,
    severity: Severity = Severity.PLAN,
    rule: str = Kind.LICENSE_EXPIRY,
    rung: int = 30,
    due: date | None = date(2026, 5, 31),
    servers: Sequence[LicenseServer] = (),
    at: datetime = NOW,
) -> Alert:
    """An open one."""
    alert = Alert.objects.create(
        rule=rule, problem=f"problem {next(numbers)}", severity=severity, rung=rung, due=due, title=title,
        detail="380 of 500 remain. Peak use over 30 days is 500.", action="Renew before the 30-day step on 1 May.",
        server_count=len(servers), opened_at=at, seen_at=at,
    )  # fmt: skip
    AlertServer.objects.bulk_create(AlertServer(alert=alert, server=server, since=at) for server in servers)
    return alert


def a_notice(alert: Alert, *, reason: str = Notice.Reason.STEP, at: datetime = NOW, rung: int | None = None) -> Notice:
    """What the evaluation says about it."""
    return Notice.objects.create(
        alert=alert, reason=reason, rung=alert.rung if rung is None else rung, at=at, severity=alert.severity,
        title=alert.title, detail=alert.detail, action=alert.action, server_count=alert.server_count,
    )  # fmt: skip


def close(alert: Alert, *, at: datetime = NOW) -> Notice:
    """It is over."""
    alert.closed_at, alert.closed_because = at, "The new license file grants 500 until 2027-05-31."
    alert.save()
    return a_notice(alert, reason=Notice.Reason.CLOSED, at=at)


def a_channel(by: User, name: str = "Team", *, secret_to: list[str] | None = None, **wishes: object) -> Channel:
    """A channel as an administrator adds it; a webhook to a closed port unless it is told otherwise."""
    wish = {"way": Channel.Way.WEBHOOK, "target": "http://127.0.0.1:9/hook", "floor": Severity.WATCH} | wishes
    channel, secret = add_channel(ChannelWish(name=name, **wish), by=by, now=NOW)  # type: ignore[arg-type]
    if secret_to is not None:
        secret_to.append(secret)
    return channel
