"""What can happen while we wait? Signals and finished questions, as one thing to wait for with a deadline."""

import contextlib
import select
import signal
import socket
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Wakeups(contextlib.AbstractContextManager["Wakeups"]):
    """Inside the block, stop signals are counted instead of raised, and every signal ends a wait.

    Python writes the number of each signal into a socket; threads write there too, by `wake`. So a wait never
    sleeps through an event and needs no polling. Only for the main thread.
    """

    def __init__(self) -> None:
        self.stops = 0
        self._inbox, self._outbox = socket.socketpair()
        self._inbox.setblocking(False)
        self._outbox.setblocking(False)
        self._before = {number: signal.getsignal(number) for number in (*STOP_SIGNALS, signal.SIGCHLD)}

    def __enter__(self) -> "Wakeups":
        signal.set_wakeup_fd(self._outbox.fileno(), warn_on_full_buffer=False)
        for number, handler in self._before.items():
            if number != signal.SIGHUP or handler is not signal.SIG_IGN:  # nohup ignores SIGHUP on purpose
                signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._inbox.close()
        self._outbox.close()

    def wake(self) -> None:
        """End the current wait, from any thread."""
        with contextlib.suppress(OSError):  # a full buffer wakes as well, and after the end nobody waits
            self._outbox.send(b"\0")

    def wait(self, seconds: float | None) -> None:
        """Until something happened, or for `seconds`; None is for ever."""
        select.select([self._inbox], [], [], None if seconds is None else max(0.0, seconds))
        with contextlib.suppress(BlockingIOError):
            while self._inbox.recv(4096):
                pass

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.stops += number in STOP_SIGNALS
