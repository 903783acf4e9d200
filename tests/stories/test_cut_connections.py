"""Does everything arrive once through lines that are cut, however often? Small and large, at any byte.

A few dozen in the ordinary run. CUT_UPLOADS=10000 sends that many small ones, and twenty large ones of 64 to 256 MiB;
the long profile of Hypothesis does the same. What was sent again is printed (`pytest -s` shows it) and bounded.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from receiver.store import Bundle, Store
from tests.receiver.running import PASSWORD, PRODUCT_KEY, USERNAME, RunningReceiver
from tests.stories.running_stack import ROOT, product_environment
from tests.uploads.cutting_line import CuttingLine, cutting_line

pytestmark = pytest.mark.stack
RATES = (0.0, 0.25, 0.5, 0.75)
SENDERS = 4
SMALL, MIB = 20_000, 1024 * 1024
IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
UPLOADS = int(os.environ.get("CUT_UPLOADS") or (10_000 if IS_LONG else 80))
IS_FULL = UPLOADS >= 10_000
LARGE = (20, 64, 256) if IS_FULL else (4, 2, 3)  # how many, from and to how many MiB


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[RunningReceiver]:
    running = RunningReceiver(tmp_path / "receiver").start()
    yield running
    if not running.ended():
        running.kill()


class Senders:
    """The product's database and bundles in a folder of its own, and the processes that send from there."""

    def __init__(self, data_dir: Path) -> None:
        self.database = data_dir / "db.sqlite3"
        account = {"CIS_USERNAME": USERNAME, "CIS_PASSWORD": PASSWORD, "CIS_PRODUCT_KEY": PRODUCT_KEY}
        self.environment = product_environment(data_dir, extra={**account, "CIS_URL": "http://127.0.0.1:9"})
        self._run("manage.py", "migrate", "--verbosity", "0")

    def plan(self, sizes: list[int]) -> None:
        self._run("-m", "tests.stories.day_sender", "plan", given=json.dumps(sizes))

    def send(self, lines: list[CuttingLine]) -> Counter[str]:
        """All of them at once, until nothing is left; attempts of all, days of the last."""
        command = [sys.executable, "-m", "tests.stories.day_sender", "send"]
        urls = [line.url for line in lines]
        running = [
            subprocess.Popen(
                [*command, str(share), str(SENDERS), *urls],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            for share in range(SENDERS)
        ]
        said = [process.communicate()[0] for process in running]
        assert [process.returncode for process in running] == [0] * SENDERS
        results = [json.loads(one) for one in said]
        return Counter(attempts=sum(one["attempts"] for one in results), days=max(one["days"] for one in results))

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return database.execute(question).fetchall()

    def _run(self, *words: str, given: str | None = None) -> None:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, check=False, input=given, text=True, stderr=-1
        )
        assert done.returncode == 0, done.stderr


def sizes_of(kind: str) -> list[int]:
    if kind == "small":
        return [SMALL] * UPLOADS
    count, low, high = LARGE
    chance = random.Random(3)
    sizes = [chance.randint(low * MIB, high * MIB) for _ in range(count)]
    # Through the worst line an attempt moves a quarter of a chunk: 256 MiB would take eight years of its days.
    return [low * MIB if number % len(RATES) == len(RATES) - 1 else size for number, size in enumerate(sizes)]


@pytest.mark.parametrize("kind", ["small", "large"])
def test_everything_arrives_once_through_cut_lines(receiver: RunningReceiver, tmp_path: Path, kind: str) -> None:
    senders, sizes = Senders(tmp_path / "data"), sizes_of(kind)
    senders.plan(sizes)
    began = time.monotonic()
    with ExitStack() as opened:
        lines = [
            opened.enter_context(cutting_line(receiver.port, rate=rate, seed=seed)) for seed, rate in enumerate(RATES)
        ]
        took = senders.send(lines)
    seconds = time.monotonic() - began
    receiver.stop()
    assert_all_delivered_once(senders, receiver, sizes)
    assert_told_truly(senders, took)
    report(kind, sizes, lines, took, seconds)
    assert lines[0].cuts == 0
    assert all(line.cuts / line.requests > line.rate * 0.5 for line in lines[1:])  # it was a bad line indeed


def assert_all_delivered_once(senders: Senders, receiver: RunningReceiver, sizes: list[int]) -> None:
    """One whole bundle for each upload, with its digest. What was begun and never used holds no byte."""
    store = Store(receiver.store)
    bundles = store.bundles()
    whole = {one.name: store.ensure_sha256(one.id) for one in bundles if one.complete}
    assert whole == dict(senders.rows("SELECT bundle_name, bundle_sha256 FROM uploads_upload"))
    assert len(whole) == len(sizes) == len([one for one in bundles if one.complete]) == len(store.completions())
    assert {one.received for one in bundles if not one.complete} <= {0}
    assert all(_lies_whole(one) for one in bundles if one.complete)
    store.close()


def _lies_whole(bundle: Bundle) -> bool:
    return bundle.content_path.stat().st_size == bundle.size


def assert_told_truly(senders: Senders, took: Counter[str]) -> None:
    """One row for each attempt; the last of each upload delivered it, the others say that they will be tried again."""
    ends = senders.rows("SELECT DISTINCT state, result_code, acknowledged_bytes = size FROM uploads_upload")
    assert ends == [("delivered", "CTX_UPLOADER_SUCCESS", 1)]
    verdicts = Counter(verdict for (verdict,) in senders.rows("SELECT verdict FROM uploads_attempt"))
    [(uploads,)] = senders.rows("SELECT count(*) FROM uploads_upload")
    assert verdicts == {"delivered": uploads, "try_again": took["attempts"] - uploads}


def report(kind: str, sizes: list[int], lines: list[CuttingLine], took: Counter[str], seconds: float) -> None:
    """The numbers of this run, line by line."""
    say = sys.stdout.write
    say(f"\n{len(sizes)} {kind} uploads, {sum(sizes) / MIB:.0f} MiB: {seconds:.0f} s, ")
    say(f"{took['attempts']} attempts, {took['days']} days at most\n")
    for number, line in enumerate(lines):
        wanted = sum(sizes[number :: len(lines)])
        say(f"  {line.rate:4.0%} cut: {line.requests} requests, {line.cuts} cut, ")
        say(f"bytes sent {line.sent / wanted:.3f} times\n")
        assert line.sent >= wanted
        assert line.rate or line.sent == wanted
