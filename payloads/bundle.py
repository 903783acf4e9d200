"""How do documents become one file? A zip whose bytes depend on its content alone.

Names, order, dates and attributes are fixed, so the same input gives the same bytes and the same SHA-256.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from licenses.formats.bundle_members import UNREADABLE

FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
MAX_UNPACKED_BYTES = 256 * 1024 * 1024  # what a reader unpacks at most, all files together; a zip bomb ends here
MAX_MEMBERS = 64


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the bundle; `write` puts its bytes into an open file."""

    name: str
    write: Callable[[BinaryIO], None]


class BundleRefused(Exception):
    """A zip that we will not unpack; the text says why."""


def write_bundle(target: BinaryIO, members: Iterable[Member]) -> None:
    """Write the members, in their order, as a zip into `target`."""
    with zipfile.ZipFile(target, "w") as bundle:
        for member in members:
            info = zipfile.ZipInfo(member.name, FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix on every system, or the bytes would differ
            info.external_attr = 0o600 << 16
            with bundle.open(info, "w", force_zip64=False) as file:
                member.write(file)  # type: ignore[arg-type]


def sha256_of(path: Path) -> str:
    """The digest by which a bundle is known everywhere."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_members(path: Path) -> dict[str, bytes]:
    """The files of a bundle by name. Raises BundleRefused for what is broken, too many or too large."""
    try:
        with zipfile.ZipFile(path) as bundle:
            infos = bundle.infolist()
            if len(infos) > MAX_MEMBERS:
                raise BundleRefused(
                    _("The bundle holds %(count)s files; %(most)s at most are read.")
                    % {"count": len(infos), "most": MAX_MEMBERS}
                )
            return _read_all(bundle, infos)
    except UNREADABLE as error:
        raise BundleRefused(_("The bundle cannot be unpacked: %(error)s.") % {"error": error}) from error


def _read_all(bundle: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """The sizes that a zip claims are not believed: the bytes that come out are counted."""
    found: dict[str, bytes] = {}
    left = MAX_UNPACKED_BYTES
    for info in infos:
        if info.filename in found:
            raise BundleRefused(_("The bundle holds two files of the same name."))
        with bundle.open(info) as file:
            data = file.read(left + 1)
        left -= len(data)
        if left < 0:
            raise BundleRefused(
                _("The bundle unpacks to more than %(size)s MB.") % {"size": MAX_UNPACKED_BYTES // 1024**2}
            )
        found[info.filename] = data
    return found
