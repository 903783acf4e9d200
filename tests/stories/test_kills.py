"""Does an upload arrive once, whatever is killed while it is under way? With the real processes and a held line."""

import os
import random
import signal
import sqlite3
import string
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from receiver.store import Bundle, Store
from tests.stories.conftest import StartStack
from tests.stories.running_stack import Stack, eventually, processes_of
from tests.uploads.faulty_line import BUNDLE, CHUNK, Hold, Line, Turn, faulty_line, passes, says

pytestmark = pytest.mark.stack
SERVER = "ls1.example.org"
CHUNK_BYTES = 64 * 1024
PATIENT, IMPATIENT = {"UPLOAD_LEASE_SECONDS": "60"}, {"UPLOAD_LEASE_SECONDS": "6"}


@pytest.fixture
def line() -> Iterator[Line]:
    """The proxy of the worker, so between it and the sandbox receiver. Chunks are small, so there is a middle."""
    with faulty_line() as running:
        running.fail(BUNDLE, *[says(chunk_optimal=CHUNK_BYTES)] * 5)
        yield running


def start(start_stack: StartStack, line: Line, tmp_path: Path, *, lease: dict[str, str]) -> Stack:
    """The whole system, with a server whose report is a few hundred KB."""
    stack = start_stack(UPLOAD_PROXY=line.url, NO_PROXY="", DISPATCH_SECONDS="1", **lease)
    report = tmp_path / "large.lic"
    report.write_text(large_license_file())
    imported = stack.manage("import_report", str(report), "--server", SERVER)
    assert imported.returncode == 0, imported.stderr
    return stack


def large_license_file() -> str:
    """Thousands of features whose names are as long as may be and cannot be packed small."""
    rolls, signs = random.Random(7), string.ascii_uppercase + string.digits
    names = ("".join(rolls.choices(signs, k=128)) for _ in range(3_400))
    rows = [f'INCREMENT {name} CITRIX 2026.0206 permanent 5 SN=S{number} SIGN="0"' for number, name in enumerate(names)]
    return "\n".join(["SERVER this_host HOSTNAME=ls1", "VENDOR CITRIX", *rows, ""])


def upload_with(stack: Stack, line: Line, event: Callable[[Turn], None]) -> None:
    """Start an upload; `event` happens at its third chunk."""
    line.fail(CHUNK, passes, passes, event)
    started = stack.manage("upload_now", "telemetry", "--kind", "compliance", "--server", SERVER)
    assert started.returncode == 0, started.stderr
    eventually(lambda: states(stack) == ["delivered"], within=120)


def states(stack: Stack) -> list[str]:
    return [state for state, _ in _rows(stack)]


def assert_delivered_once(stack: Stack) -> None:
    [(state, sha256)] = _rows(stack)
    whole = [one for one in received(stack) if one.complete]
    assert (state, [one.sha256 for one in whole]) == ("delivered", [sha256])
    assert whole[0].size > 3 * CHUNK_BYTES


def received(stack: Stack) -> tuple[Bundle, ...]:
    store = Store(stack.data_dir / "receiver")
    try:
        return store.bundles()
    finally:
        store.close()


def kill(stack: Stack, name: str) -> None:
    """`kill -9` of this part and of all that it started, then wait until the supervisor has a new one."""
    old = stack.pids[name]
    family = {old, *descendants(stack, old)}
    for number in family:
        os.kill(number, signal.SIGKILL)
    eventually(lambda: stack.pids.get(name, old) != old)


def descendants(stack: Stack, parent: int) -> set[int]:
    """Children and their children."""
    parents = {number: _parent(number) for number in processes_of(stack.data_dir)}
    found = {parent}
    while more := {number for number, above in parents.items() if above in found} - found:
        found |= more
    return found - {parent}


def test_a_killed_worker(start_stack: StartStack, line: Line, tmp_path: Path) -> None:
    stack = start(start_stack, line, tmp_path, lease=IMPATIENT)

    def event(turn: Turn) -> None:
        kill(stack, "worker")
        turn.hang_up()

    upload_with(stack, line, event)
    assert_delivered_once(stack)
    third = 2 * CHUNK_BYTES
    assert line.offsets()[:4] == [0, CHUNK_BYTES, third, third]
    assert len(received(stack)) == 1
    assert _attempts(stack) == ["abandoned", "delivered"]


def test_a_worker_killed_after_the_receiver_has_the_chunk(start_stack: StartStack, line: Line, tmp_path: Path) -> None:
    stack = start(start_stack, line, tmp_path, lease=IMPATIENT)

    def event(turn: Turn) -> None:
        turn.forward()
        kill(stack, "worker")
        turn.hang_up()

    upload_with(stack, line, event)
    assert_delivered_once(stack)


def test_a_worker_that_is_told_to_end_gives_its_upload_back(
    start_stack: StartStack, line: Line, tmp_path: Path
) -> None:
    """With a lease of a minute that nobody has to wait for."""
    stack = start(start_stack, line, tmp_path, lease=PATIENT)

    def event(turn: Turn) -> None:
        os.kill(stack.pids["worker"], signal.SIGTERM)
        eventually(lambda: "Warm shutdown" in (stack.data_dir / "log" / "worker.log").read_text())
        passes(turn)

    began = time.monotonic()
    upload_with(stack, line, event)
    assert time.monotonic() - began < float(PATIENT["UPLOAD_LEASE_SECONDS"])
    assert_delivered_once(stack)
    assert line.offsets() == sorted(set(line.offsets()))  # no chunk was sent again
    [(evidence,)] = _asked(stack, "SELECT evidence FROM uploads_attempt WHERE verdict = 'abandoned'")
    assert evidence.startswith("Its worker was told to end.")


def test_a_killed_broker(start_stack: StartStack, line: Line, tmp_path: Path) -> None:
    stack = start(start_stack, line, tmp_path, lease=PATIENT)

    def event(turn: Turn) -> None:
        kill(stack, "broker")
        passes(turn)

    upload_with(stack, line, event)
    assert_delivered_once(stack)
    assert _attempts(stack) == ["delivered"]


@pytest.mark.parametrize("has_the_chunk", [True, False])
def test_a_killed_receiver(start_stack: StartStack, line: Line, tmp_path: Path, *, has_the_chunk: bool) -> None:
    stack = start(start_stack, line, tmp_path, lease=PATIENT)

    def event(turn: Turn) -> None:
        turn.forward() if has_the_chunk else turn.body()
        kill(stack, "receiver")
        eventually(turn.reaches_receiver)
        turn.hang_up()

    upload_with(stack, line, event)
    assert_delivered_once(stack)
    assert _attempts(stack) == ["delivered"]


def test_a_killed_system(start_stack: StartStack, line: Line, tmp_path: Path) -> None:
    first = start(start_stack, line, tmp_path, lease=IMPATIENT)
    third = Hold(then=Turn.hang_up)
    line.fail(CHUNK, passes, passes, third)
    first.manage("upload_now", "telemetry", "--kind", "compliance", "--server", SERVER)
    assert third.reached.wait(60)
    first.process.kill()
    first.process.wait()
    eventually(lambda: not processes_of(first.data_dir))
    third.go_on.set()
    second = start_stack(data_dir=first.data_dir, **same_environment(first))
    eventually(lambda: states(second) == ["delivered"], within=120)
    assert_delivered_once(second)


def same_environment(stack: Stack) -> dict[str, str]:
    names = ("UPLOAD_PROXY", "NO_PROXY", "DISPATCH_SECONDS", "UPLOAD_LEASE_SECONDS")
    return {name: stack.environment[name] for name in names}


def _rows(stack: Stack) -> list[tuple[str, str]]:
    return [(state, sha256) for state, sha256 in _asked(stack, "SELECT state, bundle_sha256 FROM uploads_upload")]


def _attempts(stack: Stack) -> list[str]:
    return [verdict for (verdict,) in _asked(stack, "SELECT verdict FROM uploads_attempt ORDER BY number")]


def _asked(stack: Stack, question: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(f"file:{stack.data_dir / 'db.sqlite3'}?mode=ro", uri=True, timeout=30)) as database:
        return database.execute(question).fetchall()


def _parent(number: int) -> int:
    try:
        return int(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
