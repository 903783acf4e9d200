"""What do we know of one process of the tree, and how does it start and end?"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from licensing_manager import log_files
from licensing_manager.readiness import Watch

LONGEST_DELAY = 30.0
SETTLED_SECONDS = 10.0  # ours: a process that lives this long has found its settings, database and broker
FORGIVEN_SECONDS = 60.0  # ours: after a minute of work, an earlier death says nothing about the next one


@dataclass(frozen=True, slots=True)
class Program:
    """One line of the process table. `ready` makes one attempt and says whether the process answers."""

    name: str
    command: list[str]
    ready: Callable[[], bool] | None = None
    needed_by_later: bool = False
    stop_seconds: float = 5.0


def delay_before_restart(deaths: int) -> float:
    """Seconds: 1, 2, 4 … 30 after the first, second, third death in a row."""
    return min(LONGEST_DELAY, 2.0 ** (deaths - 1))


class Child:
    """A program and the process that runs it now, if any. Each is the leader of its own process group."""

    def __init__(self, program: Program, *, log: Path) -> None:
        self.program = program
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths = 0
        self.settled = False
        self.restart_at: float | None = None
        self._started_at = 0.0
        self._watch: Watch | None = None

    def start(self, environment: Mapping[str, str], *, folder: Path, when_ready: Callable[[], None]) -> int:
        """Start the process; returns its number. Raises OSError."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.program.command,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started_at = time.monotonic()
        self.restart_at = None
        if self.program.ready and not self.settled:
            self._watch = Watch(self.program.ready, then=lambda: self._settle(when_ready))
        return self.process.pid

    def has_died(self) -> bool:
        """Was it started, and has it ended since?"""
        return self.process is not None and self.process.poll() is not None

    def note_death(self) -> float:
        """Count the death; returns the seconds to wait before the next start."""
        lived = time.monotonic() - self._started_at
        self.give_up_watching()
        self.settled = self.settled or lived >= SETTLED_SECONDS
        self.deaths = 1 if lived >= FORGIVEN_SECONDS else self.deaths + 1
        delay = delay_before_restart(self.deaths)
        self.restart_at = time.monotonic() + delay
        return delay

    def ask_to_stop(self) -> None:
        """The polite signal, to the leader alone: it knows how to end its own helpers."""
        self.give_up_watching()
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def end_group(self) -> int | None:
        """End whatever is left of the group and forget the process; returns the group's number."""
        if self.process is None:
            return None
        group = self.process.pid
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
        self.process.wait()
        self.process = None
        return group

    def give_up_watching(self) -> None:
        """Nobody waits for this process any more."""
        if self._watch:
            self._watch.give_up()

    def last_words(self) -> list[str]:
        """The newest lines of its log."""
        return log_files.last_lines(self.log)

    def _settle(self, when_ready: Callable[[], None]) -> None:
        self.settled = True
        when_ready()
