"""Which lines are the same purchase under an old code? A file carries XDS_… for old products beside XDT_… for new ones.

The vendor says that both are one entitlement. How two lines are known as one purchase is ours: the same serial number,
or the same issue date, count and CSS date. The XDS line is the twin, and it is never added.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from licenses.products import legacy_twin_of

LEGACY = "XDS"


class Purchased(Protocol):
    """What is looked at: a `License`, or the same facts of one."""

    @property
    def pk(self) -> int: ...
    @property
    def feature(self) -> str: ...
    @property
    def serial_number(self) -> str: ...
    @property
    def issued_on(self) -> date | None: ...
    @property
    def css_date(self) -> date | None: ...
    @property
    def count(self) -> int | None: ...
    @property
    def is_citrix(self) -> bool: ...
    @property
    def is_system(self) -> bool: ...


def legacy_twins(licenses: Iterable[Purchased]) -> set[int]:
    """The keys of the lines that another line of the same licenses replaces."""
    every = list(licenses)
    purchases = {purchase for one in every for purchase in _purchases(one, one.feature.upper())}
    return {
        one.pk
        for one in every
        if one.feature.upper().startswith(LEGACY)
        and purchases.intersection(_purchases(one, legacy_twin_of(one.feature) or ""))
    }


def _purchases(license: Purchased, code: str) -> list[tuple[object, ...]]:
    """What a purchase can be known by, under this code."""
    found: list[tuple[object, ...]] = []
    if license.serial_number:
        found.append((code, "serial", license.serial_number))
    if license.issued_on and license.count and license.css_date:
        found.append((code, "issue", license.issued_on, license.count, license.css_date))
    return found if code and license.is_citrix and not license.is_system else []
