"""What does a bad line do? It lets requests pass, and cuts some at any byte: of the request, or of its answer.

Each request is cut with the same probability, half of the cuts in the answer: then the receiver has done it all, and
nobody hears. Which byte is a matter of a seeded chance; which request meets which chance depends on the threads.
"""

import random
import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PATIENCE = 60.0
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
END_OF_HEAD = b"\r\n\r\n"
NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@dataclass(slots=True)
class CuttingLine:
    """`sent` are the bytes of chunks that the client put on the line; `requests` and `cuts` are counted too."""

    port: int
    receiver: int
    rate: float
    chance: random.Random
    sent: int = 0
    requests: int = 0
    cuts: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def draw(self, length: int) -> tuple[int | None, float | None]:
        """Where this request is cut: after so many of its bytes, or after such a part of its answer."""
        with self._lock:
            self.requests += 1
            if self.chance.random() >= self.rate:
                return None, None
            self.cuts += 1
            if self.chance.random() < 0.5:
                return self.chance.randrange(length), None
            return None, self.chance.random()

    def count(self, sent: int) -> None:
        with self._lock:
            self.sent += sent


@contextmanager
def cutting_line(receiver: int, *, rate: float, seed: int) -> Iterator[CuttingLine]:
    """A line to the receiver at this port that cuts such a part of all requests."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as door:
        line = CuttingLine(door.getsockname()[1], receiver, rate, random.Random(seed))
        threading.Thread(target=_accept, args=(door, line), daemon=True).start()
        yield line


def _accept(door: socket.socket, line: CuttingLine) -> None:
    with suppress(OSError):
        while True:
            near, _ = door.accept()
            threading.Thread(target=_serve, args=(near, line), daemon=True).start()


def _serve(near: socket.socket, line: CuttingLine) -> None:
    """Request after request on one connection, until a cut or the end."""
    with suppress(OSError), near, socket.create_connection(("127.0.0.1", line.receiver), timeout=PATIENCE) as far:
        near.settimeout(PATIENCE)
        for end in (near, far):
            end.setsockopt(*NODELAY)
        while _one(near, far, line):
            pass


def _one(near: socket.socket, far: socket.socket, line: CuttingLine) -> bool:
    """Hand over one request and its answer. False after a cut, or when the client has no more."""
    head, body = _head(near)
    if not head:
        return False
    length = _length(head)
    at, part = line.draw(len(head) + length)
    passed = _hand_over(near, far, begun=head + body, left=length - len(body), most=at)
    if b"upload_raw_chunk" in head[:200]:
        line.count(max(passed - len(head), 0))
    if at is not None:
        return _cut(near)
    head, body = _head(far)
    answer = head + body + _exactly(far, _length(head) - len(body))
    if part is not None:
        near.sendall(answer[: int(len(answer) * part)])
        return _cut(near)
    near.sendall(answer)
    return bool(head)


def _hand_over(near: socket.socket, far: socket.socket, *, begun: bytes, left: int, most: int | None) -> int:
    """The request, piece by piece, or only its first bytes. Returns how many were handed on."""
    passed, piece = 0, begun
    while True:
        if most is not None:
            piece = piece[: most - passed]
        far.sendall(piece)
        passed += len(piece)
        if left <= 0 or passed == most:
            return passed
        piece = near.recv(min(left, 256 * 1024))
        left -= len(piece)
        if not piece:
            raise ConnectionAbortedError


def _head(end: socket.socket) -> tuple[bytes, bytes]:
    """Everything up to the empty line, and what came along of the body. Nothing when the other side closed."""
    data = b""
    while END_OF_HEAD not in data:
        piece = end.recv(64 * 1024)
        if not piece:
            return b"", b""
        data += piece
    head, _, body = data.partition(END_OF_HEAD)
    return head + END_OF_HEAD, body


def _length(head: bytes) -> int:
    found = LENGTH.search(head)
    return int(found[1]) if found else 0


def _exactly(end: socket.socket, left: int) -> bytes:
    data = b""
    while left > 0 and (piece := end.recv(left)):
        data += piece
        left -= len(piece)
    return data


def _cut(near: socket.socket) -> bool:
    """With a reset, as a firewall does."""
    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False
