"""Which licenses do we report? The pools of the vendor's own daemon, by product code and CSS date.

Lines of other vendors in a license file are nobody's business here; a version that is no CSS date (plain versions
such as 12.0) gives a record without the date. Use that was read for a product as a whole belongs to a date only where
the product has a single one: sharing it out among several would be a guess.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from licenses.pools import Pool
from payloads.facts import SAMPLE, Facts
from payloads.values import Record, Value


def inventory(facts: Facts) -> Iterator[Record]:
    """One record per product code, each with a record per CSS date."""
    ours = sorted((pool for pool in facts.pools if pool.is_citrix), key=lambda pool: (pool.feature, pool.version))
    for feature, pools in groupby(ours, key=lambda pool: pool.feature):
        versions = {version: list(same) for version, same in groupby(pools, key=lambda pool: pool.version)}
        active = [version for version, same in versions.items() if any(pool.is_installed for pool in same)]
        only = active[0] if len(active) == 1 else None
        records = tuple(_date(facts, same, is_only=version == only) for version, same in versions.items())
        yield Record("inventory.feature", {"ID": feature}, records)


def _date(facts: Facts, pools: Sequence[Pool], *, is_only: bool) -> Record:
    first = pools[0]
    values: dict[str, Value | None] = {"id": first.css_date}
    peak = facts.peaks.get((first.feature, first.version), facts.peaks.get((first.feature, "")) if is_only else None)
    if peak is not None:
        values |= {"DateSampleStartUTC": facts.at - SAMPLE, "DateSampleStopUTC": facts.at, "CountUsedMax": peak}
    installed = [pool for pool in pools if pool.is_installed]
    values |= {"Active": 1 if installed else 0, "CountInstalled": _count(installed)}
    holders = facts.holders.get((first.feature, first.version))
    section = "inventory.feature.sa_date.licensees"
    children = () if holders is None else (Record(section, {"CountTotal": holders}),)
    return Record("inventory.feature.sa_date", values, children)


def _count(installed: Sequence[Pool]) -> int | None:
    """Uncounted licenses have no number and an unreadable one is not known; zero would be wrong for both."""
    counted = [pool for pool in installed if not pool.uncounted]
    if installed and not (counted and all(pool.count_known for pool in installed)):
        return None
    return sum(pool.contracted for pool in counted)
