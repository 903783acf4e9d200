"""What do the collectors look at? One server at one moment, read once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from licenses.assignments import held_counts
from licenses.pools import Pool, pools_of
from licenses.usage import peaks_between
from programs.catalog import Program, UploadKind
from servers.models import LicenseServer

SAMPLE = timedelta(hours=24)  # a report speaks of the day before it


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a payload can be made of. `at` is the moment that the report speaks about.

    `peaks` are the most licenses in use in the day before, by product code and version text ("" for all versions);
    `holders` the users and devices with a license, by product code and version text. What nobody read is not in them.
    """

    server: LicenseServer
    program: Program
    upload: UploadKind
    at: datetime
    pools: tuple[Pool, ...]
    peaks: Mapping[tuple[str, str], int] = field(default_factory=dict)
    holders: Mapping[tuple[str, str], int] = field(default_factory=dict)


def read_facts(server: LicenseServer, program: Program, upload: UploadKind, *, at: datetime) -> Facts:
    """Read the server's facts from the floors below."""
    moment = at.replace(microsecond=0)
    return Facts(
        server=server,
        program=program,
        upload=upload,
        at=moment,
        pools=tuple(pools_of(server, on=at.astimezone(server.zone).date())),
        peaks=peaks_between(server, since=moment - SAMPLE, until=moment),
        holders=held_counts(server),
    )
