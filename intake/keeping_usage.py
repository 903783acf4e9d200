"""What does a report about use change? Samples, assignments and leases on the floor that keeps them."""

from datetime import datetime

from django.utils.translation import gettext_noop

from intake.kept import Kept, grouped, refused
from intake.models import Outcome, SourceReport
from licenses import assignments, leases, readings, usage
from licenses.formats import inventory_export, lmstat, options_file, udadmin
from licenses.formats.lmstat_records import LmstatReport
from uploads.kept_sentences import KeptSentence, and_then, kept

# By whether there is one.
READINGS = {True: gettext_noop("%(count)s reading of use."), False: gettext_noop("%(count)s readings of use.")}
ASSIGNMENTS = {True: gettext_noop("%(count)s assignment."), False: gettext_noop("%(count)s assignments.")}
LEASES = {True: gettext_noop("%(count)s activation lease."), False: gettext_noop("%(count)s activation leases.")}
ROWS = {
    True: gettext_noop(
        "%(count)s row of installed licenses, which say nothing about use. Import the license files themselves."
    ),
    False: gettext_noop(
        "%(count)s rows of installed licenses, which say nothing about use. Import the license files themselves."
    ),
}
OPTIONS = {
    (True, True): gettext_noop("%(rules)s rule and %(groups)s group read, nothing changed."),
    (True, False): gettext_noop("%(rules)s rule and %(groups)s groups read, nothing changed."),
    (False, True): gettext_noop("%(rules)s rules and %(groups)s group read, nothing changed."),
    (False, False): gettext_noop("%(rules)s rules and %(groups)s groups read, nothing changed."),
}


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
    one, several = (
        gettext_noop("1 assignment of users and devices."),
        gettext_noop("%(count)s assignments of users and devices."),
    )
    words = kept(one) if held == 1 else kept(several, count=grouped(held))
    return Kept(Outcome.IMPORTED, words, parsed.problems)


def keep_inventory(report: SourceReport, content: bytes, *, at: datetime) -> Kept:
    """Use, assignments and leases from an export of PowerShell, WMI or Checkmk."""
    parsed = inventory_export.parse(content)
    if refusal := refused(parsed.problems):
        return refusal
    if parsed.is_empty_answer:
        summary = gettext_noop("The server answered with a heading and no rows: use is not known, which is not zero.")
        return Kept(Outcome.IMPORTED, kept(summary), parsed.problems)
    found = readings.of_inventory(parsed, zone=report.server.zone, received_at=at)
    usage.record(report.server, found, source=report.kind)
    held = assignments.record(report.server, assignments.of_inventory(parsed), at=at)
    leased = leases.record(report.server, parsed, at=at)
    return Kept(Outcome.IMPORTED, _read(len(found), held, leased), parsed.problems)


def keep_options_file(report: SourceReport, content: bytes, *, at: datetime) -> Kept:
    """Read only: Citrix does not support other options than its own, so nothing here follows them."""
    parsed = options_file.parse(content)
    if refusal := refused(parsed.problems):
        return refusal
    rules, groups = grouped(len(parsed.rules)), grouped(len(parsed.groups))
    words = OPTIONS[len(parsed.rules) == 1, len(parsed.groups) == 1]
    return Kept(Outcome.IMPORTED, kept(words, rules=rules, groups=groups), parsed.problems)


def _read(found: int, held: int, leased: int) -> KeptSentence:
    """What an inventory gave, without what it gave none of."""
    words = kept(READINGS[found == 1], count=grouped(found))
    if held:
        words = and_then(words, kept(ASSIGNMENTS[held == 1], count=grouped(held)))
    if leased:
        words = and_then(words, kept(LEASES[leased == 1], count=grouped(leased)))
    return words


def _lmstat_summary(parsed: LmstatReport, found: int) -> KeptSentence:
    if parsed.error:
        silent = gettext_noop(
            "The license server did not answer, so its use is not known, which is not zero: %(error)s"
        )
        return kept(silent, error=parsed.error)
    if parsed.installed is not None and not found:
        rows = len(parsed.installed.rows)
        return kept(ROWS[rows == 1], count=grouped(rows))
    if not found:
        return kept(gettext_noop("No feature gave a number, so use is not known, which is not zero."))
    one, several = gettext_noop("Use of 1 feature read."), gettext_noop("Use of %(count)s features read.")
    return kept(one) if found == 1 else kept(several, count=grouped(found))
