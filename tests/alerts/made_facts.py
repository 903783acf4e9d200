"""Facts of servers that do not exist, each made by one call."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.clock import Clock, Kind
from alerts.clocks import server_clocks
from alerts.facts import InstallationFacts, LicenseLine, ServerFacts

NOW = datetime(2026, 3, 10, 9, 42, tzinfo=UTC)
TODAY = NOW.date()


def server(**facts: Any) -> ServerFacts:
    """A server in Amsterdam, known since New Year, with nothing in it."""
    known = {"pk": 1, "name": "ls1.example.org", "zone": ZoneInfo("Europe/Amsterdam"), "build": 52100}
    return ServerFacts(**{**known, "known_since": datetime(2026, 1, 1, tzinfo=UTC), **facts})


def line(
    feature: str = "XDT_PLT_UD", *, count: int | None = 100, ends: date | None = None, **facts: Any
) -> LicenseLine:
    """One license; permanent, and of no CSS date, unless told otherwise."""
    known: dict[str, Any] = {
        "pk": 1, "feature": feature, "vendor": "CITRIX", "version": "2027.0630", "css_date": None, "expires_on": ends,
        "expiry_known": True, "starts_on": None, "issued_on": None, "count": count, "count_known": True,
        "license_type": "Retail", "serial_number": "", "imported_at": datetime(2026, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    return LicenseLine(**{**known, **facts})


def clocks(one: ServerFacts, kind: Kind, *, now: datetime = NOW, **installation: Any) -> list[Clock]:
    """The clocks of one kind."""
    every = server_clocks(one, InstallationFacts(**installation), now=now)
    return [clock for clock in every if clock.kind == kind]


def clock(one: ServerFacts, kind: Kind, *, now: datetime = NOW, **installation: Any) -> Clock:
    """The only clock of that kind."""
    [found] = clocks(one, kind, now=now, **installation)
    return found
