"""Where do the bytes of a bundle lie? In a file each: `<id>.part` while growing, `<id>.bin` whole.

The name a client gave is never a path; ids are made here. What returns from a writing function
is on the disk, not only in the operating system's memory.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from receiver.ranges import Span

PART, WHOLE = ".part", ".bin"


class ContentFiles:
    """The folder of content files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, bundle_id: str) -> None:
        """An empty file whose name survives a power cut."""
        os.close(os.open(self.part(bundle_id), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self.sync_folder()

    def part(self, bundle_id: str) -> Path:
        return self.folder / f"{bundle_id}{PART}"

    def whole(self, bundle_id: str) -> Path:
        return self.folder / f"{bundle_id}{WHOLE}"

    def path(self, bundle_id: str) -> Path:
        """Where the bytes are now."""
        whole = self.whole(bundle_id)
        return whole if whole.exists() else self.part(bundle_id)

    def finish(self, bundle_id: str) -> None:
        """Give a whole bundle its last name; harmless if it has it already."""
        if self.part(bundle_id).exists():
            self.part(bundle_id).replace(self.whole(bundle_id))
            self.sync_folder()

    def unfinish(self, bundle_id: str) -> None:
        """Take a last name back that was given just before a crash."""
        if self.whole(bundle_id).exists():
            self.whole(bundle_id).replace(self.part(bundle_id))

    def remove(self, bundle_id: str) -> None:
        self.path(bundle_id).unlink(missing_ok=True)

    def ids_on_disk(self) -> list[str]:
        return [entry.stem for entry in self.folder.iterdir() if entry.suffix == PART]

    def sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def held(self, bundle_id: str) -> Iterator[int]:
        """A file descriptor to read and write at any position, held by one thread at a time.

        The lock lies on the file itself, so that it also counts between two server processes.
        """
        descriptor = self._open(bundle_id)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _open(self, bundle_id: str) -> int:
        # First name first: a file renamed between the two attempts is found by the second.
        try:
            return os.open(self.part(bundle_id), os.O_RDWR)
        except FileNotFoundError:
            return os.open(self.whole(bundle_id), os.O_RDWR)


def write_spans(descriptor: int, *, spans: Iterable[Span], data: bytes, offset: int) -> None:
    """Write those parts of `data` (which begins at `offset`) and wait for the disk."""
    view = memoryview(data)
    for span in spans:
        position = span.start
        while position < span.stop:  # a write may be cut short by a signal or a nearly full disk
            rest = view[position - offset : span.stop - offset]
            position += os.pwrite(descriptor, rest, position)
    os.fsync(descriptor)


def holds(descriptor: int, *, span: Span, data: bytes, offset: int) -> bool:
    """Whether the file has, within `span`, the very bytes of `data`."""
    position = span.start
    while position < span.stop:
        stored = os.pread(descriptor, span.stop - position, position)
        if not stored or stored != data[position - offset : position - offset + len(stored)]:
            return False
        position += len(stored)
    return True


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
