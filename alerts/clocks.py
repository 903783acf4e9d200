"""Which deadlines are there? All of one server, of the installation, or of ten thousand servers; the nearest first."""

from collections.abc import Iterable
from datetime import datetime

from alerts.clock import Clock, State
from alerts.clocks_of_installation import clocks_of_installation
from alerts.clocks_of_licenses import clocks_of_licenses
from alerts.clocks_of_reports import clocks_of_reports
from alerts.facts import Facts, InstallationFacts, ServerFacts
from alerts.one_language import in_one_language
from alerts.reading import servers_facts
from alerts.reading_installation import installation_facts, release_table
from alerts.without_collecting import without_collecting
from servers.models import LicenseServer

ORDER = [State.OVERDUE, State.DUE_SOON, State.RUNNING, State.UNKNOWN, State.NOT_APPLICABLE]


def clocks_of(server: LicenseServer, *, now: datetime) -> list[Clock]:
    """Every deadline of this server, also those that cannot be judged or do not run."""
    [facts] = servers_facts(now=now, only=server)
    return server_clocks(facts, InstallationFacts(**release_table()), now=now)  # of the rest no server's clock depends


def installation_clocks(*, now: datetime) -> list[Clock]:
    """The deadlines of Licensing Manager itself."""
    return in_order(clocks_of_installation(installation_facts(now=now), now=now))


def every_clock(*, now: datetime) -> dict[int | None, list[Clock]]:
    """The deadlines of each server in service by its key, and under None those of the installation."""
    return clocks_from(read_facts(now=now))


def read_facts(*, now: datetime) -> Facts:
    """All facts of this moment, in a constant number of questions."""
    with without_collecting(), in_one_language():
        return Facts(now, installation_facts(now=now), servers_facts(now=now))


def clocks_from(facts: Facts) -> dict[int | None, list[Clock]]:
    """The same from facts alone. Pure: the same facts always give the same clocks."""
    with without_collecting(), in_one_language():
        found: dict[int | None, list[Clock]] = {
            one.pk: server_clocks(one, facts.installation, now=facts.now) for one in facts.servers
        }
    found[None] = in_order(clocks_of_installation(facts.installation, now=facts.now))
    return found


def server_clocks(server: ServerFacts, installation: InstallationFacts, *, now: datetime) -> list[Clock]:
    """Every deadline of one server from its facts."""
    reports = clocks_of_reports(server, installation, now=now)
    return in_order([*reports, *clocks_of_licenses(server, now=now)])


def in_order(clocks: Iterable[Clock]) -> list[Clock]:
    """Nearest first; what has no date comes behind what has, and what does not run comes last."""
    return sorted(clocks, key=_place)


def _place(clock: Clock) -> tuple[object, ...]:
    dated = clock.days_left is not None
    return (not dated, clock.days_left if dated else ORDER.index(clock.state), clock.kind, clock.subject)
