"""What if a client falls silent in the middle of a body? Its connection is closed for reading.

The web server has no time limit for bodies, so a few clients that lost power would hold all
threads for ever. When a request has waited too long for its body, the operating system is asked
which connections brought nothing for that long, and as many are ended as there are such requests, those first that
are silent longest: a whole request that waits for its turn is younger than those that keep it waiting. Slow ones are
left alone.
Where it cannot be asked (it can on Linux), nothing is ended.
"""

import logging
import os
import socket
import struct
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

IDLE_SECONDS = 60.0  # ours; public clients give up after 100 s
DESCRIPTORS = Path("/proc/self/fd")
OPEN_STATES = {1, 8}  # established; closed by the other side
LAST_DATA_RECEIVED = 52  # offset of tcpi_last_data_recv, after 8 bytes and 11 numbers
logger = logging.getLogger("receiver")


class SilenceWatch:
    """Knows which requests wait for a body, and since when."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._since: dict[int, float] = {}

    def start(self) -> None:
        threading.Thread(target=self._run, name="silence-watch", daemon=True).start()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While the block runs, the calling thread waits for its client."""
        self._since[threading.get_ident()] = time.monotonic()
        try:
            yield
        finally:
            del self._since[threading.get_ident()]

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._idle_seconds / 4):
            limit = time.monotonic() - self._idle_seconds
            if overdue := sum(since < limit for since in list(self._since.values())):
                end_silent_connections(open_descriptors(), seconds=self._idle_seconds, most=overdue)


def end_silent_connections(descriptors: Iterable[int], *, seconds: float, most: int) -> int:
    """End connections among open files that brought nothing for so long, the longest silent first; how many."""
    waited = {descriptor: _silent_milliseconds(descriptor) for descriptor in sorted(descriptors)}
    silent = [descriptor for descriptor, milliseconds in waited.items() if milliseconds >= seconds * 1000]
    # Of two that fell silent in the same tick of the kernel's clock, the one that was opened first (lower) is older.
    ended = sum(_end(descriptor) for descriptor in sorted(silent, key=lambda one: -waited[one])[:most])
    if ended:
        logger.info("ended %d connections that brought nothing for %g s", ended, seconds)
    return ended


def open_descriptors() -> list[int]:
    """All open files of this process; none where they cannot be listed."""
    try:
        return [int(entry.name) for entry in DESCRIPTORS.iterdir()]
    except OSError:
        return []


def _silent_milliseconds(descriptor: int) -> int:
    """How long nothing came; -1 for what is no open connection."""
    try:
        with _second_handle(descriptor) as connection:
            state, milliseconds = _last_received(connection)
    except OSError:
        return -1  # no socket, no TCP, or gone in the meantime
    return milliseconds if state in OPEN_STATES else -1


def _end(descriptor: int) -> bool:
    try:
        with _second_handle(descriptor) as connection:
            connection.shutdown(socket.SHUT_RD)
    except OSError:
        return False
    return True


def _second_handle(descriptor: int) -> socket.socket:
    """Closing it leaves the first untouched. OSError when it is no socket; then no second one stays open either."""
    second = os.dup(descriptor)
    try:
        return socket.socket(fileno=second)
    except OSError:
        os.close(second)
        raise


def _last_received(connection: socket.socket) -> tuple[int, int]:
    """State and milliseconds since the last data came, from the kernel's `struct tcp_info`."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return info[0], struct.unpack_from("I", info, LAST_DATA_RECEIVED)[0]
