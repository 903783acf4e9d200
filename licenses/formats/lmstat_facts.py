"""What are the plain facts of a parsed lmstat report, ready for JSON?"""

from datetime import date

from licenses.formats.lmstat_records import FeatureUse, InstalledRow, InstalledTable, LmstatReport
from licenses.formats.problems import Problem


def lmstat_facts(parsed: LmstatReport) -> dict[str, object]:
    """Keys and values for a program to read; dates as ISO text, None for never and unknown."""
    facts = _table(parsed.installed) if parsed.installed and not parsed.blocks else _report(parsed)
    return facts | {"problems": [_problem(problem) for problem in parsed.problems]}


def _report(parsed: LmstatReport) -> dict[str, object]:
    features = parsed.features
    rows = [row for feature in features for row in feature.checkouts]
    reservations = [row for feature in features for row in feature.reservations]
    facts: dict[str, object] = {
        "kind": "lmstat",
        "encoding": parsed.encoding,
        "eol": parsed.eol,
        "bytes": parsed.size,
        "header_date": None if parsed.header_is_bare else parsed.header_text,
        "server_status": [",".join(block.license_servers) for block in parsed.blocks if block.license_servers],
        "servers_up": [
            [one.name, "(MASTER)" if one.is_master else "", one.version or ""]
            for one in parsed.servers
            if one.state == "up"
        ],
        "servers_not_up": [[one.name, one.text] for one in parsed.servers if one.state != "up"],
        "daemons": [[daemon.name, daemon.version] for daemon in parsed.daemons],
        "features": [_feature(feature) for feature in features if feature.in_use is not None],
        "uncounted": [feature.name for feature in features if feature.uncounted],
        "feature_errors": [[feature.name, feature.error] for feature in features if feature.error],
        "checkouts": len(rows),
        "queued": sum(len(feature.queued) for feature in features),
        "linger": sum(1 for row in rows if row.linger),
        "reservation_lines": len(reservations),
        "reserved_total": sum(row.count for row in reservations),
        "row_licenses_sum": sum(row.licenses for row in rows),
        "total_issued": sum(feature.issued or 0 for feature in features),
        "total_in_use": sum(feature.in_use or 0 for feature in features),
        "error": parsed.error,
    }
    return facts | _only_where_present(features)


def _only_where_present(features: tuple[FeatureUse, ...]) -> dict[str, object]:
    """Rows of each version where a feature has several; the first expiry of each feature, None for never."""
    several = [pool for feature in features if len(feature.pools) > 1 for pool in feature.pools]
    expiry: dict[str, date | None] = {}
    for pool in (pool for feature in features for pool in feature.pools if pool.expiry_known):
        earlier = expiry.get(pool.feature)
        expiry[pool.feature] = min(filter(None, (earlier, pool.expires_on)), default=None)
    present: dict[str, object] = {
        "pools": [[f"v{pool.version}", len(pool.checkouts)] for pool in several],
        "expiry": {name: _iso(day) for name, day in expiry.items()},
    }
    return {key: value for key, value in present.items() if value}


def _table(table: InstalledTable) -> dict[str, object]:
    rows = table.rows
    facts: dict[str, object] = {
        "kind": "lmstat -i",
        "columns": list(table.columns),
        "rows": len(rows),
        "sum_licenses": sum(row.count or 0 for row in rows),
        "earliest_expiry": _iso(min((row.expires_on for row in rows if row.expires_on), default=None)),
        "never_expires": sum(1 for row in rows if row.expiry_known and row.expires_on is None),
        "first_row": _row(rows[0]) if rows else None,
        "last_row": _row(rows[-1]) if rows else None,
    }
    return facts


def _row(row: InstalledRow) -> dict[str, object]:
    return {
        "feature": row.feature,
        "version": row.version,
        "count": row.count,
        "vendor": row.vendor,
        "expiry_raw": row.expiry_raw,
        "expiry": _iso(row.expires_on),
    }


def _feature(feature: FeatureUse) -> dict[str, object]:
    return {"feature": feature.name, "issued": feature.issued, "in_use": feature.in_use}


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "line": problem.line,
        "text": problem.text,
        "sentence": problem.sentence,
        "severity": problem.severity,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
