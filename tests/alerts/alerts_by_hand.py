"""Which alerts do the tests look at? Rows as the evaluation leaves them, where a test is not about evaluating."""

from datetime import UTC, datetime
from typing import Any

from alerts.models import Alert, AlertServer, Notice
from alerts.severity import Severity
from servers.models import LicenseServer

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


def an_alert(*servers: LicenseServer, **facts: Any) -> Alert:
    """An open alert that was told once, `at` a moment."""
    at = facts.pop("at", NOW)
    values: dict[str, Any] = {
        "rule": "license_expiry",
        "problem": "license_expiry|XDT_PLT_UD|2026-03-30",
        "severity": Severity.PLAN,
        "rung": 30,
        "title": "25 licenses of XDT_PLT_UD expire",
        "detail": "They expire on 2026-03-30, in 20 days.",
        "action": "Renew them, then import the new license file.",
        "server_count": len(servers),
        "opened_at": at,
        "seen_at": at,
    }
    alert = Alert.objects.create(**(values | facts))
    for server in servers:
        AlertServer.objects.create(alert=alert, server=server, since=at, evidence=f"citrix.lic of {server.name}")
    a_notice(alert, at=at)
    return alert


def a_notice(alert: Alert, *, reason: str = Notice.Reason.STEP, at: datetime | None = None, **facts: Any) -> Notice:
    """What was to be said."""
    values: dict[str, Any] = {
        "rung": alert.rung,
        "at": at or alert.opened_at,
        "severity": alert.severity,
        "title": alert.title,
        "detail": alert.detail,
        "action": alert.action,
        "server_count": alert.server_count,
    }
    return Notice.objects.create(alert=alert, reason=reason, **(values | facts))
