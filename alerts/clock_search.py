"""Which deadlines does somebody ask for? Those of the fleet or of one server, each with the server it belongs to."""

from collections.abc import Iterator
from datetime import datetime

from alerts.clock import Clock
from alerts.clocks import ORDER, clocks_of, every_clock
from servers.models import LicenseServer

Found = tuple[Clock, LicenseServer | None]


def find_clocks(*, now: datetime, server: LicenseServer | None = None, kind: str = "", state: str = "") -> list[Found]:
    """Nearest first, then what has no date. Those of the installation are among them where no server is named."""
    every = _of_server(server, now=now) if server else _of_fleet(now=now)
    found = [one for one in every if (not kind or one[0].kind == kind) and (not state or one[0].state == state)]
    return sorted(found, key=place_of)


def place_of(found: Found) -> tuple[int, int, str, str, str]:
    """Where it stands in the list; two of one server and kind are told apart by their subject."""
    clock, server = found
    if clock.days_left is not None:
        return 0, clock.days_left, server.name if server else "", clock.kind, clock.subject
    return 1, ORDER.index(clock.state), server.name if server else "", clock.kind, clock.subject


def _of_server(server: LicenseServer, *, now: datetime) -> Iterator[Found]:
    return ((clock, server) for clock in clocks_of(server, now=now))


def _of_fleet(*, now: datetime) -> Iterator[Found]:
    servers = LicenseServer.objects.in_service().in_bulk()
    for pk, clocks in every_clock(now=now).items():
        if pk is None or pk in servers:
            yield from ((clock, servers.get(pk or 0)) for clock in clocks)
