"""How long is a broken line waited for, and what happens meanwhile?"""

import random

import pytest
from pytest_django import Settings
from time_machine import Traveller

from programs.schedule import TRY_AGAIN_AFTER
from servers.models import LicenseServer
from servers.registry import archive_server
from tests.uploads.conftest import Peer, Worker, ended, sealed
from tests.uploads.faulty_line import BUNDLE, CHUNK, GRANT, IDENTITY, TOKEN, Line, answers, passes, resets_after, says
from uploads import policy
from uploads.cis_client import create_bundle, destination_from_settings, log_in
from uploads.models import Trigger, Upload
from uploads.states import State

pytestmark = pytest.mark.django_db

BUSY = answers(503)
CUT = resets_after(0)


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses in the pieces that a worker takes them in."""
    monkeypatch.setattr(policy, "PAUSE_PIECE_SECONDS", 5.0)


@pytest.mark.parametrize("step", [IDENTITY, GRANT, TOKEN, BUNDLE, CHUNK])
def test_a_router_that_restarts_does_not_cost_a_day(line: Line, worker: Worker, upload: Upload, step: str) -> None:
    Upload.objects.update(trigger=Trigger.SCHEDULE)
    line.fail(step, CUT, CUT)
    assert ended(worker.send(upload))[0] == "delivered"
    assert 60 <= sum(worker.pauses) <= 1.5 * sum(policy.PAUSES_SECONDS)


def test_who_waits_at_the_page_hears_of_a_wrong_address_within_seconds(
    line: Line, worker: Worker, upload: Upload
) -> None:
    line.fail(IDENTITY, CUT, CUT, CUT)
    assert ended(worker.send(upload)) == ("try_again", "CONNECTION_LOST")
    assert sum(worker.pauses) <= 2.5


def test_once_somebody_answered_the_line_is_worth_waiting_for(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(GRANT, CUT, CUT)
    assert ended(worker.send(upload))[0] == "delivered"
    assert sum(worker.pauses) > 60


def test_every_step_of_the_log_in_has_its_own_tries(line: Line, worker: Worker, upload: Upload) -> None:
    for step in (IDENTITY, GRANT, TOKEN):
        line.fail(step, BUSY, BUSY)
    assert ended(worker.send(upload))[0] == "delivered"
    assert [line.steps().count(step) for step in (IDENTITY, GRANT, TOKEN)] == [3, 3, 3]


@pytest.mark.usefixtures("pieces")
def test_a_long_pause_keeps_the_lease(line: Line, worker: Worker, upload: Upload, clock: Traveller) -> None:
    others: list[object] = []

    def time_passes() -> None:
        clock.shift(worker.pauses[-1])
        others.append(Worker().send(upload))

    worker.pausing = time_passes
    line.fail(CHUNK, CUT, CUT)
    assert ended(worker.send(upload))[0] == "delivered"
    assert max(worker.pauses) == 5.0
    assert sum(worker.pauses) > policy.LEASE.total_seconds()
    assert set(others) == {None}
    assert upload.attempt_count == 1


@pytest.mark.usefixtures("pieces")
def test_whoever_withdraws_during_a_pause_does_not_wait_for_its_end(
    line: Line, worker: Worker, upload: Upload, server: LicenseServer
) -> None:
    Upload.objects.update(trigger=Trigger.SCHEDULE)

    def canceled() -> None:
        archive_server(server)
        Upload.objects.update(state=State.CANCELED, finished_at=upload.created_at, lease_until=None, lease_holder="")

    worker.pausing = canceled
    line.fail(IDENTITY, CUT, CUT)
    assert ended(worker.send(upload)) == ("canceled", "CANCELED")
    assert len(worker.pauses) == 1


def test_a_token_is_used_for_the_next_uploads_too(
    line: Line, peer: Peer, worker: Worker, upload: Upload, clock: Traveller
) -> None:
    worker.send(upload)
    line.clear()
    again(upload, name="b.zip")
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.steps() == [BUNDLE, CHUNK]
    clock.shift(policy.TOKEN_KEPT_SECONDS)
    again(upload, name="c.zip")
    worker.send(upload)
    assert line.steps().count(IDENTITY) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_kept_token_that_is_refused_is_forgotten(line: Line, worker: Worker, upload: Upload, status: int) -> None:
    worker.send(upload)
    line.clear()
    again(upload, name="b.zip")
    line.fail(BUNDLE, answers(status))
    first = ended(worker.send(upload))
    again(upload, name="b.zip")
    assert ended(worker.send(upload))[0] == "delivered"
    assert first == (("delivered", SUCCESS) if status == 401 else ("refused", "AUTH"))
    assert line.steps().count(IDENTITY) == 1


def test_a_kept_token_goes_to_nobody_else(line: Line, worker: Worker, upload: Upload, settings: Settings) -> None:
    worker.send(upload)
    settings.CIS_PASSWORD = "another"
    line.clear()
    again(upload, name="b.zip")
    assert ended(worker.send(upload)) == ("refused", "AUTH")
    assert line.steps() == [IDENTITY]


def test_the_chunk_that_the_receiver_asked_for_is_remembered(
    line: Line, worker: Worker, upload: Upload, clock: Traveller
) -> None:
    sealed(upload, random.Random(1).randbytes(300_000))
    line.fail(BUNDLE, says(chunk_optimal=64 * 1024))
    line.fail(CHUNK, passes, answers(400))
    worker.send(upload)
    clock.shift(TRY_AGAIN_AFTER)
    line.clear()
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.offsets() == [65536, 131072, 196608, 262144]


@pytest.mark.parametrize(
    ("optimal", "most", "chunk"),
    [
        (None, 512 * 1024, 512 * 1024),
        (256 * 1024, 128 * 1024, 128 * 1024),
        (200_000, None, 3 * 64 * 1024),
        (None, 100_000, 64 * 1024),
        (None, 1, 1024 * 1024),
        (None, True, 1024 * 1024),
    ],
)
def test_no_chunk_is_larger_than_the_receiver_allows(line: Line, optimal: object, most: object, chunk: int) -> None:
    line.fail(BUNDLE, says(chunk_optimal=optimal, chunk_max=most))
    to = destination_from_settings()
    assert create_bundle(to, log_in(to), size=1, name="a.zip").chunk_bytes == chunk


SUCCESS = "CTX_UPLOADER_SUCCESS"


def again(upload: Upload, *, name: str) -> None:
    Upload.objects.update(
        state=State.QUEUED,
        bundle_name=name,
        finished_at=None,
        next_attempt_at=None,
        acknowledged_bytes=0,
        remote_id="",
    )
