"""Which command or class wrote these property names?"""

from collections.abc import Iterable
from enum import StrEnum


class RowKind(StrEnum):
    """One kind of object in an export."""

    INVENTORY = "get_lic_inventory"
    LAS_INVENTORY = "get_lic_las_inventory"
    USAGE_DETAIL = "get_lic_usage_details"
    HISTORICAL_SERVER = "get_lic_historical_usage"
    HISTORICAL_POOL = "get_lic_historical_usage_pool"
    USAGE_SAMPLE = "get_lic_historical_usage_sample"
    FEATURE_NAME = "get_lic_localized_names_feature"
    TYPE_NAME = "get_lic_localized_names_type"
    WMI_POOL = "citrix_gt_license_pool"
    WMI_LICENSE = "citrix_gt_license"
    CHECKMK = "checkmk"


# All names of one of the sets must be there. The first match wins: a pool of WMI may also carry a serial number.
SIGNS: tuple[tuple[RowKind, tuple[frozenset[str], ...]], ...] = (
    (
        RowKind.INVENTORY,
        (
            frozenset(["licenseproductname", "licensesinuse"]),
            frozenset(["licenseproductname", "licensesavailable"]),
        ),
    ),
    (RowKind.USAGE_DETAIL, (frozenset(["pem", "licensemodeltype", "name"]),)),
    (RowKind.HISTORICAL_POOL, (frozenset(["producteditionmodel", "totallicensesincludingoverdraft"]),)),
    (
        RowKind.HISTORICAL_SERVER,
        (frozenset(["lsversion", "licpoolusage"]), frozenset(["earliestdateofsample", "mostrecentdateofsample"])),
    ),
    (RowKind.FEATURE_NAME, (frozenset(["featurename", "productnameandedition"]),)),
    (RowKind.TYPE_NAME, (frozenset(["typename", "friendlyname"]),)),
    (RowKind.WMI_POOL, (frozenset(["pld", "count"]), frozenset(["pld", "inusecount"]))),
    (RowKind.WMI_LICENSE, (frozenset(["serialnumber", "expirationdate"]),)),
    (RowKind.USAGE_SAMPLE, (frozenset(["datetime", "count"]),)),
)
KNOWN_NAMES = frozenset(name for _, signs in SIGNS for sign in signs for name in sign)


def kind_of(names: Iterable[str], *, command: str = "") -> RowKind | None:
    """The kind by its property names in any case; `command` is what was typed before, if anything."""
    present = {name.strip().lower() for name in names}
    kind = next((kind for kind, signs in SIGNS if any(sign <= present for sign in signs)), None)
    if kind is RowKind.INVENTORY and "liclas" in command.lower():
        return RowKind.LAS_INVENTORY
    return kind


def known_names(names: Iterable[str]) -> int:
    """How many of the names tell a kind."""
    return sum(1 for name in names if name.strip().lower() in KNOWN_NAMES)
