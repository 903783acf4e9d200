"""How does one tree of processes start, stay alive and end?

Every child leads a process group of its own, so Ctrl-C in the terminal reaches the supervisor alone, and ending a
child ends its helpers too. If the supervisor itself is killed, the warden ends the groups (see `warden`).
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from licensing_manager import log_files
from licensing_manager.child_process import Child, Program
from licensing_manager.lifeline import Lifeline
from licensing_manager.wakeups import Wakeups

MOST_DEATHS_AT_START = 3
START_SECONDS = 120.0  # ours: a slow disk under a first start; a healthy one takes two seconds
HURRY_SECONDS = 1.0


class StartFailedError(Exception):
    """A child cannot start: the text says which, and `last_words` is the end of its log."""

    def __init__(self, sentence: str, *, last_words: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.last_words = list(last_words)


class StopRequested(Exception):  # a wish, not an error
    """A stop signal came while we waited for the start."""


class Supervisor:
    """Runs `programs`: started in their order, ended in the opposite one.

    `say` gets one line for each thing that a person should know; `changed` is called after every restart.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        log_dir: Path,
        folder: Path,
        environment: Mapping[str, str],
        wakeups: Wakeups,
        say: Callable[[str], None],
        lock: int | None = None,
    ) -> None:
        self.children = [Child(program, log=log_files.prepare(log_dir / f"{program.name}.log")) for program in programs]
        self.changed: Callable[[], None] = lambda: None
        self._folder = folder
        self._environment = environment
        self._wakeups = wakeups
        self._say = say
        self._lifeline = Lifeline(lock=lock)

    @property
    def pids(self) -> dict[str, int]:
        """The number of every living process by name."""
        return {child.program.name: child.process.pid for child in self.children if child.process}

    def start(self, *, within: float = START_SECONDS) -> None:
        """Start all and wait until each that can answer does. Raises StartFailedError, StopRequested."""
        deadline = time.monotonic() + within
        for count, child in enumerate(self.children, start=1):
            self._spawn(child)
            if child.program.needed_by_later or count == len(self.children):
                self._until_settled([known for known in self.children[:count] if known.program.ready], deadline)

    def watch(self) -> None:
        """Restart what dies, until a stop signal. Raises StartFailedError for a child that never lived."""
        while not self._wakeups.stops:
            self._turn(None)

    def stop(self) -> None:
        """End all, the last started first, and leave no process. A second stop signal shortens every wait."""
        for child in self.children:
            child.give_up_watching()
        for child in reversed(self.children):
            self._stop(child)
        self._lifeline.close()

    def _until_settled(self, children: Sequence[Child], deadline: float) -> None:
        while not all(child.settled and child.process for child in children):
            if self._wakeups.stops:
                raise StopRequested
            if time.monotonic() >= deadline:
                raise self._too_slow(children)
            self._turn(deadline)

    def _turn(self, deadline: float | None) -> None:
        """Wait for one thing to happen and do what it asks for."""
        moments = [child.restart_at for child in self.children if child.restart_at is not None]
        earliest = min([*moments, *([] if deadline is None else [deadline])], default=None)
        self._wakeups.wait(None if earliest is None else earliest - time.monotonic())
        self._lifeline.keep()
        for child in self.children:
            if child.has_died():
                self._note_death(child)
            elif child.restart_at is not None and child.restart_at <= time.monotonic() and not self._wakeups.stops:
                self._spawn(child)
                self.changed()

    def _spawn(self, child: Child) -> None:
        try:
            pid = child.start(self._environment, folder=self._folder, when_ready=self._wakeups.wake)
        except OSError as error:
            raise StartFailedError(f"The {child.program.name} cannot be started: {error}.") from error
        self._lifeline.add(pid)

    def _note_death(self, child: Child) -> None:
        assert child.process
        ending = _ending(child.process.returncode)
        self._end_group(child)
        delay = child.note_death()
        if not child.settled and child.deaths >= MOST_DEATHS_AT_START:
            sentence = f"The {child.program.name} ended {child.deaths} times while starting ({ending})."
            raise StartFailedError(sentence, last_words=child.last_words())
        self._say(f"The {child.program.name} ended ({ending}). It starts again in {delay:.0f} s.")

    def _stop(self, child: Child) -> None:
        child.ask_to_stop()
        asked_at = time.monotonic()
        while child.process and child.process.poll() is None:
            patience = HURRY_SECONDS if self._wakeups.stops > 1 else child.program.stop_seconds
            left = asked_at + patience - time.monotonic()
            if left <= 0:
                break
            self._wakeups.wait(left)
        self._end_group(child)

    def _end_group(self, child: Child) -> None:
        group = child.end_group()
        if group is not None:
            self._lifeline.remove(group)

    def _too_slow(self, children: Sequence[Child]) -> StartFailedError:
        silent = next(child for child in children if not (child.settled and child.process))
        return StartFailedError(f"The {silent.program.name} does not answer.", last_words=silent.last_words())


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def child_environment(data_dir: Path) -> dict[str, str]:
    """What the children inherit, with the data folder said outright."""
    return {**os.environ, "DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}
