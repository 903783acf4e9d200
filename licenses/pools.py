"""How many of what do we have? Licenses of one product, CSS date and expiry are one pool; the rest are sums.

A mixed sum never carries a single date: a product with two expiry dates is two pools.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from licenses.models import License
from licenses.twins import legacy_twins
from servers.models import LicenseServer


@dataclass(frozen=True, slots=True)
class Pool:
    """Licenses that are one and the same for every question of "how many" and "until when".

    `contracted` and `overdraft` are numbers of licenses; `uncounted` says that the file sets no number at all.
    Where `expiry_known` or `count_known` is False the file could not be read there: the date is not "never", and the
    number is at least what is given.
    `is_legacy_twin` marks the old code of a purchase that stands there under its new code too.
    `is_installed` is False for what expired, has not started, or was replaced: visible, never part of a sum.
    """

    vendor: str
    feature: str
    version: str
    css_date: date | None
    expires_on: date | None
    license_type: str
    contracted: int
    overdraft: int
    uncounted: bool
    is_system: bool
    is_installed: bool
    expiry_known: bool = True
    count_known: bool = True
    is_legacy_twin: bool = False

    @property
    def total(self) -> int:
        """Contracted and overdraft together."""
        return self.contracted + self.overdraft

    @property
    def is_citrix(self) -> bool:
        """Vendor names are compared in any case."""
        return self.vendor == "CITRIX"


def pools_of(server: LicenseServer, *, on: date) -> list[Pool]:
    """Every pool of the server on that day, by feature, then CSS date, then expiry."""
    every = License.objects.filter(file__server=server).select_related("file")
    in_force = list(every.in_force(on=on))
    installed, twins = {license.pk for license in in_force}, legacy_twins(in_force)
    groups: dict[tuple[object, ...], list[License]] = defaultdict(list)
    for license in every:
        key = _key(license, is_twin=license.pk in twins, is_installed=license.pk in installed)
        groups[key].append(license)
    return sorted((_pool(key, members) for key, members in groups.items()), key=_order)


def installed_only(pools: Iterable[Pool]) -> list[Pool]:
    """What counts today: in force, and each purchase once."""
    return [pool for pool in pools if pool.is_installed and not pool.is_legacy_twin]


def _key(license: License, *, is_twin: bool, is_installed: bool) -> tuple[object, ...]:
    return (
        license.vendor.upper(),
        license.feature,
        license.version,
        license.expires_on,
        license.expiry_known,
        license.license_type,
        _is_uncounted(license),
        is_twin,
        is_installed,
    )


def _pool(key: tuple[object, ...], members: list[License]) -> Pool:
    first = members[0]
    return Pool(
        vendor=first.vendor.upper(),
        feature=first.feature,
        version=first.version,
        css_date=first.css_date,
        expires_on=first.expires_on,
        license_type=first.license_type,
        contracted=sum(license.count or 0 for license in members),
        overdraft=sum(license.overdraft for license in members),
        uncounted=_is_uncounted(first),
        is_system=first.is_system,
        is_installed=bool(key[-1]),
        is_legacy_twin=bool(key[-2]),
        expiry_known=first.expiry_known,
        count_known=all(license.count_known for license in members),
    )


def _order(pool: Pool) -> tuple[object, ...]:
    return (
        pool.is_system,
        not pool.is_installed,
        pool.feature,
        pool.css_date or date.max,
        pool.expires_on or date.max,
        pool.vendor,
        pool.version,
        pool.license_type,
        pool.uncounted,
    )


def _is_uncounted(license: License) -> bool:
    """Without a number on purpose; such licenses are never added to counted ones."""
    return license.count is None and license.count_known
