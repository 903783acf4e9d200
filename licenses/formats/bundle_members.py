"""Which files does a zip from outside hold, and is it safe to unpack them? Only in memory, and within limits."""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from licenses.formats.saying import say

MAX_MEMBERS = 64
MAX_UNPACKED_BYTES = 256 * 1024 * 1024  # all files together; what a zip claims about its sizes is not believed
# A report of a hundred thousand similar users shrinks about thirty times; deflate itself ends at a thousand.
MAX_RATIO = 200
RATIO_MATTERS_FROM = 4 * 1024 * 1024
# The library reads the whole directory before it says how long it is; every entry starts with this mark.
DIRECTORY_ENTRY = b"PK\x01\x02"
MOST_ENTRIES_READ = 4096
CHUNK = 1024 * 1024
ZIP_START = (b"PK\x03\x04", b"PK\x05\x06")
DRIVE = re.compile(r"[A-Za-z]:")
UNREADABLE = (  # everything that zipfile raises for bytes that are no whole zip
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    MemoryError,
    struct.error,
    IndexError,
)


class NotUnpacked(Exception):
    """Why a zip is not unpacked, as a sentence a person can act on."""


@dataclass(slots=True)
class _Budget:
    """How much may still come out of the zip."""

    packed: int
    unpacked: int = 0
    seen: set[str] = field(default_factory=set)

    def spend(self, count: int) -> None:
        self.unpacked += count
        if self.unpacked > MAX_UNPACKED_BYTES:
            raise NotUnpacked(
                say(
                    "The bundle unpacks to more than %(max_unpacked_bytes)s MB. Do not open it.",
                    max_unpacked_bytes=MAX_UNPACKED_BYTES // 1024**2,
                )
            )
        if self.unpacked > max(RATIO_MATTERS_FROM, MAX_RATIO * self.packed):
            raise NotUnpacked(
                say(
                    "The bundle grows to more than %(max_ratio)s times its size, as a zip bomb does. Get the "
                    "bundle from the license server again.",
                    max_ratio=MAX_RATIO,
                )
            )


def read_members(raw: bytes) -> dict[str, bytes]:
    """The files of the zip by name, in its order. Raises NotUnpacked."""
    if raw.count(DIRECTORY_ENTRY) > MOST_ENTRIES_READ:
        raise NotUnpacked(
            say(
                "The bundle holds thousands of files; %(max_members)s at most are read.",
                max_members=MAX_MEMBERS,
            )
        )
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as bundle:
            infos = [info for info in bundle.infolist() if not info.is_dir()]
            if len(bundle.infolist()) > MAX_MEMBERS:
                raise NotUnpacked(
                    say(
                        "The bundle holds %(number)s files; %(max_members)s at most are read.",
                        number=len(bundle.infolist()),
                        max_members=MAX_MEMBERS,
                    )
                )
            budget = _Budget(packed=len(raw))
            for info in bundle.infolist():
                _check_name(info, budget.seen)
            return {info.filename: _unpacked(bundle, info, budget) for info in infos}
    except UNREADABLE as error:
        raise NotUnpacked(
            say(
                "The bundle cannot be unpacked (%(reason)s). It may be cut off; copy it again.",
                reason=_reason(error),
            )
        ) from error


def _check_name(info: zipfile.ZipInfo, seen: set[str]) -> None:
    """Names that would leave the folder, or hide behind another; `orig_filename` still has what follows a NUL."""
    name = info.orig_filename
    path = name.replace("\\", "/")
    if "\0" in name or not name.isprintable():
        raise NotUnpacked(
            say(
                "A file in the bundle has a NUL or another control character in its name. Do not open it.",
            )
        )
    if path.startswith("/") or DRIVE.match(path):
        raise NotUnpacked(say("A file in the bundle has an absolute path for a name. Do not open it."))
    if ".." in path.split("/"):
        raise NotUnpacked(say("A file in the bundle has a name that leads out of its folder. Do not open it."))
    if path.casefold() in seen:
        raise NotUnpacked(say("The bundle holds two files of the same name. Do not open it."))
    seen.add(path.casefold())
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise NotUnpacked(
            say(
                "A file in the bundle is packed in a way that the product does not use. Do not open it.",
            )
        )
    if info.flag_bits & 1:
        raise NotUnpacked(say("The bundle is protected by a password. Remove the password, then import it again."))


def _unpacked(bundle: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes:
    pieces: list[bytes] = []
    with bundle.open(info) as file:
        while piece := file.read(CHUNK):
            budget.spend(len(piece))
            pieces.append(piece)
    return b"".join(pieces)


def _reason(error: BaseException) -> str:
    """A word on what is wrong; the library's own text may hold bytes of the file."""
    text = str(error)
    return text[:80] if text.isascii() and text.isprintable() and text else type(error).__name__
