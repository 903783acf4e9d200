"""What does a report about use change? Samples, assignments and leases on the floor that keeps them."""

from datetime import datetime

from intake.kept import Kept, counted, refused
from intake.models import Outcome, SourceReport
from licenses import assignments, leases, readings, usage
from licenses.formats import inventory_export, lmstat, options_file, udadmin
from licenses.formats.lmstat_records import LmstatReport


def keep_lmstat(report: SourceReport, content: bytes, *, at: datetime) -> Kept:
    """Samples of use. A server that did not answer says nothing, which is not zero."""
    parsed = lmstat.parse(content)
    if refusal := refused(parsed.problems):
        return refusal
    found = readings.of_lmstat(parsed, zone=report.server.zone, received_at=at)
    usage.record(report.server, found, source=report.kind)
    return Kept(Outcome.IMPORTED, _lmstat_summary(parsed, len(found)), parsed.problems)


def keep_udadmin(report: SourceReport, content: bytes, *, at: datetime) -> Kept:
    """Who holds which license."""
    parsed = udadmin.parse(content)
    if refusal := refused(parsed.problems):
        return refusal
    held = assignments.record(report.server, assignments.of_udadmin(parsed, zone=report.server.zone), at=at)
    usage.record(report.server, readings.of_udadmin(parsed, received_at=at), source=report.kind)
    return Kept(Outcome.IMPORTED, f"{counted(held, 'assignment')} of users and devices.", parsed.problems)


def keep_inventory(report: SourceReport, content: bytes, *, at: datetime) -> Kept:
    """Use, assignments and leases from an export of PowerShell, WMI or Checkmk."""
    parsed = inventory_export.parse(content)
    if refusal := refused(parsed.problems):
        return refusal
    if parsed.is_empty_answer:
        summary = "The server answered with a heading and no rows: use is not known, which is not zero."
        return Kept(Outcome.IMPORTED, summary, parsed.problems)
    found = readings.of_inventory(parsed, zone=report.server.zone, received_at=at)
    usage.record(report.server, found, source=report.kind)
    held = assignments.record(report.server, assignments.of_inventory(parsed), at=at)
    leased = leases.record(report.server, parsed, at=at)
    parts = [counted(len(found), "reading of use")] if len(found) == 1 else [f"{len(found):,} readings of use"]
    parts += [counted(held, "assignment")] if held else []
    parts += [counted(leased, "activation lease")] if leased else []
    return Kept(Outcome.IMPORTED, f"{', '.join(parts)}.", parsed.problems)


def keep_options_file(report: SourceReport, content: bytes, *, at: datetime) -> Kept:
    """Read only: Citrix does not support other options than its own, so nothing here follows them."""
    parsed = options_file.parse(content)
    if refusal := refused(parsed.problems):
        return refusal
    words = f"{counted(len(parsed.rules), 'rule')} and {counted(len(parsed.groups), 'group')} read, nothing changed."
    return Kept(Outcome.IMPORTED, words, parsed.problems)


def _lmstat_summary(parsed: LmstatReport, found: int) -> str:
    if parsed.error:
        return f"The license server did not answer, so its use is not known, which is not zero: {parsed.error}"
    if parsed.installed is not None and not found:
        rows = counted(len(parsed.installed.rows), "row")
        return f"{rows} of installed licenses, which say nothing about use. Import the license files themselves."
    if not found:
        return "No feature gave a number, so use is not known, which is not zero."
    return f"Use of {counted(found, 'feature')} read."
