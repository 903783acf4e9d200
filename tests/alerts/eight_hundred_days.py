"""A server with every kind of clock, and what is known of it at any moment of 800 days.

Within them lie two leap-year days of doubt (29 February 2028 and the day after it), five changes of daylight saving
time, and one change of zone. Nothing is ever mended, but the forecast and the silence of the background work.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.facts import Facts, Failing, InstallationFacts, Lease, ServerFacts, Usage
from servers.models import LicenseServer
from servers.releases import Release
from tests.alerts.made_facts import line

START = datetime(2027, 6, 1, 6, tzinfo=UTC)
DAYS = 800
BEFORE, AFTER = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/New_York")


def day(number: float) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=number)


REPORTS = {"compliance": day(20), "usage": day(26)}


def facts(server: LicenseServer, *, now: datetime) -> Facts:
    """Everything that is known then."""
    return Facts(now, _installation(now), [_server(server, now)])


def _server(server: LicenseServer, now: datetime) -> ServerFacts:
    return ServerFacts(
        pk=server.pk, name=server.name, zone=BEFORE if now < day(400) else AFTER, build=53100, is_manual=True,
        is_las=True, known_since=START, last_reports=REPORTS if now >= day(26) else {},
        licenses=[
            line("XDT_PLT_UD", pk=1, count=380, css_date=day(320).date()),
            line("XDT_PLT_UD", pk=2, count=120, ends=day(250).date()),
            line("MPS_PLT_CCU", pk=3, count=10, ends=datetime(2028, 2, 29, tzinfo=UTC).date()),
        ],
        leases=[Lease("XDT", 25, day(300).date(), day(50))] if now >= day(50) else [],
        grace_noted_at=day(99.9) if now >= day(100) else None, grace_ends_at=day(115.1) if now >= day(100) else None,
        failing=[Failing("telemetry", "name_unknown", False, 3, day(21))] if day(21) <= now < day(60) else [],
        usage=[Usage("XDT_PLT_UD", 450 if now < day(90) else 500, 500, now.date())] if now >= day(80) else [],
        is_provider=now >= day(600), held={"call_home": 2} if now >= day(610) else {},
    )  # fmt: skip


def _installation(now: datetime) -> InstallationFacts:
    filling, silent = now < day(160), day(500) <= now < day(510)
    return InstallationFacts(
        releases=[Release(54100, day(17).date(), None, "a mail")],
        checked_at=START, certificate_ends=day(220.5),
        disk_full_on=day(150).date() if filling else None, disk_earliest=day(145).date() if filling else None,
        backup_at=day(5), ledger_at=day(3),
        silence="The scheduler is silent" if silent else "", silence_cause="It does not run." if silent else "",
        silence_fix="Start beat." if silent else "", silent_since=day(500) if silent else None,
    )  # fmt: skip
