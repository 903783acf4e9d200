"""What does a file that came in change? Recognised, handed to the floor that keeps it, remembered: all or nothing."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.tongues import in_our_language
from intake.keeping_licenses import keep_license_file
from intake.keeping_uploads import keep_payload, keep_result_file, keep_uploader_log
from intake.keeping_usage import keep_inventory, keep_lmstat, keep_options_file, keep_udadmin
from intake.kept import Kept
from intake.models import Door, Outcome, SourceReport
from intake.recognise import NAMES_PEOPLE, Kind, recognise
from languages.numbers import number
from licenses.formats.problems import Problem
from licenses.formats.saying import parts_of
from licenses.service_provider import remember
from servers.models import LicenseServer
from uploads.kept_sentences import kept

KEPT_PROBLEMS = 200  # what a page can show; the number of all of them is kept beside it
UNDATED = frozenset({Kind.UDADMIN, Kind.INVENTORY})  # no moment stands in them: they speak of the day they come
QUOTED = re.compile("“.*”", re.DOTALL)  # from the first to the last: a file may hold such quotes itself
KEEPERS: dict[Kind, Callable[..., Kept]] = {
    Kind.LICENSE_FILE: keep_license_file,
    Kind.LMSTAT: keep_lmstat,
    Kind.UDADMIN: keep_udadmin,
    Kind.OPTIONS_FILE: keep_options_file,
    Kind.INVENTORY: keep_inventory,
    Kind.RESULT_FILE: keep_result_file,
    Kind.UPLOADER_LOG: keep_uploader_log,
    Kind.PAYLOAD_REPORT: keep_payload,
    Kind.BUNDLE: keep_payload,
}


class TooLarge(Exception):
    """The file is larger than any report; the text says how large it may be."""


def refuse_too_large(size: int) -> None:
    """Raises TooLarge, before anything of the file is read, when `size` bytes are too many."""
    if size > settings.MAX_IMPORT_BYTES:
        most = settings.MAX_IMPORT_BYTES // 1024**2
        words = _(
            "The file has %(size)s MB; %(most)s MB at most are read. Nothing was imported. A license file is a few KB: "
            "was the right file chosen?"
        )
        raise TooLarge(words % {"size": number(size / 1024**2), "most": most})


def import_report(
    server: LicenseServer, content: bytes, *, name: str, door: Door, by: User | None = None, at: datetime | None = None
) -> SourceReport:
    """Import one file for this server and say what became of it. Raises TooLarge; never on what the file holds.

    `at` is when it came in, for those who tell of the past; now, when none is given.
    """
    refuse_too_large(len(content))
    digest, at = hashlib.sha256(content).hexdigest(), at or timezone.now()
    kind, sentence = recognise(content)
    if not (settings.PSEUDONYMIZE_NAMES and kind in NAMES_PEOPLE):
        keep_raw(digest, content)
    with transaction.atomic(), in_our_language():
        # What the caller holds may be older than what another import has learned meanwhile.
        server.refresh_from_db(from_queryset=LicenseServer.objects.select_for_update())
        report = SourceReport.objects.filter(server=server, sha256=digest).first() or SourceReport(
            sha256=digest, size=len(content), door=door, received_at=at, received_by=by
        )
        report.server, report.kind, report.name = server, kind, clean_name(name)
        _fill(report, _kept(report, content, kind, sentence, at=at))
        report.last_seen_at = at
        report.save()
        remember(server, on=at.astimezone(server.zone).date())
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


def _kept(report: SourceReport, content: bytes, kind: Kind, sentence: str, *, at: datetime) -> Kept:
    if kind is Kind.UNKNOWN:
        return Kept(Outcome.REJECTED, kept(sentence))
    if kind is not Kind.LICENSE_FILE and _is_repeat(report, at=at):
        when = f"{report.received_at:%-d %b %Y, %H:%M} UTC"
        words = kept(gettext_noop("This file was imported already, on %(moment)s. Nothing changed."), moment=when)
        return Kept(Outcome.DUPLICATE, words, None)
    return KEEPERS[kind](report, content, at=at)


def _is_repeat(report: SourceReport, *, at: datetime) -> bool:
    """Does it say nothing new? A list without a date does, on another day and after another list of its kind."""
    if not report.pk or report.outcome == Outcome.REJECTED:
        return False
    if report.kind not in UNDATED:
        return True
    zone = report.server.zone
    others = SourceReport.objects.filter(server=report.server, kind=report.kind).exclude(pk=report.pk)
    is_newest = not others.exclude(outcome=Outcome.REJECTED).filter(last_seen_at__gte=report.last_seen_at).exists()
    return is_newest and report.last_seen_at.astimezone(zone).date() == at.astimezone(zone).date()


def _fill(report: SourceReport, done: Kept) -> None:
    hide = settings.PSEUDONYMIZE_NAMES and report.kind in NAMES_PEOPLE
    report.outcome = done.outcome
    report.summary = _without_quoted(done.summary) if hide else _plain(done.summary)
    report.kept = _plain(_kept_parts(done.summary, hide=hide))
    if done.problems is not None:
        report.problem_count = len(done.problems)
        report.problems = [_shown(problem, hide=hide) for problem in done.problems[:KEPT_PROBLEMS]]


def _shown(problem: Problem, *, hide: bool) -> dict[str, object]:
    """As it is stored: without NUL, which PostgreSQL refuses, and without words of the file that may name a person."""
    facts = {**asdict(problem), "kept": _kept_parts(problem.sentence, hide=hide)}
    if hide:
        facts |= {"text": "", "sentence": _without_quoted(problem.sentence)}
    return {key: _plain(value) for key, value in facts.items()}


def _kept_parts(sentence: str, *, hide: bool) -> list[list[Any]]:
    """What a sentence was made from; nothing where it quotes words of a file that may name a person."""
    is_plain = not hide or _without_quoted(sentence) == sentence
    return parts_of(sentence) if is_plain else []


def _without_quoted(sentence: str) -> str:
    """A sentence without the words of the file, which stand in typographic quotes wherever we write them."""
    return QUOTED.sub("“…”", sentence)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value).replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
