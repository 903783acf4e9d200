"""How does the other end of a line fail, when the fault is in the connection itself?"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from tests.uploads.faulty_line import (
    Turn,
)


def closes(turn: Turn) -> None:
    turn.body()
    turn.close_connection = True


def breaks_off(turn: Turn) -> None:
    turn.body()
    turn.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n{")
    turn.close_connection = True


def speaks_ssh(turn: Turn) -> None:
    turn.body()
    turn.wfile.write(b"SSH-2.0-OpenSSH_9\r\n\r\n")
    turn.close_connection = True


def hangs_up_in_the_tunnel(turn: Turn) -> None:
    turn.send_response(200)
    turn.end_headers()
    turn.close_connection = True


def nobody_answers(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The resolver's own error: no test asks a real name service."""

    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(
            number, {-2: "Name or service not known", -3: "Temporary failure in name resolution"}[number]
        )

    monkeypatch.setattr("urllib3.util.connection.socket.getaddrinfo", fail)


@contextmanager
def tearing_down() -> Iterator[int]:
    """A port that answers a whole request with a reset, as some firewalls do."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                near, _ = door.accept()
                while not near.recv(65536).endswith(b"}"):
                    pass
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                near.close()

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=serve)
        thread.start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def full_queue() -> Iterator[int]:
    """A port whose queue is full: the system drops further connections silently, as a firewall does."""
    with ExitStack() as stack, socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(door.getsockname())
        yield door.getsockname()[1]
