"""Which process may die at which step of an upload? Each of them, at each.

The upload is held at a step, with its request lost or already done at the receiver; then a process is killed, and goes
on once the supervisor has started it again. Every cell of the matrix takes seconds, so the ordinary run tries some; the
long profile of Hypothesis, or KILL_STEPS=all, tries every one. The steps inside the worker, and the database, are in
`tests/uploads/test_killed_at_every_step.py` and `test_database_killed.py`.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from tests.stories.conftest import StartStack
from tests.stories.running_stack import Stack, eventually
from tests.stories.test_kills import CHUNK_BYTES, _asked, kill, received, start
from tests.uploads.faulty_line import (
    BUNDLE,
    CHUNK,
    GRANT,
    IDENTITY,
    TOKEN,
    Line,
    Turn,
    answers,
    faulty_line,
    passes,
    says,
)

pytestmark = pytest.mark.stack
PROCESSES = ("worker", "beat", "broker", "web", "receiver")
FIRST, MIDDLE, LAST = "first chunk", "a chunk in the middle", "last chunk"
STEPS = (IDENTITY, GRANT, TOKEN, BUNDLE, FIRST, MIDDLE, LAST)
IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long" or os.environ.get("KILL_STEPS") == "all"
SOME = [("beat", BUNDLE, False), ("broker", LAST, True)]
SERVER = "ls1.example.org"


@dataclass(slots=True)
class Hit:
    """The request at which the process dies, once; all others pass."""

    stack: Stack
    process: str
    step: str
    is_done: bool  # at the receiver, when the process dies
    happened: bool = False
    size: int = 0

    def __call__(self, turn: Turn) -> None:
        asked = turn.server.seen[-1]
        if asked.step == BUNDLE:
            self.size = int(asked.query["size"])
        if self.happened or self.step not in {asked.step, self._place(asked.query, asked.length)}:
            (says(chunk_optimal=CHUNK_BYTES) if asked.step == BUNDLE else passes)(turn)
            return
        self.happened = True
        answer = turn.forward() if self.is_done else None
        kill(self.stack, self.process)
        if self.process == "receiver":
            eventually(turn.reaches_receiver)
        if self.process in {"receiver", "worker"}:
            turn.hang_up()
        elif answer:
            turn.answer(*answer)
        else:
            passes(turn)

    def _place(self, query: dict[str, str], length: int) -> str:
        if "offset" not in query:
            return ""
        offset = int(query["offset"])
        return FIRST if offset == 0 else LAST if offset + length == self.size else MIDDLE


@pytest.fixture
def line() -> Iterator[Line]:
    with faulty_line() as running:
        yield running


@pytest.fixture
def stack(start_stack: StartStack, line: Line, tmp_path: Path) -> Stack:
    return start(start_stack, line, tmp_path, lease={"UPLOAD_LEASE_SECONDS": "20"})


def test_each_process_at_each_step(stack: Stack, line: Line) -> None:
    """One system for all: deaths that follow each other are part of it. The processes take turns."""
    cells = [(process, step, done) for step, done, process in product(STEPS, (False, True), PROCESSES)]
    for count, cell in enumerate(cells if IS_LONG else SOME, start=1):
        hit = Hit(stack, *cell)
        script(line, hit)
        keep_the_schedule_out(stack)
        started = stack.manage("upload_now", "telemetry", "--kind", "compliance", "--server", SERVER)
        assert started.returncode == 0, started.stderr
        eventually(partial(all_delivered, stack, count), within=180)
        assert hit.happened, cell
        assert_each_once(stack)
        assert_attempts(stack, cell[0])


def keep_the_schedule_out(stack: Stack) -> None:
    """Each cell is about one upload, and the daily ones come five minutes after the start of the service.

    A start further ahead than this would be taken for one that a wrong clock noted.
    """
    start_of_service = f"{datetime.now(UTC) + timedelta(minutes=4):%Y-%m-%d %H:%M:%S}"
    with closing(sqlite3.connect(stack.data_dir / "db.sqlite3", timeout=30)) as database, database:
        database.execute("UPDATE servers_licenseserver SET service_started_at = ?", [start_of_service])


def script(line: Line, hit: Hit) -> None:
    line.clear()
    if hit.step in {IDENTITY, GRANT, TOKEN}:
        line.fail(BUNDLE, answers(401))  # a worker keeps its token; so it logs in again
    for step in (IDENTITY, GRANT, TOKEN, BUNDLE, CHUNK):
        line.fail(step, *[hit] * 50)


def all_delivered(stack: Stack, count: int) -> bool:
    return _asked(stack, "SELECT state FROM uploads_upload") == [("delivered",)] * count


def assert_each_once(stack: Stack) -> None:
    """Every bundle is there whole and once; what was begun and lost holds no byte."""
    bundles = received(stack)
    sealed = sorted(sha256 for (sha256,) in _asked(stack, "SELECT bundle_sha256 FROM uploads_upload"))
    assert sorted(one.sha256 or "" for one in bundles if one.complete) == sealed
    assert {one.received for one in bundles if not one.complete} <= {0}


def assert_attempts(stack: Stack, killed: str) -> None:
    """Only who kills the worker costs an attempt, and that one is marked."""
    question = (
        "SELECT verdict FROM uploads_attempt WHERE upload_id = (SELECT max(id) FROM uploads_upload) ORDER BY number"
    )
    verdicts = [verdict for (verdict,) in _asked(stack, question)]
    assert verdicts == (["abandoned", "delivered"] if killed == "worker" else ["delivered"])
