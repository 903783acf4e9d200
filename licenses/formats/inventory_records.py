"""What can an export of the license server's inventory say, once it is read?

Numbers are None where the export does not say them: unknown is never zero. Every row keeps its fields as written.
"""

from dataclasses import dataclass
from datetime import date, datetime

from licenses.formats.inventory_dates import DateOrder
from licenses.formats.inventory_kinds import RowKind
from licenses.formats.inventory_lines import LineAccount
from licenses.formats.problems import Problem

RawFields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class InventoryPool:
    """Licenses of one code and support date, from PowerShell, WMI or Checkmk.

    `total` includes the overdraft. `available` is as delivered: for PowerShell two readings exist, the installed
    number or the free rest, so no total and no percentage follow from it. `date_tolerance_days` is 1 where the time
    zone of the console may have moved the dates by a day.
    """

    code: str
    css_date: date | None
    css_text: str
    expires_on: date | None
    expires_text: str
    expires_known: bool
    license_type: str
    contracted: int | None
    overdraft: int | None
    total: int | None
    in_use: int | None
    available: int | None
    is_system: bool
    source: RowKind
    date_order_certain: bool
    date_tolerance_days: int
    raw: RawFields
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class UsageDetail:
    """Who holds a license; `kind` is User or Device as written."""

    pem: str
    css_date: date | None
    css_text: str
    kind: str
    name: str
    raw: RawFields
    line: int


@dataclass(frozen=True, slots=True)
class UsageSample:
    """Licenses of one pool in use at a moment of the console's clock; `pem` is None where nothing says it."""

    pem: str | None
    at: datetime | None
    at_text: str
    count: int | None
    date_order_certain: bool
    raw: RawFields
    line: int


@dataclass(frozen=True, slots=True)
class HistoricalPool:
    """The pool that samples belong to."""

    pem: str
    css_date: date | None
    css_text: str
    expires_on: date | None
    expires_text: str
    expires_known: bool
    total_including_overdraft: int | None
    overdraft: int | None
    contracted: int | None
    license_type: str
    issued_on: date | None
    date_order_certain: bool
    date_tolerance_days: int
    is_system: bool
    raw: RawFields
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class HistoricalServer:
    """The server that kept the samples, and how far back they go."""

    version: str
    first_sample_at: datetime | None
    last_sample_at: datetime | None
    date_order_certain: bool
    raw: RawFields
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class FeatureName:
    """What the server calls a license code in the language of the console."""

    code: str
    name: str
    model: str
    version: str
    line: int


@dataclass(frozen=True, slots=True)
class TypeName:
    """What the server calls a license type."""

    code: str
    name: str
    version: str
    line: int


@dataclass(frozen=True, slots=True)
class InventoryLicense:
    """One license of WMI. The serial number is for administrators only."""

    serial_number: str
    code: str
    expires_on: date | None
    expires_text: str
    expires_known: bool
    date_order_certain: bool
    raw: RawFields
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class PoolSum:
    """One code over all its rows; a number is None as soon as one row does not say it."""

    total: int | None
    in_use: int | None
    overdraft: int | None
    contracted: int | None
    available: int | None
    rows: int


Row = (
    InventoryPool
    | UsageDetail
    | UsageSample
    | HistoricalPool
    | HistoricalServer
    | FeatureName
    | TypeName
    | InventoryLicense
)


@dataclass(frozen=True, slots=True)
class Inventory:
    """All rows of an export. `source` is its first kind, None where nothing was recognized.

    `is_empty_answer`: a heading without any row. The server said nothing, which is unknown and not zero.
    """

    source: RowKind | None
    is_empty_answer: bool
    pools: tuple[InventoryPool, ...]
    licenses: tuple[InventoryLicense, ...]
    usage_details: tuple[UsageDetail, ...]
    usage_samples: tuple[UsageSample, ...]
    historical_pools: tuple[HistoricalPool, ...]
    historical_servers: tuple[HistoricalServer, ...]
    feature_names: tuple[FeatureName, ...]
    type_names: tuple[TypeName, ...]
    date_order: DateOrder
    lines: LineAccount
    problems: tuple[Problem, ...]

    @property
    def date_order_certain(self) -> bool:
        return self.date_order.certain

    def sums(self, *, source: RowKind | None = None) -> dict[str, PoolSum]:
        """Pools per code without the licenses of the installation itself.

        Only rows of one source add up, by default of the first one: two sources speak about the same licenses.
        """
        chosen = source or next((pool.source for pool in self.pools), None)
        members: dict[str, list[InventoryPool]] = {}
        for pool in self.pools:
            if pool.source is chosen and not pool.is_system:
                members.setdefault(pool.code, []).append(pool)
        return {code: _sum(pools) for code, pools in members.items()}


def _sum(pools: list[InventoryPool]) -> PoolSum:
    return PoolSum(
        total=_added([pool.total for pool in pools]),
        in_use=_added([pool.in_use for pool in pools]),
        overdraft=_added([pool.overdraft for pool in pools]),
        contracted=_added([pool.contracted for pool in pools]),
        available=_added([pool.available for pool in pools]),
        rows=len(pools),
    )


def _added(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None
