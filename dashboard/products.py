"""What does the inventory table show of each product? Its pools, its use, and a meter: sums never mix unlike things."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from licenses.models import UsageSample
from licenses.pools import Pool, installed_only
from licenses.products import Product, is_system_code, product_of


@dataclass(frozen=True, slots=True)
class Meter:
    """Shares of the bar in percent; `cap` is where the contracted licenses end, None without overdraft."""

    used: float
    over: float
    cap: float | None
    is_full: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One product of a vendor. `contracted` counts what is in force once; `sample` is None when use is not known."""

    code: str
    vendor: str
    product: Product | None
    pools: tuple[Pool, ...]
    contracted: int
    overdraft: int
    is_counted: bool
    is_system: bool
    sample: UsageSample | None
    meter: Meter | None

    @property
    def total(self) -> int:
        """Contracted and overdraft together."""
        return self.contracted + self.overdraft

    @property
    def is_counted_elsewhere(self) -> bool:
        """Is every license in force here the old code of a purchase that is counted under its new one?"""
        in_force = [pool for pool in self.pools if pool.is_installed]
        return bool(in_force) and all(pool.is_legacy_twin for pool in in_force)

    @property
    def in_overdraft(self) -> int:
        """How many of those in use are in the overdraft."""
        return min(self._beyond_contracted, self.overdraft)

    @property
    def in_excess(self) -> int:
        """How many of those in use are beyond everything that the license files grant; 0 where that is not known."""
        return max(self._beyond_contracted - self.overdraft, 0)

    @property
    def _beyond_contracted(self) -> int:
        in_use = self.sample.in_use if self.sample else None
        return max((in_use or 0) - self.contracted, 0) if self.is_counted else 0


def rows_of(pools: Sequence[Pool], latest: dict[str, UsageSample]) -> Iterator[Row]:
    """A row for each product in the order of the pools, then those that only their use is known of."""
    order = {(pool.vendor, pool.feature): None for pool in pools}
    by_product = {
        key: tuple(same)
        for key, same in groupby(
            sorted(pools, key=lambda pool: (pool.vendor, pool.feature)), key=lambda pool: (pool.vendor, pool.feature)
        )
    }
    for vendor, code in order:
        yield _row(vendor, code, by_product[(vendor, code)], latest.get(code) if vendor == "CITRIX" else None)
    for code in sorted(latest.keys() - {code for _, code in order}):
        yield _row("CITRIX" if product_of(code).known else "", code, (), latest[code])


def _row(vendor: str, code: str, pools: tuple[Pool, ...], sample: UsageSample | None) -> Row:
    counted = [pool for pool in installed_only(pools) if not pool.uncounted]
    contracted, overdraft = sum(pool.contracted for pool in counted), sum(pool.overdraft for pool in counted)
    is_counted = bool(counted) and all(pool.count_known for pool in counted)
    return Row(
        code=code,
        vendor=vendor,
        product=product_of(code) if vendor == "CITRIX" else None,
        pools=pools,
        contracted=contracted,
        overdraft=overdraft,
        is_counted=is_counted,
        is_system=pools[0].is_system if pools else is_system_code(code),
        sample=sample,
        meter=_meter(sample, contracted, overdraft) if is_counted else None,
    )


def _meter(sample: UsageSample | None, contracted: int, overdraft: int) -> Meter | None:
    total = contracted + overdraft
    if sample is None or sample.in_use is None or not total:
        return None
    used = min(sample.in_use, contracted)
    over = min(max(sample.in_use - contracted, 0), overdraft)
    cap = round(contracted * 100 / total, 2) if overdraft else None
    return Meter(round(used * 100 / total, 2), round(over * 100 / total, 2), cap, is_full=sample.in_use >= total)


def earliest_expiry(pools: Sequence[Pool], *, today: date) -> Pool | None:
    """The pool in force whose right to run ends first."""
    dated = [pool for pool in installed_only(pools) if pool.expires_on and pool.expires_on >= today]
    return min(dated, key=lambda pool: pool.expires_on or date.max, default=None)
