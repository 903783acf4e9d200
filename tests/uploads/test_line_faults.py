"""What does each fault of the line come to? Its outcome, what the receiver holds then, and that no byte is doubled.

One row for each fault, at the first chunk, at one in the middle and at the last. Then the line is mended, the next day
comes, and the same bundle arrives once.
"""

from dataclasses import dataclass

import pytest
from time_machine import Traveller

from programs.schedule import TRY_AGAIN_AFTER
from tests.uploads.conftest import CHUNK_BYTES, Peer, Worker, ended, sealed
from tests.uploads.faulty_line import (
    BUNDLE,
    CHUNK,
    Fault,
    Line,
    Turn,
    answers,
    cuts_answer,
    faulty_line,
    is_silent,
    loses_answer,
    passes,
    redirects,
    resets_after,
)
from uploads.models import Upload
from uploads.states import State

pytestmark = pytest.mark.usefixtures("small_chunks", "impatient")
CHUNKS = 4
LATE, DRIP = 0.1, 0.05  # seconds; the time limit of these tests is 0.3


def delayed(turn: Turn) -> None:
    """The answer takes its time, within the limit."""
    turn.server.closing.wait(LATE)
    passes(turn)


def dripped(turn: Turn) -> None:
    """The receiver has it all; its answer comes byte by byte, each within the limit, all of them far beyond."""
    status, body = turn.forward()
    turn.send_response(status)
    turn.send_header("Content-Length", str(1000))
    turn.end_headers()
    for sign in body.ljust(1000):
        turn.wfile.write(bytes([sign]))
        if turn.server.closing.wait(DRIP):
            return


def answered_twice(turn: Turn) -> None:
    """The same answer comes two times on one connection."""
    status, body = turn.forward()
    for _ in range(2):
        turn.answer(status, body)


def forwarded_twice(turn: Turn) -> None:
    """A proxy repeats the request by itself."""
    content = turn.body()
    turn.hand_on(content)
    turn.answer(*turn.hand_on(content))


@dataclass(frozen=True, slots=True)
class Row:
    """A fault that happens so many times, and what it comes to. `kept` tells whether the receiver has the chunk."""

    fault: Fault
    times: int = 1
    end: tuple[str, str] = ("delivered", "CTX_UPLOADER_SUCCESS")
    kept: bool = False
    tries: int = 2


REFUSED, AGAIN = "refused", "try_again"
FAULTS = {
    "dropped before": Row(resets_after(0)),
    "dropped in the middle": Row(resets_after(100)),
    "dropped after": Row(loses_answer, kept=True),
    "dropped always": Row(resets_after(0), 3, (AGAIN, "CONNECTION_LOST"), tries=3),
    "dropped after, always": Row(loses_answer, 3, (AGAIN, "CONNECTION_LOST"), kept=True, tries=3),
    "half an answer": Row(cuts_answer, kept=True),
    "half an answer, always": Row(cuts_answer, 3, (AGAIN, "CONNECTION_LOST"), kept=True, tries=3),
    "delayed": Row(delayed, tries=1),
    "silent": Row(is_silent),
    "silent always": Row(is_silent, 3, (AGAIN, "TIMEOUT"), tries=3),
    "slow drip": Row(dripped, kept=True),
    "slow drip, always": Row(dripped, 3, (AGAIN, "TIMEOUT"), kept=True, tries=3),
    "answered twice": Row(answered_twice, tries=1),
    "forwarded twice": Row(forwarded_twice, tries=1),
    "500": Row(answers(500)),
    "503 always": Row(answers(503), 3, (AGAIN, "SERVER"), tries=3),
    "429, in seconds": Row(answers(429, b"{}", Retry_After="3")),
    "429, at a date": Row(answers(429, b"{}", Retry_After="Sun, 01 Mar 2026 08:10:30 GMT")),
    "429, tomorrow": Row(answers(429, b"{}", Retry_After="86400"), 1, (AGAIN, "SERVER"), tries=1),
    "no JSON": Row(answers(200, b"OK"), 1, (AGAIN, "RESPONSE"), tries=1),
    "wrong JSON": Row(answers(200, b"[1]"), 1, (AGAIN, "RESPONSE"), tries=1),
    "XML": Row(answers(200, b"<UploadResponse><uuid>1</uuid></UploadResponse>"), 1, (AGAIN, "RESPONSE"), tries=1),
    "redirected at home": Row(redirects(302, to="/feeds/api/other/"), 1, (AGAIN, "RESPONSE"), tries=1),
    "redirected abroad": Row(redirects(307, to="http://localhost:9/"), 1, (AGAIN, "RESPONSE"), tries=1),
    "too large": Row(answers(413), 1, (REFUSED, "TOO_LARGE"), tries=1),
    "token ended": Row(answers(401)),
    "token ended, always": Row(answers(401), 2, (REFUSED, "AUTH")),
}


@pytest.mark.parametrize("at", [0, 1, CHUNKS - 1])
@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_has_its_end_and_doubles_nothing(
    *, line: Line, peer: Peer, worker: Worker, upload: Upload, clock: Traveller, name: str, at: int
) -> None:
    row = FAULTS[name]
    sealed(upload, bytes(range(250)) * 4)
    line.fail(CHUNK, *[passes] * at, *[row.fault] * row.times)
    assert ended(worker.send(upload)) == row.end
    place = at * CHUNK_BYTES
    assert line.offsets().count(place) == row.tries
    if row.end[0] != "delivered":
        arrived = place + row.kept * min(CHUNK_BYTES, upload.size - place)
        assert (upload.acknowledged_bytes, peer.bytes_of(upload)) == (place, arrived)
        line.clear()
        clock.shift(TRY_AGAIN_AFTER)
        assert ended(worker.send(upload))[0] == "delivered"
        assert line.offsets() == list(range(place, upload.size, CHUNK_BYTES))
    assert_there_once(upload, peer)


@pytest.mark.parametrize("at", [0, 1, CHUNKS - 1])
def test_a_bundle_that_was_forgotten_is_sent_again_whole(
    line: Line, peer: Peer, worker: Worker, upload: Upload, at: int
) -> None:
    sealed(upload, bytes(range(250)) * 4)
    line.fail(CHUNK, *[passes] * at, answers(404))
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.steps().count(BUNDLE) == 2
    assert line.offsets()[at + 1 :] == [0, 300, 600, 900]
    first, second = sorted(peer.bundles(upload), key=lambda one: one.complete)
    assert (first.received, second.received) == (at * CHUNK_BYTES, upload.size)


def test_a_redirect_brings_the_token_to_nobody(line: Line, worker: Worker, upload: Upload) -> None:
    with faulty_line() as abroad:
        line.fail(CHUNK, passes, redirects(307, to=f"{abroad.url}/feeds/api/upload_raw_chunk/"))
        assert ended(worker.send(upload)) == ("try_again", "RESPONSE")
        assert abroad.seen == []


def assert_there_once(upload: Upload, peer: Peer) -> None:
    """One bundle, whole, with every byte counted once and one event that says so."""
    [bundle] = peer.bundles(upload)
    assert (upload.state, bundle.sha256, bundle.received) == (State.DELIVERED, upload.bundle_sha256, upload.size)
    assert bundle.content_path.stat().st_size == upload.size
    assert [one.bundle_id for one in peer.store.completions()].count(bundle.id) == 1
