"""How are the bytes of a request taken in? By the thread that answers it, up to a limit."""

from typing import Protocol

PIECE = 1024 * 1024


class Stream(Protocol):
    """The part of a WSGI input that is used here."""

    def read(self, size: int, /) -> bytes: ...


def read_body(stream: Stream, *, limit: int) -> bytes:
    """Up to `limit` bytes of a body; fewer if it ends or breaks off before."""
    received = bytearray()
    try:
        while len(received) < limit:
            piece = stream.read(min(PIECE, limit - len(received)))
            if not piece:
                break
            received += piece
    except OSError:
        pass  # a broken connection is a short body, and the caller compares lengths
    return bytes(received)
