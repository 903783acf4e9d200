"""How many bytes have left? A line to the receiver that counts every byte, and stops for a while at a chosen one."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PIECE = 101  # bytes handed on at a time: a moment in the middle of a header or a body is as likely as any
PATIENCE = 30.0


@dataclass(slots=True)
class CountingLine:
    """`count` is every byte from the client. At byte `moment` the rest is held back: until `go_on`, or so long."""

    port: int
    count: int = 0
    moment: int = 0
    hold: float = 0.0
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def begin(self, *, moment: int, hold: float) -> None:
        """Count from nothing again."""
        self.count, self.moment, self.hold = 0, moment, hold
        self.reached.clear()
        self.go_on.clear()

    def passed(self, number: int) -> None:
        """The client uses one connection at a time, so only one thread counts."""
        self.count += number
        if self.count >= self.moment and not self.reached.is_set():
            self.reached.set()
            self.go_on.wait(self.hold)


@contextmanager
def counting_line(receiver_port: int) -> Iterator[CountingLine]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        line = CountingLine(door.getsockname()[1])
        thread = threading.Thread(target=_accept, args=(door, line, receiver_port), daemon=True)
        thread.start()
        yield line


def _accept(door: socket.socket, line: CountingLine, receiver_port: int) -> None:
    with suppress(OSError):
        while True:
            near, _ = door.accept()
            far = socket.create_connection(("127.0.0.1", receiver_port), timeout=PATIENCE)
            for work in ((near, far, line), (far, near, None)):
                threading.Thread(target=_pour, args=work, daemon=True).start()


def _pour(source: socket.socket, target: socket.socket, line: CountingLine | None) -> None:
    with suppress(OSError):
        while data := source.recv(PIECE if line else 65536):
            if line:
                line.passed(len(data))
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
            end.close()
