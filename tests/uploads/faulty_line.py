"""What stands between client and receiver in these tests? A line that goes wrong as scripted, request by request.

It is a relay in front of one receiver, and a forward proxy for those who use it as one. A fault is a function of one
turn; what is not scripted passes.
"""

import http.client
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.uploads.splicing import PATIENCE, splice


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived. `step` is the last part of its path, `length` the announced bytes of its body."""

    step: str
    line: str
    query: dict[str, str]
    headers: dict[str, str]
    length: int


class Line(ThreadingHTTPServer):
    """`seen` is every request in order; `fail` scripts what happens to the next ones of a step."""

    daemon_threads = True

    def __init__(self, receiver: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Turn)
        self.receiver = receiver
        self.seen: list[Asked] = []
        self.closing = threading.Event()
        self._faults: dict[str, list[Fault]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def fail(self, step: str, *faults: "Fault") -> None:
        """The next requests of this step (of any step: ANY) meet these faults, one each."""
        self._faults.setdefault(step, []).extend(faults)

    def clear(self) -> None:
        """Forget what was seen, and what was scripted and did not happen."""
        self.seen.clear()
        self._faults.clear()

    def steps(self) -> list[str]:
        return [asked.step for asked in self.seen]

    def offsets(self) -> list[int]:
        """Of the chunks that were begun."""
        return [int(asked.query["offset"]) for asked in self.seen if asked.step == CHUNK]

    def fault(self, step: str) -> "Fault":
        waiting = self._faults.get(step) or self._faults.get(ANY)
        return waiting.pop(0) if waiting else passes

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is the business of these tests, not an error."""


class Turn(BaseHTTPRequestHandler):
    """One request on its way; faults use its methods."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two writes: the second would wait 40 ms for the client's word
    server: Line

    def do_POST(self) -> None:
        target = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(target.query).items()}
        step = target.path.rstrip("/").rpartition("/")[2]
        length = int(self.headers.get("Content-Length") or 0)
        self.server.seen.append(Asked(step, self.requestline, query, self._named(), length))
        self.server.fault(step)(self)

    def do_GET(self) -> None:
        self.do_POST()

    def do_HEAD(self) -> None:
        self.do_POST()

    def do_CONNECT(self) -> None:
        self.server.seen.append(Asked("CONNECT", self.requestline, {}, self._named(), 0))
        self.server.fault("CONNECT")(self)

    def _named(self) -> dict[str, str]:
        """The headers by name, written as in Content-Type."""
        return {name.title(): value for name, value in self.headers.items()}

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def place(self) -> str:
        """host:port of the receiver that the request is for."""
        return urlsplit(self.path).netloc or urlsplit(self.server.receiver).netloc

    def reaches_receiver(self) -> bool:
        """Does anybody listen there?"""
        host, _, port = self.place().partition(":")
        try:
            socket.create_connection((host, int(port)), timeout=PATIENCE).close()
        except OSError:
            return False
        return True

    def forward(self) -> tuple[int, bytes]:
        """Hand the request on; the receiver's answer."""
        return self.hand_on(self.body())

    def hand_on(self, body: bytes) -> tuple[int, bytes]:
        """The same for a body that was read already, as often as wanted."""
        target, place = urlsplit(self.path), self.place()
        receiver = http.client.HTTPConnection(place, timeout=PATIENCE)
        try:
            receiver.request(self.command, f"{target.path}?{target.query}", body=body, headers=dict(self.headers))
            reply = receiver.getresponse()
            return reply.status, reply.read()
        finally:
            receiver.close()

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Underscores in header names become hyphens. A Date that is given stands in place of the true one."""
        (self.send_response_only if "Date" in headers else self.send_response)(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        """With a reset, as a firewall does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests look at `seen`."""


Fault = Callable[[Turn], None]
IDENTITY, GRANT, TOKEN = "create_identity", "create_grant", "create_upload"
BUNDLE, CHUNK, TUNNEL, ANY = "bundle", "upload_raw_chunk", "CONNECT", ""


def passes(turn: Turn) -> None:
    """No fault."""
    if turn.command == "CONNECT":
        _tunnel(turn)
        return
    try:
        status, body = turn.forward()
    except (OSError, http.client.HTTPException):
        turn.hang_up()
        return
    turn.answer(status, body, Content_Type="application/json")


def answers(status: int, body: bytes = b"", **headers: str) -> Fault:
    """The receiver never hears of it."""

    def fault(turn: Turn) -> None:
        turn.body()
        turn.answer(status, body, **headers)

    return fault


def says(**words: Any) -> Fault:
    """The receiver hears of it, and its answer is replaced: these words are put into it."""

    def fault(turn: Turn) -> None:
        status, body = turn.forward()
        turn.answer(status, json.dumps({**json.loads(body), **words}).encode())

    return fault


def answers_in_pieces(piece: bytes) -> Fault:
    """A chunked answer that never ends by itself."""

    def fault(turn: Turn) -> None:
        turn.body()
        turn.send_response(200)
        turn.send_header("Transfer-Encoding", "chunked")
        turn.end_headers()
        while not turn.server.closing.is_set():
            turn.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    return fault


def redirects(status: int, *, to: str) -> Fault:
    return answers(status, b"", Location=to)


def resets_after(count: int) -> Fault:
    """The line breaks when so many bytes of the body have passed; the receiver has nothing."""

    def fault(turn: Turn) -> None:
        turn.rfile.read(count)
        turn.hang_up()

    return fault


def loses_answer(turn: Turn) -> None:
    """The receiver did it all, and nobody hears."""
    turn.forward()
    turn.hang_up()


def cuts_answer(turn: Turn) -> None:
    """The receiver did it all, and its answer breaks off in the middle."""
    status, body = turn.forward()
    turn.send_response(status)
    turn.send_header("Content-Length", str(len(body)))
    turn.end_headers()
    turn.wfile.write(body[: len(body) // 2])
    turn.close_connection = True


def is_silent(turn: Turn) -> None:
    """Takes the request and says nothing, until the test is over."""
    turn.body()
    turn.server.closing.wait(PATIENCE)
    turn.hang_up()


@dataclass(slots=True)
class Hold:
    """A fault that stops the request until the test lets it go. `reached` tells that it is there."""

    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    then: Fault = passes

    def __call__(self, turn: Turn) -> None:
        self.reached.set()
        self.go_on.wait(PATIENCE)
        self.then(turn)


@dataclass(slots=True)
class Meanwhile:
    """Something happens in the world while the receiver stores this request and before it answers."""

    happens: Callable[[], object]
    then: Fault = passes

    def __call__(self, turn: Turn) -> None:
        self.happens()
        self.then(turn)


@contextmanager
def faulty_line(receiver: str = "") -> Iterator[Line]:
    line = Line(receiver)
    thread = threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield line
    finally:
        line.closing.set()
        line.shutdown()
        thread.join()
        line.server_close()


def _tunnel(turn: Turn) -> None:
    host, _, port = turn.path.partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as far:
        turn.send_response(200)
        turn.end_headers()
        splice(turn.connection, far)
    turn.close_connection = True
