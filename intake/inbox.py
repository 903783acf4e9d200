"""What lies in the watched folders? `inbox/<server>/`, a folder for each server; files go to `done/` or `rejected/`.

The beat looks regularly. A scan that is killed half-way imported some files twice at most, which changes nothing, and
moves them at the next look. Where names are kept as pseudonyms, a file that names people is not kept here either.
"""

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.tongues import in_our_language
from intake.importing import TooLarge, import_report, refuse_too_large
from intake.models import Door, Outcome
from intake.recognise import NAMES_PEOPLE
from servers.models import LicenseServer
from servers.registry import server_named

log = logging.getLogger(__name__)
SETTLED_SECONDS = 3  # a file that changed just now may still be growing
REASON = ".reason.txt"  # what is added to the name of a rejected file for the file that says why
NOT_KEPT = gettext_lazy("The file is not kept here, because it may name people and names are kept as pseudonyms.")
FILES_PER_SCAN = 200  # the next look takes the rest, so that one full folder does not hold up the others


def folder() -> Path:
    """The folder of all inboxes."""
    return Path(settings.DATA_DIR) / "inbox"


def scan(*, now: datetime) -> int:
    """Import what lies there and has settled. Returns how many files were moved away."""
    moved = 0
    with in_our_language():
        for box in _boxes():
            server = _server(box)
            if server:
                moved += sum(_take(server, path) for path in _waiting(box, now=now)[:FILES_PER_SCAN])
    return moved


def _boxes() -> Iterator[Path]:
    folder().mkdir(parents=True, exist_ok=True)
    yield from sorted(path for path in folder().iterdir() if path.is_dir() and not path.is_symlink())


def _server(box: Path) -> LicenseServer | None:
    """The server that the folder is named after; a new name makes a new server, an impossible one is said."""
    try:
        return server_named(box.name)
    except ValidationError as error:
        log.warning("The folder %s in the inbox is not read: %s", box.name, " ".join(error.messages))
        return None


def _waiting(box: Path, *, now: datetime) -> list[Path]:
    """Plain files that nobody writes to any more, oldest first. Links lead elsewhere and are never followed."""
    found = []
    for path in box.iterdir():
        with suppress(FileNotFoundError):  # somebody took it away while we were looking
            facts = path.lstat()
            has_settled = now.timestamp() - facts.st_mtime >= SETTLED_SECONDS
            if stat.S_ISREG(facts.st_mode) and has_settled and not path.name.startswith("."):
                found.append((facts.st_mtime, path.name, path))
    return [path for _at, _name, path in sorted(found)]


def _take(server: LicenseServer, path: Path) -> bool:
    """Import one file and move it away. False where it could not be moved; that never stops the others."""
    try:
        reason, keeps = _imported(server, path)
        _move(path, "rejected" if reason else "done", reason, keeps=keeps)
    except FileNotFoundError:
        return False
    except OSError as error:
        log.warning("The file %s in the inbox stays where it is: %s", path, error.strerror)
        return False
    return True


def _imported(server: LicenseServer, path: Path) -> tuple[str, bool]:
    """Why it was not imported, "" when it was, and whether the file itself may be kept."""
    try:
        refuse_too_large(path.stat().st_size)
        content = path.read_bytes()
    except TooLarge as error:
        return str(error), True
    except PermissionError as error:
        return _("The file cannot be read: %(reason)s.") % {"reason": error.strerror}, True
    report = import_report(server, content, name=path.name, door=Door.INBOX)
    keeps = not (settings.PSEUDONYMIZE_NAMES and report.kind in NAMES_PEOPLE)
    if report.outcome != Outcome.REJECTED:
        return "", keeps
    return report.summary if keeps else f"{report.summary} {NOT_KEPT}", keeps


def _move(path: Path, to: str, reason: str, *, keeps: bool) -> None:
    """Out of the way, never over another file; beside a rejected one stands why."""
    target = path.parent / to
    target.mkdir(exist_ok=True)
    name = _free_name(target, path)
    if reason:
        (target / _reason_name(name)).write_text(f"{reason}\n", encoding="utf-8")
    if keeps:
        os.replace(path, target / name)  # noqa: PTH105  # one step, as everywhere files change place
    else:
        path.unlink()


def _free_name(target: Path, path: Path) -> str:
    """The name of the file, with a number where it or the name of its reason is taken."""
    names = chain([path.name], (f"{path.stem[:40]}.{number}{path.suffix}" for number in count(1)))
    return next(name for name in names if not ((target / name).exists() or (target / _reason_name(name)).exists()))


def _reason_name(name: str) -> str:
    """The name with an ending; a name that leaves no room for it, which may be 255 bytes, is cut."""
    return f"{name}{REASON}" if len(os.fsencode(name)) <= 240 else f"{name[:55]}{REASON}"
