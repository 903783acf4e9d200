"""Which Citrix license terms does a VENDOR_STRING carry?"""

import re
from dataclasses import dataclass

from licenses.formats.records import whole_number
from licenses.formats.saying import say

# The vendor's own names of the license types (delivery controller SDK).
LICENSE_TYPES = {
    "RETAIL": say("Retail"),
    "NFR": say("Not for resale"),
    "RETAILS": say("Expiring retail"),
    "EVAL": say("Evaluation"),
    "DE": say("Developer edition"),
    "TP": say("Technology preview"),
    "SYS": say("System"),
}
KNOWN_KEYS = frozenset(["LT", "GP", "CL", "SA", "ODP", "AP", "LP", "NUDURMIN", "NUDURMAX", "MLC"])
DAYS_BEFORE = re.compile(r"-([0-9]{1,9})D", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class VendorString:
    """Terms in order and by name. `unknown` holds what has no published meaning, to be shown raw."""

    pairs: tuple[tuple[str, str], ...]
    license_type: str | None
    grace_hours: int | None
    editions: tuple[str, ...]
    css_flag: bool | None
    overdraft_percent: int | None
    warn_days_before: int | None
    license_period_days: int | None
    named_user_min_minutes: int | None
    named_user_max_minutes: int | None
    max_count: int | None
    unknown: tuple[tuple[str, str], ...]


def parse_vendor_string(text: str) -> VendorString:
    """Read `;KEY=value;KEY=value`; a part without "=" is unknown, with an empty name."""
    pairs = tuple(_pair(part) for part in text.split(";") if part.strip())
    first = {name.upper(): value for name, value in reversed(pairs)}
    numbers = {name: whole_number(value) for name, value in first.items()}
    return VendorString(
        pairs=pairs,
        license_type=first.get("LT") or None,
        grace_hours=numbers.get("GP"),
        editions=tuple(filter(None, first.get("CL", "").split(","))),
        css_flag={"0": False, "1": True}.get(first.get("SA", "")),
        overdraft_percent=numbers.get("ODP"),
        warn_days_before=_warn_days(first.get("AP", "")),
        license_period_days=numbers.get("LP"),
        named_user_min_minutes=numbers.get("NUDURMIN"),
        named_user_max_minutes=numbers.get("NUDURMAX"),
        max_count=numbers.get("MLC"),
        unknown=tuple(pair for pair in pairs if pair[0].upper() not in KNOWN_KEYS),
    )


def license_type_name(code: str) -> str:
    """The name people read; a code without a published name is shown as it is."""
    return LICENSE_TYPES.get(code.strip().upper(), code)


def _pair(part: str) -> tuple[str, str]:
    name, separator, value = part.strip().partition("=")
    return (name, value) if separator else ("", name)


def _warn_days(policy: str) -> int | None:
    """Days before the expiry on which administrators are first warned: `ADMIN/LOGON/-28D`."""
    for group in policy.split(":"):
        audience, *rules = group.split("/")
        days = [match[1] for rule in rules if (match := DAYS_BEFORE.fullmatch(rule))]
        if audience.upper() == "ADMIN" and days:
            return max(int(day) for day in days)
    return None
