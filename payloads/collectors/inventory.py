"""Which licenses do we report? The pools of the vendor's own daemon, by product code and CSS date.

Lines of other vendors in a license file are nobody's business here; a version that is no CSS date (plain versions
such as 12.0) gives a record without the date.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from licenses.pools import Pool
from payloads.facts import Facts
from payloads.values import Record


def inventory(facts: Facts) -> Iterator[Record]:
    """One record per product code, each with a record per CSS date."""
    ours = sorted((pool for pool in facts.pools if pool.is_citrix), key=lambda pool: (pool.feature, pool.version))
    for feature, pools in groupby(ours, key=lambda pool: pool.feature):
        yield Record("inventory.feature", {"ID": feature}, tuple(_dates(pools)))


def _dates(pools: Iterable[Pool]) -> Iterator[Record]:
    for _, same in groupby(pools, key=lambda pool: pool.version):
        members = list(same)
        installed = [pool for pool in members if pool.is_installed]
        counted = [pool for pool in installed if not pool.uncounted]
        is_number = counted and all(pool.count_known for pool in installed)
        yield Record(
            "inventory.feature.sa_date",
            {
                "id": members[0].css_date,
                "Active": 1 if installed else 0,
                # Uncounted licenses have no number and an unreadable one is not known; zero would be wrong for both.
                "CountInstalled": sum(pool.contracted for pool in counted) if is_number or not installed else None,
            },
        )
