"""What is read at the address of a feed? The same calendar and the same feed, whichever door is used.

In the language of the installation: a calendar program asks for none, and its entries must not change with who looks.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from alerts.atom_feed import Shelf, feed_of, notices_for
from alerts.calendar_feed import Reader, calendar_of
from alerts.clock import Clock
from alerts.clock_search import find_clocks
from alerts.ladder import steps_of
from alerts.local_forms import as_the_installation_speaks
from alerts.thresholds import SILENT, Ladders
from servers.models import LicenseServer

PRODUCT = "Licensing Manager"


@as_the_installation_speaks()
def calendar_for(server: LicenseServer | None, *, now: datetime, site: str) -> bytes:
    """Every deadline of one server, or of all and the installation. `site` is the address of the pages."""
    found = find_clocks(now=now, server=server)
    servers = {one.pk: one for _, one in found if one}
    steps = _steps_for(servers.values(), Ladders.read())
    reader = Reader(name=_name(server), now=now, servers=servers, steps_of=steps, site=site)
    return calendar_of((clock for clock, _ in found), reader=reader)


@as_the_installation_speaks()
def atom_for(server: LicenseServer | None, *, since: datetime, site: str) -> bytes:
    """What was said, newest first. `since` is the date of a feed in which nothing was said yet."""
    key = uuid5(server.guid if server else NAMESPACE_OID, "licensing-manager alerts")
    return feed_of(notices_for(server), shelf=Shelf(key=key, title=_name(server), site=site, since=since))


def _steps_for(servers: Iterable[LicenseServer], ladders: Ladders) -> Callable[[Clock], Sequence[int]]:
    """The steps on which the rules would speak of a clock; none where they tell nobody."""
    groups = {one.pk: one.group_id for one in servers}

    def steps(clock: Clock) -> Sequence[int]:
        group = groups.get(clock.server_id or 0)
        ladder = ladders.find(clock.kind, group=group, feature=clock.feature, server=clock.server_id)
        return () if ladder.is_muted or clock.kind in SILENT else steps_of(ladder.days, period=clock.period)

    return steps


def _name(server: LicenseServer | None) -> str:
    return f"{PRODUCT}: {server.name}" if server else PRODUCT
