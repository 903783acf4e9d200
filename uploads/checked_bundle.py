"""Are these still the bytes that were sealed? Compared before the first is sent, and again while they are read."""

from hashlib import sha256
from typing import BinaryIO

from django.utils.translation import gettext as _

PIECE = 64 * 1024  # every chunk but the last is a multiple of it, so no chunk holds a byte that was not compared
MARK = 16  # bytes of a digest that are kept for each piece: 256 KB for a bundle of 1 GB


class BundleMissing(Exception):
    """The bytes of a bundle are not there or are not what they were; the text says which."""


class CheckedBundle:
    """An open bundle, read in order from byte `start`. Raises BundleMissing when it is not the one of this digest.

    While all of it is checked, the digest of everything up to the end of each piece is noted. What is read later has
    to lead to the same digests before it is given out. So neither a bundle that was changed before, nor one that
    changes while it is under way, leaves this machine: at the first changed piece it stops.
    """

    def __init__(self, file: BinaryIO, digest: str, *, start: int = 0) -> None:
        self._file, self._digest = file, digest
        self._marks = bytearray()
        self._running = sha256()
        self._check(start)
        self._file.seek(start)
        self._position = start

    def read(self, length: int) -> bytes:
        """The next bytes, compared; fewer at the end, never none. Raises BundleMissing for what changed meanwhile."""
        data = self._file.read(length)
        rest = memoryview(data)
        while rest:
            piece = rest[: PIECE - self._position % PIECE]
            self._running.update(piece)
            self._position += len(piece)
            rest = rest[len(piece) :]
            if self._position % PIECE == 0 or self._position == self.size:
                self._compare()
        if not data or (len(data) < length and self._position != self.size):
            raise self._changed()
        return data

    def rewind(self) -> None:
        """From the first byte again."""
        self._file.seek(0)
        self._running, self._position = sha256(), 0

    def _check(self, start: int) -> None:
        whole, self.size = sha256(), 0
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            before = start - self.size
            if 0 <= before < len(piece):
                self._running = whole.copy()
                self._running.update(piece[:before])
            whole.update(piece)
            self.size += len(piece)
            self._marks += whole.digest()[:MARK]
        if whole.hexdigest() != self._digest:
            raise BundleMissing(
                _("The bundle %(digest)s… was changed on disk and will not be sent.") % {"digest": self._digest[:12]}
            )

    def _compare(self) -> None:
        at = (self._position - 1) // PIECE * MARK
        if self._running.digest()[:MARK] != self._marks[at : at + MARK]:
            raise self._changed()

    def _changed(self) -> BundleMissing:
        return BundleMissing(
            _("The bundle %(digest)s… was changed on disk while it was being sent. Nothing of the change left.")
            % {"digest": self._digest[:12]}
        )
