"""What if the database server dies under a worker? At every step: the row is found again, and it arrives once.

A real PostgreSQL server of its own, shut down at once and started again. Every step takes seconds, so the ordinary run
tries some; the long profile of Hypothesis, or KILL_STEPS=all, tries every one.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import timezone
from pytest_django import Settings
from time_machine import Traveller

from tests.postgres_server import CAREFUL, Server
from tests.uploads.conftest import CHUNK_BYTES, Peer
from tests.uploads.faulty_line import Line
from tests.uploads.killed_steps import BEFORE_THE_FIRST_BYTE, CHUNKS, WITH_BYTES
from tests.uploads.killed_worker import ROOT, Order, Step, Workshop, workshop
from uploads import bundle_store, policy
from uploads.models import Upload

MOVES = [Step("move", when, nth) for nth in (1, 2) for when in ("before", "within", "after")]
EVERY = [*BEFORE_THE_FIRST_BYTE, *WITH_BYTES, *MOVES]
SOME = [EVERY[0], EVERY[2], Step("uploads.cis_client:send_chunk", "after", 2), Step("move", "within", 2)]
IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long" or os.environ.get("KILL_STEPS") == "all"


@dataclass(slots=True)
class Floor:
    """The database server, its address, and the workers that use it."""

    server: Server
    url: str
    workers: Workshop
    count: int = 0

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as database:
            return database.execute(question).fetchall()


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with tempfile.TemporaryDirectory(prefix="lm-pg-") as name:
        server = Server(Path(name), log=tmp_path_factory.mktemp("postgres") / "log", options=CAREFUL)
        url = server.start()
        try:
            migrate(url)
            with workshop(DATABASE_URL=url) as workers:
                yield Floor(server, url, workers)
        finally:
            server.kill()


def migrate(url: str) -> None:
    import subprocess
    import sys

    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)


@pytest.mark.parametrize("step", EVERY if IS_LONG else SOME, ids=str)
def test_the_database_dies(
    *, floor: Floor, line: Line, peer: Peer, settings: Settings, clock: Traveller, step: Step
) -> None:
    floor.count += 1
    assert floor.workers.run(order("begin", floor.count, settings)) == 0
    [(pk,)] = floor.ask("SELECT max(id) FROM uploads_upload")
    if step in WITH_BYTES:
        seal_four_chunks(floor, pk)
    floor.workers.run(order("transfer", pk, settings, step=step, victim=floor.server.process.pid))
    floor.server.process.wait(timeout=30)  # it was reached: the server is down
    floor.server.start()
    [before] = floor.ask(f"SELECT state, acknowledged_bytes FROM uploads_upload WHERE id = {pk}")
    clock.shift(policy.LEASE * 1.01)
    assert floor.workers.run(order("transfer", pk, settings)) == 0
    [(state, sha256, name, size, tries)] = floor.ask(
        f"SELECT state, bundle_sha256, bundle_name, size, attempt_count FROM uploads_upload WHERE id = {pk}"
    )
    upload = Upload(bundle_name=name)
    assert before[0] in {"queued", "sending", "delivered"}
    assert (state, peer.whole(upload), peer.bytes_of(upload)) == ("delivered", [sha256], size)
    attempts = floor.ask(f"SELECT number, verdict FROM uploads_attempt WHERE upload_id = {pk} ORDER BY number")
    assert attempts == [*[(number, "abandoned") for number in range(1, tries)], (tries, "delivered")]


def seal_four_chunks(floor: Floor, pk: int) -> None:
    """A bundle of our own, so that the last chunk is known."""
    content = bytes(range(250)) * CHUNKS
    sha256 = hashlib.sha256(content).hexdigest()
    path = bundle_store.path_of(sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with psycopg.connect(floor.url) as database:
        facts = (sha256, f"{pk}.zip", len(content), pk)
        database.execute("UPDATE uploads_upload SET bundle_sha256=%s, bundle_name=%s, size=%s WHERE id=%s", facts)


def order(work: str, number: int, settings: Settings, *, step: Step | None = None, victim: int = 0) -> Order:
    names = ("CIS_URL", "CIS_USERNAME", "CIS_PASSWORD", "CIS_PRODUCT_KEY", "DATA_DIR", "SECRET_KEY")
    given: dict[str, Any] = {name: str(getattr(settings, name)) for name in names}
    sizes = {"CHUNK_BYTES": CHUNK_BYTES, "MAX_CHUNK_BYTES": CHUNK_BYTES}
    return Order(work, number, timezone.now().isoformat(), step, "postgres", given, sizes, victim)
