"""How do the children learn that the supervisor was killed? Through a pipe to the warden, see `warden`."""

import contextlib
import subprocess
import sys
from pathlib import Path

from licensing_manager import warden


class Lifeline:
    """Keeps one warden alive and tells it which process groups are ours."""

    def __init__(self, *, lock: int | None = None) -> None:
        self._lock = lock
        self._groups: set[int] = set()
        self._warden = self._new_warden()

    @property
    def pid(self) -> int:
        """The warden's process number."""
        return self._warden.pid

    def add(self, group: int) -> None:
        """From now on this group must not outlive us."""
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        """This group has ended; its number may soon belong to somebody else."""
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    def keep(self) -> None:
        """Replace a warden that was killed."""
        if self._warden.poll() is not None:
            self._warden = self._new_warden()
            for group in self._groups:
                self._tell(f"+{group}\n")

    def close(self) -> None:
        """All is ended: the warden finds nothing left and goes."""
        assert self._warden.stdin
        with contextlib.suppress(OSError):
            self._warden.stdin.close()
        self._warden.wait()

    def _tell(self, line: str) -> None:
        assert self._warden.stdin
        with contextlib.suppress(OSError):  # a dead warden is replaced by `keep`, which tells everything again
            self._warden.stdin.write(line.encode("ascii"))

    def _new_warden(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(warden.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
            pass_fds=() if self._lock is None else (self._lock,),
        )
