"""Does a license file as a whole make sense, and is it in force on a given day?"""

from collections.abc import Iterator
from datetime import date

from licenses.formats.problems import Problem, ProblemList, Severity
from licenses.formats.records import Feature, LicenseFile, Package
from licenses.formats.saying import say


def check(parsed: LicenseFile, *, today: date | None) -> tuple[Problem, ...]:
    """Every finding about the file; those that need a day are left out without one."""
    parts = [
        _no_license(parsed),
        _end(parsed),
        _server_groups(parsed),
        _vendors(parsed),
        _features(parsed),
        _packages(parsed),
    ]
    if today is not None:
        parts.append(_days(parsed, today))
    findings = [problem for part in parts for problem in part]
    return _listed(findings) if findings else ()


def _listed(findings: list[Problem]) -> tuple[Problem, ...]:
    """Through the one door that masks secrets and folds what is too much."""
    found = ProblemList()
    for one in findings:
        found.add(one.line, one.text, one.sentence, severity=one.severity, end_line=one.end_line)
    return found.listed()


def _no_license(parsed: LicenseFile) -> Iterator[Problem]:
    if not parsed.is_license_file:
        sentence = say("No license statement was found in this file. Choose the license file itself.")
        yield Problem(1, "", sentence, "error", max(1, parsed.line_count))
    elif parsed.is_client_stub:
        line = parsed.servers[0].line
        sentence = say(
            "This file only points clients to a license server and grants nothing. Import the server's own file.",
        )
        yield Problem(line, f"SERVER {parsed.servers[0].host}", sentence, "note", line)


def _end(parsed: LicenseFile) -> Iterator[Problem]:
    """A file that stops in the middle of its last license. Citrix signs every one, at the end of its statement."""
    if not parsed.features or parsed.ends_in_newline:
        return
    last = parsed.features[-1]
    is_at_the_end = last.end_line == parsed.line_count
    if is_at_the_end and last.is_citrix and not last.signed and not last.positional_key_present:
        sentence = say(
            "The file ends in the middle of this license: its signature is missing. Get the complete file.",
        )
        yield _about(last, sentence, severity="error")


def _server_groups(parsed: LicenseFile) -> Iterator[Problem]:
    if len(parsed.servers) < 2:
        return
    for group in parsed.server_blocks():
        if len(group) not in {1, 3}:
            sentence = say(
                "%(number)s SERVER lines belong together here; only one, or three for a redundant triad, may "
                "be. Keep the lines of the original file.",
                number=len(group),
            )
            yield Problem(group[1].line, f"SERVER {group[1].host}", sentence, "warning", group[-1].end_line)


def _vendors(parsed: LicenseFile) -> Iterator[Problem]:
    """A counted feature needs the daemon of its vendor; said once per vendor."""
    named = {vendor.name.upper() for vendor in parsed.vendors}
    if {vendor.upper() for vendor in {one.vendor for one in parsed.features}} <= named:
        return
    for feature in parsed.features:
        vendor = feature.vendor.upper()
        if feature.count is not None and vendor not in named:
            named.add(vendor)
            sentence = say(
                "No VENDOR line names the daemon %(vendor)s, so a server cannot serve its features. Add "
                "“VENDOR %(vendor)s”, or get the complete file.",
                vendor=feature.vendor[:80],
            )
            yield _about(feature, sentence)


def _features(parsed: LicenseFile) -> Iterator[Problem]:
    if not _is_plain(parsed.features):
        yield from _conflicts(parsed.features)


def _is_plain(features: tuple[Feature, ...]) -> bool:
    """Counted INCREMENT lines with signatures of their own: nothing to find, and most files hold nothing else."""
    counted = all(one.count is not None and one.keyword == "INCREMENT" for one in features)
    return counted and len({one.signature_sha256 for one in features}) == len(features)


def _conflicts(features: tuple[Feature, ...]) -> Iterator[Problem]:
    first_lines: dict[tuple[str, str, str], int] = {}
    licenses: dict[tuple[object, ...], Feature] = {}
    for one in features:
        if one.is_uncounted and one.hostid is None:
            sentence = say(
                "This license is uncounted but has no HOSTID, so no client will accept it. Ask for a new file.",
            )
            yield _about(one, sentence)
        if one.signature_sha256:
            terms = (one.signature_sha256, one.feature, one.vendor, one.version, one.expiry_raw, one.count)
            twin = licenses.setdefault(terms, one)
            if twin is not one and twin.serial_number == one.serial_number:
                sentence = say(
                    "The same license stands in line %(line)s already. Count it once; remove this copy.",
                    line=twin.line,
                )
                yield _about(one, sentence)
                continue
        if one.keyword == "FEATURE":
            first = first_lines.setdefault((one.feature, one.vendor.upper(), one.version), one.line)
            if first != one.line:
                sentence = say(
                    "Only the first FEATURE of a name counts; it stands in line %(first)s. Nothing to do.",
                    first=first,
                )
                yield _about(one, sentence, severity="note")


def _packages(parsed: LicenseFile) -> Iterator[Problem]:
    enabled = {(feature.feature, feature.vendor.upper()) for feature in parsed.features}
    for package in parsed.packages:
        if (package.name, package.vendor.upper()) not in enabled:
            sentence = say(
                "No FEATURE or INCREMENT enables this package, so it grants nothing. Get the complete file.",
            )
            yield _about(package, sentence, severity="note")


def _days(parsed: LicenseFile, today: date) -> Iterator[Problem]:
    for feature in parsed.features:
        if feature.expires_on is not None and feature.expires_on < today:
            sentence = say(
                "This license expired on %(expires_on)s. Renew it, or remove the file.",
                expires_on=feature.expires_on.isoformat(),
            )
            yield _about(feature, sentence)
        start = feature.start
        if start is not None and start > today:
            sentence = say(
                "This license starts on %(start)s. It cannot be used before that day.",
                start=start.isoformat(),
            )
            yield _about(feature, sentence)


def _about(one: Feature | Package, sentence: str, *, severity: Severity = "warning") -> Problem:
    name = one.name if isinstance(one, Package) else one.feature
    text = f"{one.keyword} {name[:80]} {one.vendor[:80]} {one.version or ''}"[:200].rstrip()
    return Problem(one.line, text, sentence, severity, one.end_line)
