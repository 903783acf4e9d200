"""What do the rules look at? Everything of one server, and of the installation, as frozen facts; no database here.

Rows of which there are many are named tuples: they are made from what a query gives at a tenth of the cost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from servers.releases import Release


class LicenseLine(NamedTuple):
    """One license of a file in force; names and meanings are those of `licenses.models.License`."""

    pk: int
    feature: str
    vendor: str
    version: str
    css_date: date | None
    expires_on: date | None
    expiry_known: bool
    starts_on: date | None
    issued_on: date | None
    count: int | None  # type: ignore[assignment]  # the name of the column, not how often something is in a tuple
    count_known: bool
    license_type: str
    serial_number: str
    imported_at: datetime

    @property
    def is_citrix(self) -> bool:
        """Vendor names are compared in any case."""
        return self.vendor.upper() == "CITRIX"

    @property
    def is_system(self) -> bool:
        """Start-up and diagnostics licenses are never an entitlement."""
        return self.is_citrix and (self.feature.upper() in {"CITRIX", "CTXLSDIAG"} or self.license_type == "SYS")

    @property
    def is_evaluation(self) -> bool:
        """Evaluation licenses always look as if their CSS date were over."""
        return self.license_type.casefold().startswith("eval")


class Lease(NamedTuple):
    """What the activation service activated: until when, and when that was last seen."""

    code: str
    quantity: int | None
    expires_on: date | None
    last_seen_at: datetime


class Failing(NamedTuple):
    """Uploads of one program that fail for one cause, or were refused: how many, and since when."""

    program: str
    cause: str
    is_refused: bool
    count: int  # type: ignore[assignment]  # the same
    since: datetime


class Usage(NamedTuple):
    """The use of one product. `peak` of `of` on `day`, the highest share of the last week; None was not read lately."""

    feature: str
    peak: int | None
    of: int | None
    day: date


class Unread(NamedTuple):
    """The newest file of one kind, which was refused or held lines that were not understood."""

    kind: str
    name: str
    problems: int
    is_rejected: bool
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """One server in service. None is "not known" or "never", as each name says; moments are in UTC."""

    pk: int
    name: str
    zone: ZoneInfo
    build: int | None
    version: str = ""
    is_manual: bool = False
    is_las: bool = False
    is_offline: bool = False
    is_provider: bool = False
    provider_evidence: str = ""
    group_id: int | None = None
    known_since: datetime
    last_reports: Mapping[str, datetime] = field(default_factory=dict)
    licenses: Sequence[LicenseLine] = ()
    leases: Sequence[Lease] = ()
    grace_noted_at: datetime | None = None
    grace_ends_at: datetime | None = None
    registration: str = ""
    registration_at: datetime | None = None
    code_expires_at: datetime | None = None
    failing: Sequence[Failing] = ()
    unread: Sequence[Unread] = ()
    usage: Sequence[Usage] = ()
    held: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SilentChannel:
    """A channel that refused for good, or at which nothing arrives: since when, and its last words."""

    pk: int
    name: str
    is_broken: bool
    since: datetime
    said: str


@dataclass(frozen=True, slots=True)
class WaitingPolicy:
    """A policy, or the undoing of one, that waits for its second person: who asked, and when."""

    pk: int
    name: str
    proposer: str
    since: datetime
    is_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationFacts:
    """Licensing Manager itself. `table_problem` says why there is no table of releases."""

    releases: Sequence[Release] = ()
    table_problem: str = ""
    is_sandbox: bool = False
    sends: bool = True
    checked_at: datetime | None = None
    certificate_ends: datetime | None = None
    certificate_problem: str = ""
    disk_measured: bool = True
    disk_is_full: bool = False
    disk_days_known: int = 0
    disk_is_early: bool = False
    disk_full_on: date | None = None
    disk_earliest: date | None = None
    disk_latest: date | None = None
    backup_at: datetime | None = None
    ledger_at: datetime | None = None
    ledger_broken_at: datetime | None = None
    silence: str = ""
    silence_cause: str = ""
    silence_fix: str = ""
    silent_since: datetime | None = None
    ticked_at: datetime | None = None
    silent_channels: Sequence[SilentChannel] = ()
    waiting_policies: Sequence[WaitingPolicy] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """All of them at one moment."""

    now: datetime
    installation: InstallationFacts
    servers: Sequence[ServerFacts]
