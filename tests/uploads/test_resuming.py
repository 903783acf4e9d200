"""What if the worker dies in the middle? The next one goes on where the receiver is, and it arrives once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from time_machine import Traveller

from payloads.bundle import sha256_of
from programs.schedule import TRY_AGAIN_AFTER
from servers.models import LicenseServer
from tests.uploads.conftest import Peer, Worker, begin, ended
from tests.uploads.faulty_line import (
    ANY,
    CHUNK,
    Fault,
    Line,
    answers,
    cuts_answer,
    loses_answer,
    passes,
    resets_after,
)
from uploads import bundle_store, cis_client, policy, sealing, transfer
from uploads.models import Attempt, Upload
from uploads.sealing import seal_preview
from uploads.states import State

pytestmark = pytest.mark.usefixtures("small_chunks")
BUSY = answers(503)


def dies() -> None:
    """What a kill looks like from inside: nothing after it runs."""
    raise SystemExit


def send_and_die(upload: Upload) -> None:
    with pytest.raises(SystemExit):
        Worker(pausing=dies).send(upload)


@pytest.mark.parametrize(("last", "known"), [(BUSY, 300), (loses_answer, 600), (resets_after(10), 300)])
def test_it_goes_on_where_it_was(
    *, line: Line, peer: Peer, worker: Worker, upload: Upload, clock: Traveller, last: Fault, known: int
) -> None:
    line.fail(CHUNK, passes, last)
    send_and_die(upload)
    assert (upload.state, upload.acknowledged_bytes, peer.bytes_of(upload)) == (State.SENDING, 300, known)
    sealed, remote = upload.bundle_sha256, upload.remote_id
    clock.shift(policy.LEASE * 1.01)
    assert ended(worker.send(upload))[0] == "delivered"
    assert (upload.remote_id, upload.bundle_sha256) == (remote, sealed)
    assert line.offsets()[:4] == [0, 300, 300, 600]
    assert peer.whole(upload) == [sealed]


def test_nobody_takes_it_before_the_lease_ends(line: Line, worker: Worker, upload: Upload, clock: Traveller) -> None:
    line.fail(CHUNK, BUSY)
    send_and_die(upload)
    clock.move_to(upload.lease_until or timezone.now())
    assert worker.send(upload) is None
    assert upload.attempt_count == 1


def test_progress_and_pauses_prolong_the_lease(line: Line, worker: Worker, upload: Upload, clock: Traveller) -> None:
    others: list[object] = []

    def takes_its_time() -> None:
        clock.shift(policy.LEASE * 0.9)
        others.append(Worker().send(upload))

    worker.pausing = takes_its_time
    line.fail(CHUNK, BUSY, BUSY, passes, BUSY, BUSY)
    assert ended(worker.send(upload))[0] == "delivered"
    assert others == [None] * 4


def test_a_worker_that_was_overtaken_in_a_request_does_not_turn_progress_back(
    line: Line, worker: Worker, upload: Upload, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_chunk = cis_client.send_chunk

    def slowly(*args: Any, **facts: Any) -> None:
        send_chunk(*args, **facts)
        monkeypatch.setattr(cis_client, "send_chunk", send_chunk)
        clock.shift(policy.LEASE * 1.01)
        line.fail(CHUNK, passes, passes, BUSY)
        send_and_die(upload)

    monkeypatch.setattr(cis_client, "send_chunk", slowly)
    assert ended(worker.send(upload)) == ("canceled", "CANCELED")
    assert (upload.state, upload.acknowledged_bytes) == (State.SENDING, 600)
    assert [one.verdict for one in upload.attempts.all()] == ["abandoned", "running"]


def test_the_attempt_of_a_dead_worker_is_called_abandoned(
    line: Line, worker: Worker, upload: Upload, clock: Traveller
) -> None:
    line.fail(CHUNK, BUSY)
    send_and_die(upload)
    clock.shift(policy.LEASE * 1.01)
    worker.send(upload)
    first, second = upload.attempts.all()
    assert (first.verdict, first.finished_at) == (Attempt.Verdict.ABANDONED, timezone.now())
    assert (second.number, second.verdict) == (2, Attempt.Verdict.DELIVERED)
    assert second.bytes_sent == upload.size


def test_a_worker_that_wakes_up_too_late_does_nothing_more(
    line: Line, peer: Peer, worker: Worker, upload: Upload, clock: Traveller
) -> None:
    late, asked = Worker(), [0]

    def sleeps_too_long() -> None:
        clock.shift(policy.LEASE * 1.01)
        assert ended(worker.send(upload))[0] == "delivered"
        asked[0] = len(line.seen)

    late.pausing = sleeps_too_long
    line.fail(CHUNK, passes, BUSY)
    assert ended(late.send(upload)) == ("canceled", "CANCELED")
    assert len(line.seen) == asked[0]
    assert (upload.state, upload.result_code) == (State.DELIVERED, "CTX_UPLOADER_SUCCESS")
    assert [one.verdict for one in upload.attempts.all()] == ["abandoned", "delivered"]
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_worker_that_sealed_too_slowly_does_not_change_what_was_sent(
    *,
    line: Line,
    peer: Peer,
    worker: Worker,
    upload: Upload,
    clock: Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seal = sealing.seal

    def slowly(server: LicenseServer, **facts: Any) -> Any:
        bundle = seal(server, **facts)
        monkeypatch.setattr(sealing, "seal", seal)
        clock.shift(policy.LEASE * 1.01)
        worker.send(upload)
        return bundle

    monkeypatch.setattr(sealing, "seal", slowly)
    assert ended(Worker().send(upload)) == ("canceled", "CANCELED")
    assert upload.state == State.DELIVERED
    assert peer.whole(upload) == [upload.bundle_sha256]
    assert [path.stem for path in bundle_store.store_folder().rglob("*.zip")] == [upload.bundle_sha256]


def test_a_kill_after_the_last_answer_sends_nothing_again(
    *,
    line: Line,
    peer: Peer,
    worker: Worker,
    upload: Upload,
    clock: Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(transfer, "settle", interrupts)
        with pytest.raises(KeyboardInterrupt):
            worker.send(upload)
    assert (upload.state, upload.percent) == (State.SENDING, 100)
    chunks = len(line.offsets())
    clock.shift(policy.LEASE * 1.01)
    assert ended(worker.send(upload))[0] == "delivered"
    assert len(line.offsets()) == chunks
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_kill_while_sealing_leaves_one_bundle_and_both_its_names(
    line: Line, worker: Worker, upload: Upload, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(bundle_store, "publish", interrupts)
        with pytest.raises(KeyboardInterrupt):
            worker.send(upload)
    sealed = upload.bundle_sha256
    clock.shift(policy.LEASE * 1.01)
    assert ended(worker.send(upload))[0] == "delivered"
    assert upload.bundle_sha256 == sealed
    assert (bundle_store.resource_folder(upload.server) / "usage" / upload.bundle_name).is_file()


EVENTS = st.lists(
    st.sampled_from([passes, passes, BUSY, loses_answer, cuts_answer, resets_after(50), answers(401), answers(507)]),
    max_size=25,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, kills=st.lists(st.booleans(), max_size=15), preview=st.booleans())
def test_any_order_of_faults_kills_and_restarts_delivers_exactly_once(
    *,
    line: Line,
    peer: Peer,
    server: LicenseServer,
    clock: Traveller,
    events: list[Fault],
    kills: list[bool],
    preview: bool,
) -> None:
    clock.shift(3600)
    shown = seal_preview(server, program_code="telemetry", kind="compliance", at=timezone.now()) if preview else None
    upload = begin(server, sha256=shown.bundle_sha256 if shown else "")
    line.clear()
    line.fail(ANY, *events)
    attempts = send_until_delivered(upload, kills=list(kills), clock=clock)
    assert attempts == upload.attempts.count() <= len(events) + len(kills) + 1
    stored = sha256_of(bundle_store.path_of(upload.bundle_sha256))
    assert peer.whole(upload) == [upload.bundle_sha256] == [stored]
    assert shown is None or shown.bundle_sha256 == stored


def send_until_delivered(upload: Upload, *, kills: list[bool], clock: Traveller) -> int:
    """Restart after every kill and come back after every failure. Returns how many attempts it took."""

    def perhaps() -> None:
        if kills and kills.pop(0):
            raise SystemExit

    attempts = 0
    while upload.state != State.DELIVERED:
        attempts += 1
        try:
            Worker(pausing=perhaps).send(upload)
        except SystemExit:
            clock.shift(policy.LEASE * 1.01)
        else:
            clock.shift(TRY_AGAIN_AFTER)
    return attempts


def interrupts(*_: object, **__: object) -> Callable[[], None]:
    raise KeyboardInterrupt
