"""Which licenses do we report? The pools of the vendor's own daemon, by product code and CSS date.

Lines of other vendors in a license file are nobody's business here; a version that is no CSS date (plain versions
such as 12.0) is reported without the date. Use that was read for a product as a whole belongs to a date only where
the product has a single one: sharing it out among several would be a guess.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from licenses.models import License
from licenses.pools import Pool
from payloads.facts import Facts, Holders


@dataclass(frozen=True, slots=True)
class Stock:
    """The licenses of one product and version. None is not known, never zero."""

    feature: str
    version: str
    css_date: date | None
    is_installed: bool
    installed: int | None
    peak: int | None
    holders: Holders | None


def products(facts: Facts) -> Iterator[tuple[str, list[Stock]]]:
    """Each product code with its versions, in order."""
    ours = sorted((pool for pool in facts.pools if pool.is_citrix), key=lambda pool: (pool.feature, pool.version))
    for feature, pools in groupby(ours, key=lambda pool: pool.feature):
        versions = {version: list(same) for version, same in groupby(pools, key=lambda pool: pool.version)}
        active = [version for version, same in versions.items() if any(pool.is_installed for pool in same)]
        only = active[0] if len(active) == 1 else None
        yield feature, [_stock(facts, same, is_only=version == only) for version, same in versions.items()]


def serials(facts: Facts) -> list[tuple[str, date | None, str]]:
    """Product code, CSS date and serial number of what is in force, each combination once."""
    found = {(one.feature, one.css_date, one.serial_number) for one in _ours(facts) if one.serial_number}
    return sorted(found, key=lambda row: (row[0], row[1] or date.min, row[2]))


def in_force(facts: Facts) -> dict[tuple[str, str], tuple[License, ...]]:
    """The licenses behind each product and version; what ends first stands first."""
    found: dict[tuple[str, str], list[License]] = {}
    for one in _ours(facts):
        found.setdefault((one.feature, one.version), []).append(one)
    return {key: tuple(sorted(same, key=lambda one: one.expires_on or date.max)) for key, same in found.items()}


def _ours(facts: Facts) -> Iterator[License]:
    return (one for one in facts.licenses if one.is_citrix)


def _stock(facts: Facts, pools: Sequence[Pool], *, is_only: bool) -> Stock:
    first = pools[0]
    installed = [pool for pool in pools if pool.is_installed]
    whole = facts.peaks.get((first.feature, "")) if is_only else None
    return Stock(
        feature=first.feature,
        version=first.version,
        css_date=first.css_date,
        is_installed=bool(installed),
        installed=_count(installed),
        peak=facts.peaks.get((first.feature, first.version), whole),
        holders=facts.holders.get((first.feature, first.version)),
    )


def _count(installed: Sequence[Pool]) -> int | None:
    """Uncounted licenses have no number and an unreadable one is not known; zero would be wrong for both."""
    counted = [pool for pool in installed if not pool.uncounted]
    if installed and not (counted and all(pool.count_known for pool in installed)):
        return None
    return sum(pool.contracted for pool in counted)
