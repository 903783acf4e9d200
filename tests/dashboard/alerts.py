"""Which alerts do the tests of the pages show? Rows as the evaluation would have left them."""

from datetime import timedelta

from django.utils import timezone

from alerts.channel_models import Channel, Delivery, Message
from alerts.clock import Kind
from alerts.models import Alert, AlertServer, Notice
from alerts.severity import Severity
from servers.models import LicenseServer


def an_alert(*servers: LicenseServer, problem: str = "license_expiry|XDT|2026-12-01", **facts: object) -> Alert:
    """Desktops licenses that expire within the week, on these servers, opened two days ago."""
    at = timezone.now() - timedelta(days=2)
    values: dict[str, object] = {
        "rule": Kind.LICENSE_EXPIRY,
        "severity": Severity.ACT,
        "rung": 7,
        "due": (at + timedelta(days=6)).date(),
        "title": "120 XDT_PLT_CCS licenses expire",
        "detail": "They run to the end of the day; then 0 of 120 remain.",
        "action": "Renew them and import the new license file.",
        "opened_at": at,
        "seen_at": at,
        "server_count": len(servers),
    }
    alert = Alert.objects.create(problem=problem, **(values | facts))
    for server in servers:
        AlertServer.objects.create(
            alert=alert, server=server, since=at, due=alert.due, evidence="Seen in desktops.lic."
        )
    return alert


def a_notice(alert: Alert, *, reason: str = Notice.Reason.STEP, rung: int = 7) -> Notice:
    """What was to be said of it."""
    return Notice.objects.create(
        alert=alert,
        reason=reason,
        rung=rung,
        at=alert.opened_at,
        severity=alert.severity,
        title=alert.title,
        detail=alert.detail,
        action=alert.action,
    )


def a_channel(name: str = "Team mail", **facts: object) -> Channel:
    """A way to people; where it leads is of no matter here."""
    values: dict[str, object] = {"way": "email", "target": "sealed", "shown": "1 address", "created_at": timezone.now()}
    return Channel.objects.create(name=name, **(values | facts))


def a_delivery(notice: Notice, channel: Channel, *, verdict: str = "sent", state: str = "delivered") -> Delivery:
    """What became of the notice on that channel."""
    message = None
    if verdict == "sent":
        message = Message.objects.create(
            channel=channel,
            subject=notice.title,
            content={},
            composed_at=notice.at,
            finished_at=notice.at,
            state=state,
            lease_until=notice.at,
            answers=[
                {
                    "at": notice.at.isoformat(),
                    "try": 1,
                    "to": channel.shown,
                    "said": "delivered",
                    "text": "250 accepted",
                }
            ],
        )
    because = "It is below the floor of this channel." if verdict == "skipped" else "The step was reached."
    return Delivery.objects.create(notice=notice, channel=channel, verdict=verdict, because=because, message=message)
