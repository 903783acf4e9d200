"""What is looked at in the tests of alerts: a server, licenses that end, uploads that fail, and the rules."""

from datetime import UTC, datetime, timedelta

from alerts.clock import Kind
from alerts.evaluation import evaluate
from alerts.models import Alert
from servers.models import LicenseServer
from tests.factories import increment, license_file, receive
from uploads.models import Tick, Upload

NOW = datetime(2026, 3, 10, 9, 42, tzinfo=UTC)


def expiring(server: LicenseServer, ends: str = "31-may-2026", *, count: int = 120) -> None:
    receive(server, license_file(increment(version="2099.0101", expiry=ends, count=count)))


def look(days: float = 0, *, at: datetime = NOW) -> list[tuple[str, str, int]]:
    """What is said for the first time so many days later, but for the reports, which nobody sends here."""
    now = at + timedelta(days=days)
    for name in ("dispatch", "beat"):
        Tick.note(name, at=now)
    said = evaluate(now=now).notices
    return [(one.reason, one.severity, one.rung) for one in said if one.alert.rule != Kind.REPORT_AGE]


def of(rule: str) -> Alert:
    return Alert.objects.get(rule=rule)


def failing(server: LicenseServer, cause: str = "name_unknown", *, days: float = 0) -> Upload:
    at = NOW - timedelta(days=days)
    return Upload.objects.create(
        server=server, program="telemetry", kind="compliance", period=at, created_at=at, state="failed", cause=cause,
        next_attempt_at=NOW,
    )  # fmt: skip
