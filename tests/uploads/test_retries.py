"""What is tried again at once, what tomorrow, and what never gets lost?"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from programs.schedule import TRY_AGAIN_AFTER
from tests.uploads.conftest import Peer, Worker, ended
from tests.uploads.faulty_line import (
    BUNDLE,
    CHUNK,
    GRANT,
    IDENTITY,
    TOKEN,
    Fault,
    Line,
    Turn,
    answers,
    cuts_answer,
    loses_answer,
    passes,
    resets_after,
)
from uploads import bundle_store
from uploads.models import Upload
from uploads.states import State

pytestmark = pytest.mark.usefixtures("small_chunks")
BUSY = answers(503, b'{"error": "busy"}')


def test_a_receiver_that_is_busy_twice_costs_two_pauses(line: Line, peer: Peer, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, BUSY, BUSY)
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.offsets()[:4] == [0, 0, 0, 300]
    assert len(worker.pauses) == 2
    assert 0.5 <= worker.pauses[0] <= 0.75
    assert 60 <= worker.pauses[1] <= 90  # a router that restarts
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_receiver_that_stays_busy_is_asked_three_times_and_again_tomorrow(
    line: Line, worker: Worker, upload: Upload
) -> None:
    line.fail(CHUNK, BUSY, BUSY, BUSY)
    assert ended(worker.send(upload)) == ("try_again", "SERVER")
    assert line.offsets() == [0, 0, 0]
    assert (upload.state, upload.next_attempt_at) == (State.FAILED, timezone.now() + timedelta(hours=24))
    assert upload.attempts.get().http_status == 503


def test_every_chunk_has_its_three_tries(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, BUSY, BUSY, passes, BUSY, BUSY)
    assert ended(worker.send(upload))[0] == "delivered"
    assert len(worker.pauses) == 4


@pytest.mark.parametrize("step", [IDENTITY, GRANT, TOKEN, BUNDLE])
def test_a_moment_of_trouble_before_the_first_chunk_does_not_cost_a_day(
    line: Line, worker: Worker, upload: Upload, step: str
) -> None:
    line.fail(step, BUSY, resets_after(0))
    assert ended(worker.send(upload))[0] == "delivered"
    assert len(worker.pauses) == 2


@pytest.mark.parametrize("seconds", ["0", "7", "90"])
def test_a_short_retry_after_is_honored(line: Line, worker: Worker, upload: Upload, seconds: str) -> None:
    line.fail(CHUNK, answers(503, b"{}", Retry_After=seconds))
    assert ended(worker.send(upload))[0] == "delivered"
    assert worker.pauses == [float(seconds)]


@pytest.mark.parametrize(
    ("theirs", "until"),
    [
        ("Sun, 01 Mar 2026 08:10:00 GMT", "Sun, 01 Mar 2026 08:10:07 GMT"),
        ("Mon, 02 Mar 2026 11:00:00 GMT", "Mon, 02 Mar 2026 11:00:07 GMT"),  # their clock is a day ahead
        ("never", "Sun, 01 Mar 2026 08:10:07 -0000"),
    ],
)
def test_a_retry_after_with_a_date_is_honored(
    line: Line, worker: Worker, upload: Upload, theirs: str, until: str
) -> None:
    line.fail(CHUNK, says_when(theirs, until=until))
    assert ended(worker.send(upload))[0] == "delivered"
    assert worker.pauses == [7.0]


def says_when(date: str, *, until: str) -> Fault:
    def fault(turn: Turn) -> None:
        turn.body()
        head = f"HTTP/1.1 503 Busy\r\nDate: {date}\r\nRetry-After: {until}\r\nContent-Length: 2\r\n\r\n"
        turn.wfile.write(head.encode() + b"{}")

    return fault


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_retry_after_ends_the_attempt(line: Line, worker: Worker, upload: Upload, status: int) -> None:
    line.fail(CHUNK, answers(status, b"{}", Retry_After="91"))
    assert ended(worker.send(upload)) == ("try_again", "SERVER")
    assert (worker.pauses, line.offsets()) == ([], [0])


@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_after_may_be_a_date_by_the_receivers_clock(
    line: Line, worker: Worker, upload: Upload, status: int
) -> None:
    slow = "Sun, 01 Mar 2026 07:00:00 GMT"  # an hour and ten minutes behind ours
    line.fail(CHUNK, answers(status, b"{}", Date=slow, Retry_After="Sun, 01 Mar 2026 07:00:20 GMT"))
    assert ended(worker.send(upload))[0] == "delivered"
    assert worker.pauses == [20.0]


def test_a_retry_after_far_away_ends_the_attempt(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, answers(429, b"{}", Retry_After="Sun, 01 Mar 2026 23:00:00 GMT"))
    assert ended(worker.send(upload)) == ("try_again", "SERVER")
    assert worker.pauses == []


@pytest.mark.parametrize(
    "nonsense", ["nan", "inf", "-5", "1e3", "soon", "Fri, 31 Dec 1999 23:59:59 GMT", "Sun, 99 Mar 2026", "²"]
)
def test_a_retry_after_that_is_no_number_of_seconds_counts_as_not_said(
    line: Line, worker: Worker, upload: Upload, nonsense: str
) -> None:
    line.fail(CHUNK, answers(503, b"{}", Retry_After=nonsense))
    assert ended(worker.send(upload))[0] == "delivered"
    assert 0.5 <= worker.pauses[0] <= 1.0


REFUSALS = [(BUNDLE, 400), (BUNDLE, 404), (BUNDLE, 409), (BUNDLE, 413), (CHUNK, 400), (CHUNK, 409), (CHUNK, 413)]


@pytest.mark.parametrize(("step", "status"), REFUSALS)
def test_a_refusal_is_not_repeated_and_waits_for_the_next_day(
    line: Line, worker: Worker, upload: Upload, step: str, status: int
) -> None:
    line.fail(step, answers(status, b"no"))
    assert ended(worker.send(upload)) == ("refused", "TOO_LARGE" if status == 413 else "REFUSED")
    assert line.steps().count(step) == 1
    assert (upload.state, upload.next_attempt_at) == (State.REFUSED, timezone.now() + TRY_AGAIN_AFTER)
    assert upload.attempts.get().evidence == f"{step}: HTTP {status}. no"
    assert bundle_store.open_checked(upload.bundle_sha256)


def test_what_was_refused_is_offered_again_the_next_day(
    line: Line, peer: Peer, worker: Worker, upload: Upload, clock: time_machine.Traveller
) -> None:
    line.fail(CHUNK, passes, answers(400))
    worker.send(upload)
    sealed = upload.bundle_sha256
    clock.shift(TRY_AGAIN_AFTER)
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [sealed]
    assert line.offsets()[:3] == [0, 300, 300]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 504, 507])
def test_what_speaks_of_the_moment_is_repeated(line: Line, worker: Worker, upload: Upload, status: int) -> None:
    line.fail(CHUNK, answers(status))
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.offsets()[:2] == [0, 0]


def test_a_token_that_ended_is_renewed_once(line: Line, peer: Peer, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, passes, answers(401))
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.steps().count(IDENTITY) == 2
    assert line.offsets()[:3] == [0, 300, 300]
    tokens = {asked.headers["Authorization"] for asked in line.seen if asked.step == CHUNK}
    assert len(tokens) == 2
    assert worker.pauses == []


def test_a_second_401_is_a_refusal(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, answers(401), answers(401))
    assert ended(worker.send(upload)) == ("refused", "AUTH")
    assert line.steps().count(IDENTITY) == 2


def test_a_401_at_the_log_in_itself_is_not_repeated(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(IDENTITY, answers(401))
    assert ended(worker.send(upload)) == ("refused", "AUTH")
    assert line.steps() == [IDENTITY]


def test_a_bundle_that_the_receiver_forgot_begins_again_once(
    line: Line, peer: Peer, worker: Worker, upload: Upload
) -> None:
    line.fail(CHUNK, passes, passes, answers(404))
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.steps().count(BUNDLE) == 2
    assert line.offsets()[:5] == [0, 300, 600, 0, 300]
    assert peer.whole(upload) == [upload.bundle_sha256]
    assert peer.store.bundle(upload.remote_id).complete


def test_a_receiver_that_forgets_again_has_refused(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, answers(404), answers(404))
    assert ended(worker.send(upload)) == ("refused", "REFUSED")
    assert line.steps().count(BUNDLE) == 2


@pytest.mark.parametrize("fault", [loses_answer, cuts_answer])
def test_a_chunk_whose_answer_was_lost_is_stored_once(
    line: Line, peer: Peer, worker: Worker, upload: Upload, fault: Fault
) -> None:
    line.fail(CHUNK, passes, fault)
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.offsets()[:3] == [0, 300, 300]
    assert peer.whole(upload) == [upload.bundle_sha256]
    assert len(worker.pauses) == 1


def test_the_last_chunk_whose_answer_was_lost_is_delivered_once(
    line: Line, peer: Peer, worker: Worker, upload: Upload
) -> None:
    worker.send(upload)
    count = len(line.offsets())
    Upload.objects.update(state=State.QUEUED, finished_at=None, acknowledged_bytes=0, remote_id="", bundle_name="b.zip")
    line.fail(CHUNK, *[passes] * (count - 1), loses_answer)
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_chunk_that_broke_off_is_sent_again_whole(line: Line, peer: Peer, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, resets_after(100))
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_line_that_always_breaks_is_a_lost_connection(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, *[resets_after(0)] * 3)
    assert ended(worker.send(upload)) == ("try_again", "CONNECTION_LOST")


def test_a_bundle_whose_creation_was_lost_is_created_again(
    line: Line, peer: Peer, worker: Worker, upload: Upload
) -> None:
    line.fail(BUNDLE, loses_answer)
    assert ended(worker.send(upload))[0] == "delivered"
    assert [one.complete for one in peer.bundles(upload)].count(True) == 1
