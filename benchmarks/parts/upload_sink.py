"""What stands at the other end of `benchmarks/upload.py`? The least that speaks the protocol: bytes in, an answer out.

    python benchmarks/parts/upload_sink.py [--delay SECONDS] [--check]

It prints its port. Nothing is written to a disk, because both sides of a comparison would wait for it. With --check it
digests the bodies of chunks, and GET /digest/ tells the digest and begins a new one.
"""

import argparse
import hashlib
import socket
import sys
import threading
import time
from contextlib import suppress

ANSWER = b'{"token": "t", "id": "7b0c1a52-be75-11ed-8f5e-0a58a9feac02", "status": "in_progress"}'
NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Sink:
    """One digest for all connections; correctness is checked with one client at a time."""

    def __init__(self, delay: float, *, checks: bool) -> None:
        self.delay, self.checks, self.digest = delay, checks, hashlib.sha256()

    def serve(self, door: socket.socket) -> None:
        while True:
            near, _ = door.accept()
            near.setsockopt(*NODELAY)
            threading.Thread(target=self.converse, args=(near,), daemon=True).start()

    def converse(self, near: socket.socket) -> None:
        buffer = memoryview(bytearray(1024 * 1024))
        with suppress(OSError), near:
            rest = b""
            while True:
                while b"\r\n\r\n" not in rest:
                    piece = near.recv(65536)
                    if not piece:
                        return
                    rest += piece
                head, _, rest = rest.partition(b"\r\n\r\n")
                rest = self.body(near, head, rest, buffer)
                if self.delay:
                    time.sleep(self.delay)
                near.sendall(self.answer(head))

    def body(self, near: socket.socket, head: bytes, rest: bytes, buffer: memoryview) -> bytes:
        """Take the body; what came after it is given back."""
        lower = head.lower()
        at = lower.find(b"\r\ncontent-length:")
        left = int(lower[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        is_chunk = self.checks and b"upload_raw_chunk" in head
        body, rest = rest[:left], rest[left:]
        left -= len(body)
        if is_chunk:
            self.digest.update(body)
        while left:
            count = near.recv_into(buffer, min(left, len(buffer)))
            if not count:
                raise ConnectionAbortedError
            if is_chunk:
                self.digest.update(buffer[:count])
            left -= count
        return rest

    def answer(self, head: bytes) -> bytes:
        body = ANSWER
        if head.startswith(b"GET /digest/"):
            body, self.digest = self.digest.hexdigest().encode(), hashlib.sha256()
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0), backlog=256) as door:
        print(door.getsockname()[1], flush=True)
        Sink(options.delay, checks=options.check).serve(door)


if __name__ == "__main__":
    sys.exit(main())
