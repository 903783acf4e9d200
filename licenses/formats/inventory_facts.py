"""What are the plain facts of a udadmin list, an options file or an inventory export, ready for JSON?"""

from collections.abc import Iterable
from datetime import date, datetime

from licenses.formats.inventory_export import HistoricalPool, Inventory, RowKind, UsageDetail
from licenses.formats.options_file import OptionsFile, Statement
from licenses.formats.problems import Problem
from licenses.formats.udadmin import UdadminList

# Get-LicInventory speaks of objects; the others of rows.
OBJECT_SOURCES = frozenset([RowKind.INVENTORY, RowKind.LAS_INVENTORY])


def udadmin_facts(parsed: UdadminList) -> dict[str, object]:
    """Distinct users and devices of the list; one support date only where all rows share it, None for unknown."""
    dates = {one.css_date for one in parsed.assignments}
    seen = [one.assigned_at for one in parsed.assignments if one.assigned_at]
    facts: dict[str, object] = {
        "kind": "udadmin",
        "age_minutes": parsed.age_minutes,
        "next_update_minutes": parsed.next_update_minutes,
        "users": _holders(parsed, "user"),
        "devices": _holders(parsed, "device"),
        "features": list(parsed.counts()),
        "css_date": _iso(next(iter(dates))) if len(dates) == 1 else None,
    }
    if seen:
        facts["first_seen"] = _iso(min(seen))
    facts["problems"] = _problems(parsed.problems)
    return facts


def options_file_facts(parsed: OptionsFile) -> dict[str, object]:
    """The number of rules, the first two of them, and the groups with their members."""
    rules = parsed.rules
    facts: dict[str, object] = {"kind": "options_file", "rules": len(rules)}
    facts |= {name: _rule(rule) for name, rule in zip(("first", "second"), rules, strict=False)}
    groups = {group.name: list(group.members) for group in parsed.groups}
    if groups:
        facts["groups"] = groups
    facts["problems"] = _problems(parsed.problems)
    return facts


def inventory_facts(parsed: Inventory) -> dict[str, object]:
    """Only what the export says: an empty answer has no count at all."""
    facts: dict[str, object] = {"kind": "inventory"}
    facts |= _pool_facts(parsed)
    if parsed.usage_details:
        facts |= {"rows": len(parsed.usage_details), "first": _detail(parsed.usage_details[0])}
    if parsed.licenses:
        facts["rows"] = len(parsed.licenses)
    if parsed.historical_pools:
        facts["pool"] = _historical(parsed.historical_pools[0])
    if parsed.usage_samples:
        facts["samples"] = len(parsed.usage_samples)
    if parsed.feature_names:
        facts["feature_rows"] = len(parsed.feature_names)
    if parsed.type_names:
        facts["type_rows"] = len(parsed.type_names)
    facts["problems"] = _problems(parsed.problems)
    return facts


def _pool_facts(parsed: Inventory) -> dict[str, object]:
    if not parsed.pools:
        return {}
    source = parsed.pools[0].source
    if source in OBJECT_SOURCES:
        return {"objects": len(parsed.pools)}
    sums = parsed.sums()
    facts: dict[str, object] = {"sums": {code: [one.total, one.in_use] for code, one in sums.items()}}
    overdraft = {code: one.overdraft for code, one in sums.items() if one.overdraft}
    if source is RowKind.WMI_POOL:
        facts["rows"] = len(parsed.pools)
    return facts | ({"overdraft": overdraft} if overdraft else {})


def _holders(parsed: UdadminList, kind: str) -> int | None:
    if not parsed.is_udadmin:
        return None
    return len({one.name.casefold() for one in parsed.assignments if one.kind == kind})


def _rule(rule: Statement) -> dict[str, object]:
    """The words of a rule; its conditions stand beside them under their own names."""
    words: dict[str, object] = {
        "keyword": rule.keyword,
        "n": rule.number,
        "feature": rule.feature,
        "type": rule.type,
        "name": rule.name,
    }
    present = {name: value for name, value in words.items() if value not in (None, "")}
    return dict(rule.feature_keys) | present


def _detail(detail: UsageDetail) -> dict[str, object]:
    return {"pem": detail.pem, "css_date": _iso(detail.css_date), "kind": detail.kind, "name": detail.name}


def _historical(pool: HistoricalPool) -> dict[str, object]:
    return {
        "pem": pool.pem,
        "css_date": _iso(pool.css_date),
        "expiry": _iso(pool.expires_on),
        "total_including_overdraft": pool.total_including_overdraft,
        "overdraft": pool.overdraft,
        "contracted": pool.contracted,
        "licence_type": pool.license_type,
        "issued": _iso(pool.issued_on),
    }


def _problems(problems: Iterable[Problem]) -> list[dict[str, object]]:
    return [
        {"line": one.line, "text": one.text, "sentence": one.sentence, "severity": one.severity} for one in problems
    ]


def _iso(when: date | datetime | None) -> str | None:
    return when.isoformat() if when else None
