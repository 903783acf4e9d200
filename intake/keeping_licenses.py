"""What does a license file change?"""

from datetime import datetime

from django.utils.translation import gettext_noop

from intake.kept import Kept, grouped, refused
from intake.models import Outcome, SourceReport
from licenses.binding import bound_elsewhere
from licenses.formats.license_file import LicenseFile, parse
from licenses.formats.problems import Problem
from licenses.importing import Installed, install_license_file
from licenses.refusals import refusals
from servers.models import LicenseServer
from uploads.kept_sentences import KeptSentence, and_then, kept

ONE_INSTALLED, SEVERAL_INSTALLED = (
    gettext_noop("1 license line installed."),
    gettext_noop("%(count)s license lines installed."),
)
ONE_BACK, SEVERAL_BACK = (
    gettext_noop("1 license line in force again."),
    gettext_noop("%(count)s license lines in force again."),
)


def keep_license_file(report: SourceReport, content: bytes, *, at: datetime) -> Kept:
    """Put it in force, all of it or nothing."""
    parsed = parse(content, today=at.astimezone(report.server.zone).date())
    problems = _problems(report.server, parsed)
    if refusal := refused(problems):
        return refusal
    installed = install_license_file(report.server, parsed, name=report.name, sha256=report.sha256, at=at)
    outcome = Outcome.IMPORTED if installed.changed_something else Outcome.DUPLICATE
    return Kept(outcome, _summary(parsed, installed), tuple(problems))


def _problems(server: LicenseServer, parsed: LicenseFile) -> list[Problem]:
    """What the reader found, what forbids the import, and whether the file is for another server; by line."""
    elsewhere = bound_elsewhere(parsed, server)
    found = [*parsed.problems, *refusals(parsed), *([elsewhere] if elsewhere else [])]
    return sorted(found, key=lambda problem: problem.line)


def _summary(parsed: LicenseFile, installed: Installed) -> KeptSentence:
    if not installed.changed_something:
        day = f"{installed.file.imported_at:%-d %b %Y}"
        return kept(gettext_noop("This file is installed already, since %(day)s. Nothing changed."), day=day)
    if parsed.is_client_stub:
        return kept(gettext_noop("A pointer to another license server. It grants no licenses."))
    words = _in_force(len(parsed.features), is_back=installed.is_back)
    if installed.retired:
        names = ", ".join(file.name for file in installed.retired)
        words = and_then(words, kept(gettext_noop("Retired: %(files)s."), files=names))
    return words


def _in_force(lines: int, *, is_back: bool) -> KeptSentence:
    if lines == 1:
        return kept(ONE_BACK if is_back else ONE_INSTALLED)
    return kept(SEVERAL_BACK if is_back else SEVERAL_INSTALLED, count=grouped(lines))
