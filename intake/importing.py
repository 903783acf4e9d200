"""What does a file that came in change? Recognised, handed to the floor that keeps it, remembered: all or nothing."""

import hashlib
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from intake.models import Door, Outcome, SourceReport
from intake.recognise import Kind, recognise
from licenses.binding import bound_elsewhere
from licenses.formats.license_file import LicenseFile, parse
from licenses.formats.problems import Problem
from licenses.importing import Installed, install_license_file
from licenses.refusals import refusals
from servers.models import LicenseServer

KEPT_PROBLEMS = 200  # what a page can show; the number of all of them is kept beside it


class TooLarge(Exception):
    """The file is larger than any report; the text says how large it may be."""


def refuse_too_large(size: int) -> None:
    """Raises TooLarge, before anything of the file is read, when `size` bytes are too many."""
    if size > settings.MAX_IMPORT_BYTES:
        most = settings.MAX_IMPORT_BYTES // 1024**2
        raise TooLarge(
            f"The file has {size / 1024**2:,.0f} MB; {most} MB at most are read. Nothing was imported. "
            "A license file is a few KB: was the right file chosen?"
        )


def import_report(
    server: LicenseServer, content: bytes, *, name: str, door: Door, by: User | None = None
) -> SourceReport:
    """Import one file for this server and say what became of it. Raises TooLarge; never on what the file holds."""
    refuse_too_large(len(content))
    digest, at = hashlib.sha256(content).hexdigest(), timezone.now()
    keep_raw(digest, content)
    with transaction.atomic():
        LicenseServer.objects.select_for_update().get(pk=server.pk)
        report = SourceReport.objects.filter(server=server, sha256=digest).first() or SourceReport(
            server=server, sha256=digest, size=len(content), door=door, received_at=at, received_by=by
        )
        report.name, report.last_seen_at = clean_name(name), at
        _fill(report, content, at=at)
        report.save()
    return report


def keep_raw(sha256: str, content: bytes) -> Path:
    """Keep the bytes as they came, once, under their digest."""
    path = raw_path(sha256)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own for each writer; the file is for this account alone, because it holds signatures.
    with NamedTemporaryFile(dir=path.parent, prefix=".receiving-", delete=False) as draft:
        draft.write(content)
    return Path(draft.name).replace(path)


def raw_path(sha256: str) -> Path:
    """Where the bytes of a report lie."""
    return Path(settings.DATA_DIR) / "reports" / sha256[:2] / sha256


def clean_name(name: str) -> str:
    """The last part of a file name, printable and short; a path in it is dropped."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[-255:] or "unnamed"


def _fill(report: SourceReport, content: bytes, *, at: datetime) -> None:
    kind, sentence = recognise(content)
    report.kind = kind
    if kind is Kind.UNKNOWN:
        report.outcome, report.summary = Outcome.REJECTED, sentence
        return
    today: date = at.astimezone(report.server.zone).date()
    parsed = parse(content, today=today)
    problems = _problems(report.server, parsed)
    report.problem_count = len(problems)
    report.problems = [_shown(problem) for problem in problems[:KEPT_PROBLEMS]]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        report.outcome, report.summary = Outcome.REJECTED, _refusal(errors)
        return
    installed = install_license_file(report.server, parsed, name=report.name, sha256=report.sha256, at=at)
    report.outcome = Outcome.IMPORTED if installed.changed_something else Outcome.DUPLICATE
    report.summary = _summary(parsed, installed)


def _problems(server: LicenseServer, parsed: LicenseFile) -> list[Problem]:
    """What the reader found, what forbids the import, and whether the file is for another server; by line."""
    elsewhere = bound_elsewhere(parsed, server)
    found = [*parsed.problems, *refusals(parsed), *([elsewhere] if elsewhere else [])]
    return sorted(found, key=lambda problem: problem.line)


def _shown(problem: Problem) -> dict[str, object]:
    return {key: _plain(value) for key, value in asdict(problem).items()}


def _plain(value: object) -> object:
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else value


def _refusal(errors: list[Problem]) -> str:
    first = errors[0]
    others = len({problem.line for problem in errors} - {first.line})
    more = f" {others} more line{' has' if others == 1 else 's have'} problems." if others else ""
    return f"Nothing was imported. Line {first.line}: {first.sentence}{more}"


def _summary(parsed: LicenseFile, installed: Installed) -> str:
    if not installed.changed_something:
        return f"This file is installed already, since {installed.file.imported_at:%-d %b %Y}. Nothing changed."
    if parsed.is_client_stub:
        return "A pointer to another license server. It grants no licenses."
    granted = len(parsed.features)
    words = (
        f"{granted} license line{'' if granted == 1 else 's'} {'in force again' if installed.is_back else 'installed'}."
    )
    if installed.retired:
        words += f" Retired: {', '.join(file.name for file in installed.retired)}."
    return words
