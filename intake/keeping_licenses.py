"""What does a license file change?"""

from datetime import datetime

from intake.kept import Kept, counted, refused
from intake.models import Outcome, SourceReport
from licenses.binding import bound_elsewhere
from licenses.formats.license_file import LicenseFile, parse
from licenses.formats.problems import Problem
from licenses.importing import Installed, install_license_file
from licenses.refusals import refusals
from servers.models import LicenseServer


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


def _summary(parsed: LicenseFile, installed: Installed) -> str:
    if not installed.changed_something:
        return f"This file is installed already, since {installed.file.imported_at:%-d %b %Y}. Nothing changed."
    if parsed.is_client_stub:
        return "A pointer to another license server. It grants no licenses."
    state = "in force again" if installed.is_back else "installed"
    words = f"{counted(len(parsed.features), 'license line')} {state}."
    if installed.retired:
        words += f" Retired: {', '.join(file.name for file in installed.retired)}."
    return words
