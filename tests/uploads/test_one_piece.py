"""Does a small request leave at once, and is an answer the same whichever way it is read?"""

import gzip
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from tests.uploads.faulty_line import BUNDLE, CHUNK, IDENTITY, Line
from uploads.cis_client import _pool, _whole_answer, create_bundle, destination_from_settings, log_in, send_chunk
from uploads.one_piece import JOINED_BYTES, WholeAnswer, _Line

pytestmark = pytest.mark.django_db

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
WHOLE = HEAD + b'Content-Length: 8\r\n\r\n{"a": 1}'
PACKED = gzip.compress(b'{"a": 1}')
OTHERS = {
    "in chunks": HEAD + b'Transfer-Encoding: chunked\r\n\r\n8\r\n{"a": 1}\r\n0\r\n\r\n',
    "in chunks with a length": HEAD
    + b'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"a": 1}\r\n0\r\n\r\n',
    "packed": HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(PACKED), PACKED),
    "longer than the buffer": HEAD + b'Content-Length: 20000\r\n\r\n{"a": 1}' + b" " * 19_992,
}


class Recording:
    """The near end of a line, which tells what was given to it at once."""

    def __init__(self, near: socket.socket) -> None:
        self._near = near
        self.sent: list[Any] = []

    def sendall(self, data: Any) -> None:
        self.sent.append(data)
        self._near.setblocking(True)
        self._near.sendall(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._near, name)


@pytest.fixture
def ends() -> Iterator[tuple[_Line, Recording, socket.socket]]:
    """A connection of the client, what it sends, and the far end; room for a large request in between."""
    near, far = socket.socketpair()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1024 * 1024)
    connection = _Line("127.0.0.1", 9, timeout=0.5)
    connection.sock = recording = Recording(near)
    with near, far:
        yield connection, recording, far
        connection.close()


Ends = tuple[_Line, Recording, socket.socket]


def answer_to(ends: Ends, written: bytes, *, ended: bool = False) -> Any:
    connection, _, far = ends
    far.sendall(written)
    if ended:
        far.shutdown(socket.SHUT_WR)
    connection.request("POST", "/feeds/api/bundle/", b"{}", {}, preload_content=False)
    return connection.getresponse()


@pytest.mark.parametrize("length", [1, 20_000, JOINED_BYTES])
def test_a_small_request_leaves_in_one_piece(ends: Ends, length: int) -> None:
    connection, recording, _ = ends
    connection.request("POST", "/a/", b"x" * length, {"Accept": "application/json"})
    (piece,) = recording.sent
    head, _, body = bytes(piece).partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a/ HTTP/1.1\r\n")
    assert f"\r\nContent-Length: {length}".encode() in head
    assert body == b"x" * length


def test_a_large_body_is_not_copied(ends: Ends) -> None:
    connection, recording, _ = ends
    body = b"x" * (JOINED_BYTES + 1)
    connection.request("POST", "/a/", body, {})
    assert len(recording.sent) == 2
    assert recording.sent[1] is body


@pytest.mark.parametrize("body", [None, b""])
def test_a_request_without_a_body_does_not_wait_for_one(ends: Ends, body: bytes | None) -> None:
    connection, recording, _ = ends
    connection.request("GET", "/a/", body, {})
    (piece,) = recording.sent
    assert bytes(piece).endswith(b"\r\n\r\n")


def test_an_answer_that_is_there_is_taken_as_it_is(ends: Ends) -> None:
    response = answer_to(ends, WHOLE)
    assert isinstance(response, WholeAnswer)
    assert (response.status, response.headers["content-type"]) == (200, "application/json")
    assert _whole_answer(response, within=1) == b'{"a": 1}'


@pytest.mark.parametrize("status", [b"200 OK", b"204 No Content", b"503 Busy"])
def test_an_empty_answer_is_not_waited_for(ends: Ends, status: bytes) -> None:
    response = answer_to(ends, b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nRetry-After: 7\r\n\r\n")
    assert _whole_answer(response, within=1) == b""
    assert response.headers["Retry-After"] == "7"


@pytest.mark.parametrize("written", OTHERS.values(), ids=OTHERS)
def test_any_other_answer_takes_the_long_way_and_says_the_same(ends: Ends, written: bytes) -> None:
    response = answer_to(ends, written)
    assert not isinstance(response, WholeAnswer)
    assert _whole_answer(response, within=1).strip() == b'{"a": 1}'


def test_an_answer_without_a_length_ends_with_its_line(ends: Ends) -> None:
    response = answer_to(ends, HEAD + b'\r\n{"a": 1}', ended=True)
    assert _whole_answer(response, within=1) == b'{"a": 1}'


@pytest.mark.parametrize("version", [b"HTTP/1.0", b"HTTP/1.1"])
def test_an_answer_may_be_the_last_of_its_line(ends: Ends, version: bytes) -> None:
    written = WHOLE.replace(b"HTTP/1.1", version).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    response = answer_to(ends, written, ended=True)
    assert _whole_answer(response, within=1) == b'{"a": 1}'
    assert ends[0].is_closed


def test_a_cut_answer_is_no_answer(ends: Ends) -> None:
    response = answer_to(ends, WHOLE[:-3], ended=True)
    with pytest.raises(ProtocolError, match="IncompleteRead"):
        _whole_answer(response, within=1)


def test_an_answer_whose_end_does_not_come_is_a_timeout(ends: Ends) -> None:
    response = answer_to(ends, WHOLE[:-3])
    with pytest.raises(ReadTimeoutError):
        _whole_answer(response, within=1)


def test_one_connection_carries_answers_of_both_kinds(ends: Ends) -> None:
    for written in (WHOLE, OTHERS["in chunks"], WHOLE):
        assert _whole_answer(answer_to(ends, written), within=1) == b'{"a": 1}'
    assert len(ends[1].sent) == 3


def test_the_client_goes_this_way_and_says_who_it_is(line: Line) -> None:
    to = destination_from_settings()
    token = log_in(to)
    remote = create_bundle(to, token, size=3, name="a.zip")
    send_chunk(to, token, remote_id=remote.id, offset=0, data=b"abc")
    assert {asked.headers["User-Agent"] for asked in line.seen} == {"LicensingManager"}
    assert [asked.step for asked in line.seen][0::3] == [IDENTITY, BUNDLE]
    assert line.steps()[-1] == CHUNK
    (pool,) = _pool(to).pools._container.values()
    assert (type(pool.pool.queue[-1]), pool.num_connections) == (_Line, 1)  # type: ignore[union-attr]
