"""What are the plain facts of a parsed bundle, manifest or report, ready for JSON?"""

from datetime import datetime

from licenses.formats.payload_records import PayloadReport, SupportDatePool
from licenses.formats.problems import Problem


def payload_report_facts(parsed: PayloadReport) -> dict[str, object]:
    """Keys and values for a program to read; times as ISO text in UTC, and only what the document says."""
    facts: dict[str, object] = {"kind": f"payload_{parsed.kind}", "bytes": parsed.size}
    if parsed.kind == "bundle":
        facts["members"] = list(parsed.members)
    if parsed.manifest is not None:
        facts |= _manifest(parsed)
    if parsed.server is not None or parsed.features:
        facts |= _report(parsed)
    facts["unrecognised_elements"] = [list(pair) for pair in parsed.unknown]
    facts["problems"] = [_problem(problem) for problem in parsed.problems]
    return facts


def _manifest(parsed: PayloadReport) -> dict[str, object]:
    manifest = parsed.manifest
    if manifest is None:
        return {}
    return {
        "product": manifest.product,
        "product_version": manifest.product_version,
        "time_utc": _iso(manifest.time_utc),
        "deployed_utc": _iso(manifest.deployed_at),
    }


def _report(parsed: PayloadReport) -> dict[str, object]:
    facts: dict[str, object] = {
        "features": {
            f"{feature.code}|{pool.css_date}": _pool(pool) for feature in parsed.features for pool in feature.pools
        },
        "billable_ids_listed": parsed.billable_ids_listed,
        "serial_numbers": [[one.code, one.number] for one in parsed.serial_numbers],
        "is_service_provider": parsed.is_service_provider,
    }
    if parsed.server is not None:
        server = parsed.server
        named = {
            "privacy": server.privacy,
            "org_id": server.org_id,
            "customer_id": server.customer_id,
            "guid": server.guid,
            "fqdn": server.fqdn,
            "hardware_id": server.hardware_id,
            "server_version": server.product_version,
            "installed_utc": _iso(server.installed_at),
            "sample_stop_utc": _iso(server.sample_stop),
        }
        facts |= {key: value for key, value in named.items() if value}
    return facts


def _pool(pool: SupportDatePool) -> dict[str, int]:
    counts = {"installed": pool.installed, "used_max": pool.used_max, "billable": pool.billable}
    return {key: count for key, count in counts.items() if count is not None}


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "line": problem.line,
        "text": problem.text,
        "sentence": problem.sentence,
        "severity": problem.severity,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
