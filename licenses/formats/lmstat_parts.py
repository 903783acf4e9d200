"""What has been read of the block, feature and pool that a report is in the middle of?"""

from dataclasses import dataclass, field
from datetime import date, datetime

from licenses.formats.lmstat_records import (
    DaemonStatus,
    FeatureUse,
    LineKind,
    LineSpan,
    PoolKind,
    PoolUse,
    ServerBlock,
    ServerStatus,
)
from licenses.formats.lmstat_row_records import Checkout, CheckoutRun, Checkouts, Queued, Reservation


@dataclass(slots=True)
class LineAccount:
    """Which lines were meaning, decoration or a problem; neighbors of one kind are kept as one span."""

    _spans: list[tuple[LineKind, int, int]] = field(default_factory=list)

    def add(self, kind: LineKind, first: int, *, last: int = 0) -> None:
        end = max(first, last)
        if self._spans and self._spans[-1][0] == kind:
            self._spans[-1] = (kind, self._spans[-1][1], end)
        else:
            self._spans.append((kind, first, end))

    def listed(self) -> tuple[LineSpan, ...]:
        return tuple(LineSpan(*span) for span in self._spans)


class ReadRows(list[Checkout]):
    """Rows that were read one by one."""

    @property
    def licenses(self) -> int:
        return sum(row.licenses for row in self)


@dataclass(slots=True)
class Rows:
    """The rows of some lines, each kind in order."""

    checkouts: list[CheckoutRun] = field(default_factory=list)
    queued: list[Queued] = field(default_factory=list)
    reservations: list[Reservation] = field(default_factory=list)

    def take(self, row: Checkout | Queued | Reservation) -> None:
        if isinstance(row, Queued):
            self.queued.append(row)
        elif isinstance(row, Reservation):
            self.reservations.append(row)
        else:
            last = self.checkouts[-1] if self.checkouts else None
            if not isinstance(last, ReadRows):
                last = ReadRows()
                self.checkouts.append(last)
            last.append(row)

    def extend(self, more: "Rows") -> None:
        self.checkouts += more.checkouts
        self.queued += more.queued
        self.reservations += more.reservations


@dataclass(slots=True)
class OpenPool:
    """A pool whose rows are still coming."""

    line: int
    feature: str
    version: str
    vendor: str
    expiry_raw: str | None = None
    expires_on: date | None = None
    expiry_known: bool = False
    vendor_string: str | None = None
    kind: PoolKind = "unknown"
    locked_to: str | None = None
    rows: Rows = field(default_factory=Rows)

    def closed(self) -> PoolUse:
        return PoolUse(
            line=self.line,
            feature=self.feature,
            version=self.version,
            vendor=self.vendor,
            expiry_raw=self.expiry_raw,
            expires_on=self.expires_on,
            expiry_known=self.expiry_known,
            vendor_string=self.vendor_string,
            kind=self.kind,
            locked_to=self.locked_to,
            checkouts=Checkouts(self.rows.checkouts),
            queued=tuple(self.rows.queued),
            reservations=tuple(self.rows.reservations),
        )


@dataclass(slots=True)
class OpenFeature:
    """A feature whose rows are still coming; `rows` stand in front of its first pool."""

    name: str
    line: int
    issued: int | None = None
    in_use: int | None = None
    uncounted: bool = False
    error: str | None = None
    server_address: str | None = None
    daemons: tuple[str, ...] = ()
    pools: list[OpenPool] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)

    @property
    def current(self) -> Rows:
        return self.pools[-1].rows if self.pools else self.rows

    def closed(self) -> FeatureUse:
        pools = tuple(pool.closed() for pool in self.pools)
        loose = self.rows
        is_simple = len(pools) == 1 and not (loose.checkouts or loose.queued or loose.reservations)
        if not is_simple:
            for pool in self.pools:
                loose.extend(pool.rows)
        return FeatureUse(
            name=self.name,
            line=self.line,
            issued=self.issued,
            in_use=self.in_use,
            uncounted=self.uncounted,
            error=self.error,
            daemon=self._daemon(),
            server_address=self.server_address,
            pools=pools,
            checkouts=pools[0].checkouts if is_simple else Checkouts(loose.checkouts),
            queued=pools[0].queued if is_simple else tuple(loose.queued),
            reservations=pools[0].reservations if is_simple else tuple(loose.reservations),
        )

    def _daemon(self) -> str | None:
        """Several daemons in front of the features: only the vendor of a pool can tell which one it is."""
        if len(self.daemons) == 1:
            return self.daemons[0]
        vendors = {pool.vendor.lower() for pool in self.pools}
        return next((name for name in self.daemons if {name.lower()} == vendors), None)


@dataclass(slots=True)
class OpenBlock:
    """A license server whose lines are still coming."""

    line: int = 0
    header_text: str | None = None
    header_at: datetime | None = None
    license_servers: list[str] = field(default_factory=list)
    license_files: list[str] = field(default_factory=list)
    servers: list[ServerStatus] = field(default_factory=list)
    daemons: list[DaemonStatus] = field(default_factory=list)
    # The daemons in front of the features that come next; `has_listed` once one of these has come.
    daemon_group: list[str] = field(default_factory=list)
    has_listed: bool = False
    features: list[FeatureUse] = field(default_factory=list)
    error: str | None = None

    @property
    def is_begun(self) -> bool:
        return self.error is not None or any(
            (self.license_servers, self.license_files, self.servers, self.daemons, self.features)
        )

    @property
    def address(self) -> str | None:
        return ",".join(self.license_servers) or None

    def closed(self) -> ServerBlock:
        return ServerBlock(
            line=self.line,
            header_text=self.header_text,
            header_at=self.header_at,
            license_servers=tuple(self.license_servers),
            license_files=tuple(self.license_files),
            servers=tuple(self.servers),
            daemons=tuple(self.daemons),
            features=tuple(self.features),
            error=self.error,
        )
