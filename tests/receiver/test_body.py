"""Is a body taken in whole, cut at its limit, and given up when it stops coming?"""

import io
import socket
from pathlib import Path

import pytest

from receiver.body import read_body
from receiver.silence import end_silent_connections, open_descriptors


class Dripping:
    """A stream that gives one byte a call and may break off after the last."""

    def __init__(self, count: int, *, breaks: bool = False) -> None:
        self._left, self._breaks = iter(range(count)), breaks

    def read(self, size: int, /) -> bytes:
        if size and next(self._left, None) is not None:
            return b"x"
        if self._breaks:
            raise ConnectionResetError
        return b""


@pytest.mark.parametrize(("limit", "length"), [(0, 0), (3, 3), (10, 5)])
def test_it_reads_up_to_a_limit(limit: int, length: int) -> None:
    assert len(read_body(io.BytesIO(b"12345"), limit=limit)) == length


@pytest.mark.parametrize("breaks", [False, True])
def test_it_puts_pieces_together(breaks: bool) -> None:
    assert read_body(Dripping(300, breaks=breaks), limit=1000) == b"x" * 300


def test_it_leaves_connections_alone_that_bring_something() -> None:
    one, other = _pair()
    with one, other:
        other.sendall(b"x")
        assert end_silent_connections([one.fileno()], seconds=30, most=9) == 0
        assert one.recv(1) == b"x"


def test_it_ends_a_connection_that_fell_silent() -> None:
    one, other = _pair()
    with one, other:
        assert end_silent_connections([one.fileno()], seconds=0, most=9) == 1
        assert one.recv(1) == b""


def test_it_ends_the_longest_silent_and_no_more_than_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [_pair() for _ in range(3)]
    silent = {own.getsockname()[1]: 100 * age for age, (_, own) in enumerate(pairs, start=1)}
    monkeypatch.setattr("receiver.silence._last_received", lambda one: (1, silent[one.getpeername()[1]]))
    assert end_silent_connections([one.fileno() for one, _ in pairs], seconds=0.1, most=2) == 2
    pairs[0][1].sendall(b"x")
    assert [one.recv(1) for one, _ in pairs] == [b"x", b"", b""]
    for one, other in pairs:
        one.close()
        other.close()


def test_it_ends_nothing_but_connections(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file, socket.create_server(("127.0.0.1", 0)) as server:
        before = open_descriptors()
        assert end_silent_connections([file.fileno(), server.fileno(), 9999], seconds=0, most=9) == 0
        assert len(open_descriptors()) == len(before), "looking at a file does not open it for good"


def test_it_finds_its_open_files(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        assert file.fileno() in open_descriptors()


def _pair() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        other = socket.create_connection(server.getsockname(), timeout=30)
        one, _ = server.accept()
        one.settimeout(30)
        return one, other
