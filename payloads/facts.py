"""What do the collectors look at? One server at one moment, read once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from licenses import grace
from licenses.models import Assignment, GracePeriod, License
from licenses.pools import Pool, pools_of
from licenses.pseudonyms import at_rest
from licenses.usage import peaks_between
from programs.catalog import Program, UploadKind
from servers.models import CloudRegistration, LicenseServer

SAMPLE = timedelta(hours=24)  # a report speaks of the day before it
USER = Assignment.Holder.USER


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds the licenses of one product and version: counts, how many names are clear, and the list's own time."""

    total: int
    users: int
    clear_users: int
    listed_at: datetime


def _no_users(_feature: str, _version: str) -> Iterator[str]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a payload can be made of. `at` is the moment that the report speaks about.

    `licenses` are those in force, read when somebody asks. `peaks` are the most licenses in use in the day before, by
    product code and version text ("" for all versions); `holders` likewise by code and version, and `users` gives the
    names behind them one by one. `customer_id` is "" without a registration. What nobody read is not in them.
    """

    server: LicenseServer
    program: Program
    upload: UploadKind
    at: datetime
    pools: tuple[Pool, ...] = ()
    licenses: Iterable[License] = ()
    peaks: Mapping[tuple[str, str], int] = field(default_factory=dict)
    holders: Mapping[tuple[str, str], Holders] = field(default_factory=dict)
    users: Callable[[str, str], Iterator[str]] = _no_users
    customer_id: str = ""
    grace: GracePeriod | None = None


def read_facts(server: LicenseServer, program: Program, upload: UploadKind, *, at: datetime) -> Facts:
    """Read the server's facts from the floors below."""
    moment, today = at.replace(microsecond=0), at.astimezone(server.zone).date()
    return Facts(
        server=server,
        program=program,
        upload=upload,
        at=moment,
        pools=tuple(pools_of(server, on=today)),
        licenses=License.objects.in_force(on=today).filter(file__server=server).order_by("feature", "version", "pk"),
        peaks=peaks_between(server, since=moment - SAMPLE, until=moment),
        holders=_holders(server),
        users=lambda feature, version: _users(server, feature, version),
        customer_id=_customer_id(server),
        grace=grace.current(server, now=moment),
    )


def _holders(server: LicenseServer) -> dict[tuple[str, str], Holders]:
    held = Assignment.objects.held().filter(server=server).order_by().values_list("feature", "css_text")
    is_user = Q(holder=USER)
    rows = held.annotate(
        Count("pk"),
        users=Count("pk", filter=is_user),
        clear=Count("pk", filter=is_user & Q(is_pseudonym=False)),
        listed_at=Max("last_seen_at"),
    )
    return {(feature, version): Holders(*counts) for feature, version, *counts in rows}


def _users(server: LicenseServer, feature: str, version: str) -> Iterator[str]:
    """Names as they may be seen: one that was kept before PSEUDONYMIZE_NAMES was set becomes a pseudonym now."""
    held = Assignment.objects.held().filter(server=server, feature=feature, css_text=version, holder=USER)
    rows = held.order_by("pk").values_list("name", "is_pseudonym")
    for name, is_pseudonym in rows.iterator(chunk_size=2000):
        yield name if is_pseudonym else at_rest(name)[0]


def _customer_id(server: LicenseServer) -> str:
    registered = CloudRegistration.objects.filter(server=server, state=CloudRegistration.State.REGISTERED)
    return registered.values_list("customer_id", flat=True).first() or ""
