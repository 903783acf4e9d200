"""What does a parsed lmstat report look like?"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from licenses.formats.lmstat_row_records import Checkouts, Queued, Reservation
from licenses.formats.problems import Problem

ServerState = Literal["up", "down", "unreachable"]
BlockState = Literal["up", "degraded", "down", "unreachable", "unknown"]
PoolKind = Literal["floating", "nodelocked", "uncounted", "unknown"]
LineKind = Literal["meaning", "decoration", "problem"]

# Features of the license server itself; every installation has them, nobody bought them.
NO_ENTITLEMENTS = frozenset({"CITRIX", "CTXLSDIAG"})


@dataclass(frozen=True, slots=True)
class PoolUse:
    """One version of a feature. `expiry_known` is False when lmstat printed none or no date."""

    line: int
    feature: str
    version: str
    vendor: str
    expiry_raw: str | None
    expires_on: date | None
    expiry_known: bool
    vendor_string: str | None
    kind: PoolKind
    locked_to: str | None
    checkouts: Checkouts
    queued: tuple[Queued, ...]
    reservations: tuple[Reservation, ...]


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """One feature. `issued` and `in_use` are None when lmstat gave no numbers: unknown, never zero."""

    name: str
    line: int
    issued: int | None
    in_use: int | None
    uncounted: bool
    error: str | None
    daemon: str | None
    server_address: str | None
    pools: tuple[PoolUse, ...]
    checkouts: Checkouts
    queued: tuple[Queued, ...]
    reservations: tuple[Reservation, ...]

    @property
    def accounted(self) -> int:
        """Licenses that rows and reservations explain."""
        return self.checkouts.licenses + self.reserved

    @property
    def rows_cover_all(self) -> bool:
        """False when the rows contradict the count line, which is then trusted."""
        return self.in_use is None or self.in_use == self.accounted

    @property
    def is_entitlement(self) -> bool:
        """False for the start-up and diagnostics features of the license server itself."""
        return self.name.upper() not in NO_ENTITLEMENTS

    @property
    def is_full(self) -> bool:
        """Nothing is left, by the count line: rows may be missing."""
        return self.issued is not None and self.in_use is not None and self.in_use >= self.issued

    @property
    def reserved(self) -> int:
        return sum(reservation.count for reservation in self.reservations)


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """One machine of a license server, `text` as printed after its name."""

    line: int
    name: str
    is_master: bool
    version: str | None
    state: ServerState
    text: str


@dataclass(frozen=True, slots=True)
class DaemonStatus:
    """One vendor daemon, `text` as printed after its name."""

    line: int
    name: str
    version: str | None
    is_up: bool
    text: str


@dataclass(frozen=True, slots=True)
class ServerBlock:
    """What lmstat says about one license server (one machine or a redundant triad)."""

    line: int
    header_text: str | None
    header_at: datetime | None
    license_servers: tuple[str, ...]
    license_files: tuple[str, ...]
    servers: tuple[ServerStatus, ...]
    daemons: tuple[DaemonStatus, ...]
    features: tuple[FeatureUse, ...]
    error: str | None

    @property
    def state(self) -> BlockState:
        """A triad serves while more than half of it is up."""
        if self.error is not None:
            return "unreachable"
        if not self.servers:
            return "unknown"
        up = sum(1 for server in self.servers if server.state == "up")
        if up == len(self.servers):
            return "up"
        if up * 2 > len(self.servers):
            return "degraded"
        return "down" if up or any(server.state == "down" for server in self.servers) else "unreachable"


@dataclass(frozen=True, slots=True)
class InstalledRow:
    """One row of `lmstat -i`: read from the license file, it says nothing about use."""

    line: int
    feature: str
    version: str
    count: int | None
    vendor: str
    expiry_raw: str
    expires_on: date | None
    expiry_known: bool


@dataclass(frozen=True, slots=True)
class InstalledTable:
    """All rows of `lmstat -i`, with the columns in the order of the heading."""

    columns: tuple[str, ...]
    rows: tuple[InstalledRow, ...]


@dataclass(frozen=True, slots=True)
class LineSpan:
    """Consecutive lines of one kind; blank lines in between belong to none."""

    kind: LineKind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class LmstatReport:
    """One file. Every line with text is in exactly one span."""

    encoding: str
    eol: str
    size: int
    header_text: str | None
    header_at: datetime | None
    header_is_bare: bool
    blocks: tuple[ServerBlock, ...]
    installed: InstalledTable | None
    spans: tuple[LineSpan, ...]
    problems: tuple[Problem, ...]

    @property
    def is_lmstat(self) -> bool:
        return bool(self.blocks) or self.installed is not None

    @property
    def features(self) -> tuple[FeatureUse, ...]:
        return tuple(feature for block in self.blocks for feature in block.features)

    @property
    def license_servers(self) -> tuple[str, ...]:
        return tuple(address for block in self.blocks for address in block.license_servers)

    @property
    def servers(self) -> tuple[ServerStatus, ...]:
        return tuple(server for block in self.blocks for server in block.servers)

    @property
    def daemons(self) -> tuple[DaemonStatus, ...]:
        return tuple(daemon for block in self.blocks for daemon in block.daemons)

    @property
    def errors(self) -> tuple[str, ...]:
        return tuple(block.error for block in self.blocks if block.error is not None)

    @property
    def error(self) -> str | None:
        """The first failure, with its code."""
        return next(iter(self.errors), None)
