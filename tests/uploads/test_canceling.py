"""Does a person stop exactly one upload, with its last byte, and not the duty?"""

import threading

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from servers.models import LicenseServer
from tests.uploads.conftest import CHUNK_BYTES, Peer, Worker, begin, ended, licensed_server
from tests.uploads.deciding import in_thread, starts
from tests.uploads.faulty_line import CHUNK, Hold, Line, answers, passes
from tests.uploads.test_states import in_state
from uploads import policy
from uploads.canceling import NotCanceled, cancel_upload
from uploads.cis_client import destination_from_settings
from uploads.dispatch import plan_due
from uploads.fence import CANCELED, FenceStillOpen
from uploads.models import Attempt, Upload
from uploads.sealing import seal_for
from uploads.starting import NotStarted, retry_now
from uploads.states import OPEN, State
from uploads.transfer import claim

pytestmark = pytest.mark.usefixtures("small_chunks")
WORDS = "Canceled by ben. Wrong server"


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED, State.REFUSED])
def test_it_ends_what_waits_and_keeps_who_and_why(
    server: LicenseServer, clock: time_machine.Traveller, ben: User, state: State
) -> None:
    upload = cancel_upload(in_state(server, state), by=ben, reason="Wrong\n server")
    assert (upload.state, upload.result_code, upload.cancel_reason) == (State.CANCELED, CANCELED, WORDS)
    assert (upload.finished_at, upload.cancel_asked_at) == (timezone.now(), timezone.now())
    assert (upload.next_attempt_at, upload.lease_until) == (None, None)


@pytest.mark.parametrize("state", sorted(set(State) - OPEN - {State.CANCELED}))
def test_it_cancels_nothing_that_ended_or_is_carried(server: LicenseServer, ben: User, state: State) -> None:
    upload = in_state(server, state)
    with pytest.raises(NotCanceled, match="there is nothing to cancel"):
        cancel_upload(upload, by=ben)
    upload.refresh_from_db()
    assert (upload.state, upload.cancel_asked_at) == (state, None)


def test_once_more_changes_nothing(upload: Upload, ben: User, ada: User, clock: time_machine.Traveller) -> None:
    cancel_upload(upload, by=ben, reason="Wrong server")
    clock.shift(60)
    again = cancel_upload(upload, by=ada, reason="Me too")
    assert (again.state, again.cancel_reason) == (State.CANCELED, WORDS)
    assert again.cancel_asked_at
    assert again.cancel_asked_at < timezone.now()


def test_what_was_canceled_is_neither_sent_nor_tried_again(
    line: Line, worker: Worker, upload: Upload, ben: User
) -> None:
    cancel_upload(upload, by=ben)
    assert worker.send(upload) is None
    with pytest.raises(NotStarted):
        retry_now(upload, at=timezone.now())
    assert line.seen == []


def test_other_uploads_go_on_and_the_next_daily_one_follows(
    server: LicenseServer, upload: Upload, ben: User, clock: time_machine.Traveller
) -> None:
    other = starts(server, "telemetry")
    plan_due(now=timezone.now())
    daily = Upload.objects.exclude(pk__in=[upload.pk, other.pk]).first()
    assert daily
    cancel_upload(daily, by=ben)
    plan_due(now=timezone.now())
    assert Upload.objects.filter(state=State.CANCELED).count() == 1
    clock.shift(86_400)
    plan_due(now=timezone.now())
    slot = Upload.objects.filter(kind=daily.kind, trigger="schedule", state=State.QUEUED)
    assert [one.period > daily.period for one in slot] == [True]


def test_whoever_takes_it_up_after_the_asking_sends_nothing(line: Line, worker: Worker, upload: Upload) -> None:
    """As if the web process had died between asking and ending."""
    Upload.objects.update(cancel_asked_at=timezone.now(), cancel_reason=WORDS)
    assert ended(worker.send(upload)) == ("canceled", "CANCELED")
    assert (line.seen, upload.state, upload.attempts.get().evidence) == ([], State.CANCELED, WORDS)


def test_in_a_pause_the_repeat_is_not_sent(line: Line, worker: Worker, upload: Upload, ben: User) -> None:
    def meanwhile() -> None:
        cancel_upload(Upload.objects.get(), by=ben, reason="Wrong server", pause=lambda _: None)

    worker.pausing = meanwhile
    line.fail(CHUNK, passes, answers(503))
    worker.send(upload)
    assert (line.offsets(), upload.state) == ([0, CHUNK_BYTES], State.CANCELED)
    attempt = upload.attempts.get()
    assert (attempt.verdict, attempt.evidence, attempt.code) == (Attempt.Verdict.CANCELED, WORDS, CANCELED)


@pytest.mark.django_db(transaction=True)
def test_after_the_answer_not_one_more_byte_leaves(line: Line, peer: Peer, worker: Worker, ben: User) -> None:
    upload, hold = begin(licensed_server("ls1.example.org")), Hold()
    waits: list[str] = []
    line.fail(CHUNK, passes, hold)
    sending = in_thread(lambda: worker.send(upload))

    def pause(seconds: float) -> None:
        waits.append(Upload.objects.get(pk=upload.pk).state)
        hold.go_on.set()
        threading.Event().wait(seconds)

    assert hold.reached.wait(30)
    cancel_upload(Upload.objects.get(pk=upload.pk), by=ben, pause=pause)
    sent = len(line.seen)
    sending.join()
    upload.refresh_from_db()
    assert set(waits) == {State.SENDING}
    assert (len(line.seen), line.offsets(), peer.bytes_of(upload)) == (sent, [0, 300], 600)
    assert (upload.state, upload.attempts.get().verdict) == (State.CANCELED, Attempt.Verdict.CANCELED)


@pytest.mark.django_db(transaction=True)
def test_what_arrived_whole_meanwhile_is_delivered_and_says_so(
    line: Line, peer: Peer, worker: Worker, ben: User
) -> None:
    upload, hold = begin(licensed_server("ls1.example.org")), Hold()
    seal_for(upload, at=timezone.now())
    line.fail(CHUNK, *[passes] * (-(-upload.size // CHUNK_BYTES) - 1), hold)
    sending = in_thread(lambda: worker.send(upload))
    assert hold.reached.wait(30)
    hold.go_on.set()
    with pytest.raises(NotCanceled, match=r"Every byte was acknowledged|is delivered"):
        cancel_upload(Upload.objects.get(pk=upload.pk), by=ben)
    sending.join()
    upload.refresh_from_db()
    assert (upload.state, peer.whole(upload)) == (State.DELIVERED, [upload.bundle_sha256])


@pytest.mark.django_db(transaction=True)
def test_a_request_that_takes_too_long_is_told_and_is_the_last(
    line: Line, worker: Worker, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "FENCE_TRIES", 3)
    upload, hold = begin(licensed_server("ls1.example.org")), Hold()
    line.fail(CHUNK, hold)
    sending = in_thread(lambda: worker.send(upload))
    assert hold.reached.wait(30)
    with pytest.raises(FenceStillOpen, match="It is canceled"):
        cancel_upload(Upload.objects.get(pk=upload.pk), by=ben, pause=lambda _: None)
    assert Upload.objects.get(pk=upload.pk).state == State.CANCELED
    hold.go_on.set()
    sending.join()
    assert line.offsets() == [0]


def test_what_is_acknowledged_to_the_last_byte_is_left_to_its_worker(upload: Upload, ben: User) -> None:
    seal_for(upload, at=timezone.now())
    claim(upload.pk, destination=destination_from_settings(), pause=lambda _: None)
    Upload.objects.update(acknowledged_bytes=upload.size)
    with pytest.raises(NotCanceled, match="Every byte was acknowledged"):
        cancel_upload(upload, by=ben)
    upload.refresh_from_db()
    assert (upload.state, upload.cancel_asked_at, upload.cancel_reason) == (State.SENDING, None, "")


def test_a_reason_of_any_length_and_sign_is_kept_within_bounds(upload: Upload, ben: User) -> None:
    found = cancel_upload(upload, by=ben, reason="\0" + "x" * 10_000)
    assert found.cancel_reason.startswith("Canceled by ben. \ufffdxxx")
    assert len(found.cancel_reason) <= 700


def test_it_is_never_waited_for_inside_a_transaction(upload: Upload, ben: User) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        cancel_upload(upload, by=ben)
