"""Who tidies up when the supervisor is killed? This one small process, which outlives it for a few seconds.

The supervisor holds the only writing end of a pipe to the warden and names every process group that it starts
("+pid") and that ended ("-pid"). However the supervisor goes, even by `kill -9`, the kernel closes that end; the
warden then asks the remaining groups to stop, ends them after `GRACE_SECONDS`, and goes too. It also holds the lock
of the data folder, so that nobody starts there meanwhile. A pipe works on every Unix, and process groups take
grandchildren along, which a "signal on the parent's death" does not.

It is started by its path and imports nothing of ours, so it is there within milliseconds.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterable

GRACE_SECONDS = 4.0  # ours: a worker ends its current chunk; a longer one is resumed at the next start
STEP_SECONDS = 0.05


def groups_left_behind(lines: Iterable[str]) -> set[int]:
    """The groups named and not taken back when the pipe closes."""
    groups: set[int] = set()
    for line in lines:
        change = groups.add if line.startswith("+") else groups.discard
        change(int(line[1:]))
    return groups


def end(groups: set[int], *, grace: float = GRACE_SECONDS) -> None:
    """Ask every group's leader to stop, wait, then end whatever of the groups is left."""
    for group in groups:
        _signal(os.kill, group, signal.SIGTERM)
    deadline = time.monotonic() + grace
    pause = threading.Event()
    while any(_signal(os.killpg, group, 0) for group in groups) and time.monotonic() < deadline:
        pause.wait(STEP_SECONDS)
    for group in groups:
        _signal(os.killpg, group, signal.SIGKILL)


def _signal(send: object, group: int, number: int) -> bool:
    assert callable(send)
    try:
        send(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # whoever ends the supervisor's group must not end its warden
    end(groups_left_behind(sys.stdin))
