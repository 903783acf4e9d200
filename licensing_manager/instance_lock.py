"""Does somebody serve from this data folder already? One lock, held while any process of that tree lives."""

import fcntl
import os
import threading
import time
from pathlib import Path

PATIENCE_SECONDS = 15.0  # ours: longer than the warden takes to end what a killed supervisor left behind
STEP_SECONDS = 0.05


class AlreadyRunningError(Exception):
    """A living process holds the lock; the text is what a person reads."""


def acquire(path: Path, *, patience: float = PATIENCE_SECONDS) -> int:
    """The locked descriptor of `path`, with our process number inside. Raises AlreadyRunningError, OSError.

    The kernel drops the lock with its last holder, so a file left by a dead process never blocks. Where the holder
    named inside is dead but the lock is held, its warden is still ending the children: that is worth waiting for.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(descriptor, patience)
    except AlreadyRunningError:
        os.close(descriptor)
        raise
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
    return descriptor


def _wait_for(descriptor: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    pause = threading.Event()
    while not _locked_now(descriptor):
        holder = _holder(descriptor)
        if _is_alive(holder) or time.monotonic() > deadline:
            raise AlreadyRunningError(
                f"Licensing Manager already runs here (process {holder}). "
                "Stop it with Ctrl-C there, or give this one its own DATA_DIR."
            )
        pause.wait(STEP_SECONDS)


def _locked_now(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> int:
    text = os.pread(descriptor, 32, 0).strip()
    return int(text) if text.isdigit() else 0


def _is_alive(process_id: int) -> bool:
    if not process_id:
        return False
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
