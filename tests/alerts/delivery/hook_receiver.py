"""Who takes webhooks in these tests? A real HTTP server on loopback that answers as scripted."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[["Turn"], None]


@dataclass(frozen=True, slots=True)
class Hook:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """As the specification says, and by nothing of the product."""
        key = base64.b64decode(secret.split("_", 1)[1])
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        return self.headers["webhook-signature"] == f"v1,{expected}"


class Receiver(ThreadingHTTPServer):
    """`seen` is every request in order; `replies` are used up one by one, then everything is taken with 204."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Turn)
        self.seen: list[Hook] = []
        self.replies: list[Reply] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is the business of these tests."""


class Turn(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(Hook(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        (self.server.replies.pop(0) if self.server.replies else answers(204))(self)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def answers(status: int, body: bytes = b"", **headers: str) -> Reply:
    """This status, these words."""

    def reply(turn: Turn) -> None:
        turn.send_response(status)
        for name, value in headers.items():
            turn.send_header(name.replace("_", "-"), value)
        if status != 204:
            turn.send_header("Content-Length", str(len(body)))
        turn.end_headers()
        turn.wfile.write(body)

    return reply


def hangs(turn: Turn) -> None:
    """Takes the request and says nothing."""
    turn.server.closing.wait(60)
    turn.close_connection = True


def hangs_up(turn: Turn) -> None:
    """Takes the request and cuts the line."""
    turn.close_connection = True
    turn.connection.close()


def speaks_no_http(turn: Turn) -> None:
    """Answers in a tongue of its own."""
    turn.wfile.write(b"\x00\x01 no HTTP at all\r\n\r\n")
    turn.close_connection = True


def never_ends(turn: Turn) -> None:
    """Answers 200 and then sends without end."""
    turn.send_response(200)
    turn.end_headers()
    turn.close_connection = True
    with suppress(OSError):
        while not turn.server.closing.is_set():
            turn.wfile.write(b"so much to say " * 4096)


@contextmanager
def hook_receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
