"""What are the plain facts of a parsed license file, ready for JSON?"""

from collections.abc import Iterable, Iterator
from datetime import date

from licenses.formats.problems import Problem
from licenses.formats.records import Feature, LicenseFile, Package

SHOWN_ATTRIBUTES = ("VENDOR_STRING", "NOTICE", "SN", "ISSUED", "START", "OVERDRAFT", "DUP_GROUP", "BORROW", "HOSTID")


def license_file_facts(parsed: LicenseFile) -> dict[str, object]:
    """Keys and values for a program to read; dates as ISO text, None for never and uncounted."""
    features = parsed.features
    expiries = [feature.expires_on for feature in features if feature.expires_on]
    facts: dict[str, object] = {
        "kind": "license_file",
        "encoding": parsed.encoding,
        "eol": parsed.eol,
        "bytes": parsed.size,
        "continued_lines": parsed.continued_lines,
        "servers": [list(server.raw_fields) for server in parsed.servers],
        "vendors": [vendor.name for vendor in parsed.vendors],
        "use_server": parsed.use_server,
        "keyword_counts": dict(parsed.keyword_counts),
        "features": [_feature(feature) for feature in features],
        "unrecognised_lines": list(parsed.junk_lines),
        "earliest_expiry": _iso(min(expiries, default=None)),
        "permanent_features": sum(1 for one in features if one.expires_on is None and one.expiry_known),
        "uncounted_features": sum(1 for one in features if one.is_uncounted),
        "total_counted": sum(one.count or 0 for one in features),
    }
    facts.update(_only_where_present(parsed))
    facts["problems"] = [_problem(problem) for problem in parsed.problems]
    return facts


def package_contents(parsed: LicenseFile) -> dict[str, int]:
    """Licenses of each component, "name|version": its quantity times the count of the enabling lines."""
    by_name: dict[tuple[str, str], list[Feature]] = {}
    for feature in _that_count(parsed.features):
        by_name.setdefault((feature.feature, feature.vendor.upper()), []).append(feature)
    contents: dict[str, int] = {}
    for package in parsed.packages:
        for feature in _enabling(package, by_name):
            for component in package.components:
                key = f"{component.name}|{component.version or feature.version}"
                contents[key] = contents.get(key, 0) + component.count * (feature.count or 0)
    return contents


def pools(features: Iterable[Feature]) -> dict[str, int]:
    """Counted Citrix licenses per "FEATURE|version"; the version is the support date."""
    sums: dict[str, int] = {}
    for feature in features:
        if feature.is_citrix and feature.count is not None:
            key = f"{feature.feature}|{feature.version}"
            sums[key] = sums.get(key, 0) + feature.count
    return sums


def _only_where_present(parsed: LicenseFile) -> dict[str, object]:
    overdraft = sum(feature.overdraft or 0 for feature in parsed.features)
    total = sum(feature.count or 0 for feature in parsed.features)
    present: dict[str, object] = {
        "overdraft": overdraft,
        "total_including_overdraft": total + overdraft if overdraft else 0,
        "packages": len(parsed.packages),
        "pools": pools(parsed.features),
        "effective": package_contents(parsed),
    }
    return {key: value for key, value in present.items() if value}


def _that_count(features: Iterable[Feature]) -> Iterator[Feature]:
    """Counted lines; of FEATURE lines with one name, vendor and version only the first."""
    seen: set[tuple[str, str, str]] = set()
    for feature in features:
        key = (feature.feature, feature.vendor.upper(), feature.version)
        is_repeated = feature.keyword == "FEATURE" and key in seen
        if feature.keyword == "FEATURE":
            seen.add(key)
        if feature.count is not None and not is_repeated:
            yield feature


def _enabling(package: Package, by_name: dict[tuple[str, str], list[Feature]]) -> list[Feature]:
    named = by_name.get((package.name, package.vendor.upper()), [])
    return [feature for feature in named if package.version in {None, feature.version}]


def _feature(feature: Feature) -> dict[str, object]:
    facts: dict[str, object] = {
        "keyword": feature.keyword,
        "feature": feature.feature,
        "vendor": feature.vendor,
        "version": feature.version,
        "expiry_raw": feature.expiry_raw,
        "expiry": _iso(feature.expires_on),
        "count": feature.count,
    }
    values = {name.upper(): value for name, value in reversed(feature.attributes)}
    return facts | {name: values[name] for name in SHOWN_ATTRIBUTES if name in values}


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "line": problem.line,
        "text": problem.text,
        "sentence": problem.sentence,
        "severity": problem.severity,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
