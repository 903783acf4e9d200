"""What if a client falls silent in the middle of a body? Its connection is closed for reading.

The web server has no time limit for bodies, so a few clients that lost power would hold all
threads for ever. When a request has waited too long for its body, the operating system is asked
which connections brought nothing for that long, and those are ended; slow ones are left alone.
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
            if any(since < limit for since in list(self._since.values())):
                end_silent_connections(open_descriptors(), seconds=self._idle_seconds)


def end_silent_connections(descriptors: Iterable[int], *, seconds: float) -> int:
    """End those connections among open files that brought nothing for so long; how many."""
    ended = sum(_end_if_silent(descriptor, seconds=seconds) for descriptor in descriptors)
    if ended:
        logger.info("ended %d connections that brought nothing for %g s", ended, seconds)
    return ended


def open_descriptors() -> list[int]:
    """All open files of this process; none where they cannot be listed."""
    try:
        return [int(entry.name) for entry in DESCRIPTORS.iterdir()]
    except OSError:
        return []


def _end_if_silent(descriptor: int, *, seconds: float) -> bool:
    """A second handle is used, and only while it is open; closing it leaves the first untouched."""
    try:
        with socket.socket(fileno=os.dup(descriptor)) as connection:
            state, milliseconds = _last_received(connection)
            if state not in OPEN_STATES or milliseconds < seconds * 1000:
                return False
            connection.shutdown(socket.SHUT_RD)
    except OSError:
        return False  # no socket, no TCP, or gone in the meantime
    return True


def _last_received(connection: socket.socket) -> tuple[int, int]:
    """State and milliseconds since the last data came, from the kernel's `struct tcp_info`."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return info[0], struct.unpack_from("I", info, LAST_DATA_RECEIVED)[0]
