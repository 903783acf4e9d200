"""What do the collectors look at? One server at one moment, read once."""

from dataclasses import dataclass
from datetime import datetime

from licenses.pools import Pool, pools_of
from programs.catalog import Program, UploadKind
from servers.models import LicenseServer


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a payload can be made of. `at` is the moment that the report speaks about."""

    server: LicenseServer
    program: Program
    upload: UploadKind
    at: datetime
    pools: tuple[Pool, ...]


def read_facts(server: LicenseServer, program: Program, upload: UploadKind, *, at: datetime) -> Facts:
    """Read the server's facts from the floors below."""
    today = at.astimezone(server.zone).date()
    return Facts(server, program, upload, at.replace(microsecond=0), tuple(pools_of(server, on=today)))
