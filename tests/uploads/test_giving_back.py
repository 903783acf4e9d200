"""What becomes of an upload when its worker is told to end, or loses the database?"""

import os
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from time_machine import Traveller

from licensing_manager.celery import end_transfers
from servers.models import LicenseServer
from tests.uploads.conftest import Peer, Worker, ended
from tests.uploads.faulty_line import CHUNK, IDENTITY, Line, Meanwhile, answers, passes
from uploads import dispatch, policy, sealing, stopping, transfer
from uploads.cis_client import destination_from_settings
from uploads.models import Attempt, Upload
from uploads.settling import give_back
from uploads.states import State

pytestmark = pytest.mark.usefixtures("small_chunks")
Verdict = Attempt.Verdict


@pytest.fixture(autouse=True)
def nothing_said() -> Any:
    """The word is one for the process; a test must not leave it behind."""
    stopping._word[0] = 0
    yield
    stopping._word[0] = 0


def test_it_finishes_its_chunk_and_the_next_worker_goes_on_at_once(
    line: Line, peer: Peer, worker: Worker, upload: Upload, clock: Traveller
) -> None:
    line.fail(CHUNK, passes, Meanwhile(stopping.tell))
    assert worker.send(upload) is None
    assert (upload.state, upload.acknowledged_bytes, line.offsets()) == (State.SENDING, 600, [0, 300])
    assert (upload.lease_holder, upload.handed_over_at) == ("", None)
    stopping._word[0] = 0
    clock.shift(0.1)
    assert dispatch.hand_over_waiting(now=timezone.now(), send=lambda pk: pk == upload.pk) == 1
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.offsets()[2] == 600
    assert peer.whole(upload) == [upload.bundle_sha256]
    first, second = upload.attempts.all()
    assert (first.verdict, second.verdict) == (Verdict.ABANDONED, Verdict.DELIVERED)
    assert "told to end. The next one goes on at byte 600" in first.evidence


def test_it_does_not_wait_for_the_end_of_a_pause(line: Line, worker: Worker, upload: Upload) -> None:
    worker.pausing = stopping.tell
    line.fail(IDENTITY, answers(503), answers(503))
    assert worker.send(upload) is None
    assert (len(worker.pauses), line.steps()) == (1, [IDENTITY])


def test_what_was_delivered_with_the_last_chunk_is_written_down(line: Line, worker: Worker, upload: Upload) -> None:
    sealing.seal_for(upload, at=upload.created_at)
    last = -(-upload.size // 300)
    line.fail(CHUNK, *[passes] * (last - 1), Meanwhile(stopping.tell))
    assert ended(worker.send(upload))[0] == "delivered"


def test_who_lost_the_lease_gives_nothing_back(line: Line, worker: Worker, upload: Upload, clock: Traveller) -> None:
    """Another worker has it: its lease stays."""
    holder = transfer.claim(upload.pk, destination=destination_from_settings(), pause=lambda _: None)
    assert holder
    Upload.objects.update(lease_holder="other")
    give_back(holder.upload, holder.attempt, holder=holder.holder, at=upload.created_at)
    upload.refresh_from_db()
    assert (upload.lease_holder, upload.attempts.get().verdict) == ("other", Verdict.ABANDONED)


def test_the_word_is_heard_in_the_processes_that_were_forked_before() -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(writing)
        os.read(reading, 1)
        os._exit(7 if stopping.is_told() else 1)
    end_transfers()
    os.close(writing)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    os.close(reading)


def test_a_database_that_went_away_leaves_the_row_to_the_next_worker(
    *, line: Line, peer: Peer, worker: Worker, upload: Upload, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember, calls = transfer._remember, [0]

    def sometimes(journey: transfer.Journey, **facts: object) -> None:
        calls[0] += 1
        if facts.get("acknowledged_bytes") == 600:
            raise OperationalError("server closed the connection unexpectedly")
        remember(journey, **facts)

    with monkeypatch.context() as patch:
        patch.setattr(transfer, "_remember", sometimes)
        with pytest.raises(OperationalError):
            worker.send(upload)
    assert (upload.state, upload.acknowledged_bytes) == (State.SENDING, 300)
    clock.shift(policy.LEASE * 1.01)
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.offsets()[:3] == [0, 300, 300]
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_seal_that_takes_long_keeps_the_lease(
    line: Line, worker: Worker, upload: Upload, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal, others = sealing.seal, []

    def slowly(server: LicenseServer, **facts: Any) -> Any:
        for _ in range(5):
            clock.shift(policy.LEASE * 0.9)
            facts["under_way"]()
            others.append(Worker().send(upload))
        return seal(server, **facts)

    monkeypatch.setattr(sealing, "seal", slowly)
    assert ended(worker.send(upload))[0] == "delivered"
    assert (others, upload.attempt_count) == ([None] * 5, 1)


def test_the_builder_tells_that_it_is_under_way(upload: Upload) -> None:
    told: list[int] = []
    sealing.seal_for(upload, at=upload.created_at, under_way=lambda: told.append(1))
    assert told
