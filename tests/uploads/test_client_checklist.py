"""Does our client behave as the checklist of the protocol asks? Its last paragraph, line by line.

The mirror of the receiver's checklist (`tests/receiver/test_checklist_*.py`): what public clients get wrong, ours must
get right, against the real receiver behind a line that goes wrong as scripted.
"""

import json
from urllib.parse import quote_plus

import pytest
from pytest_django import Settings

from tests.uploads.conftest import Peer, Worker, ended, sealed
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
    faulty_line,
    loses_answer,
    passes,
    redirects,
    says,
)
from uploads.models import Upload

pytestmark = pytest.mark.usefixtures("small_chunks")
STEPS = [IDENTITY, GRANT, TOKEN, BUNDLE, CHUNK]
LOGGED = (
    b"<?xml version='1.0' encoding='utf8'?>\n<UploadResponse><uuid>%s</uuid>"
    b"<ChunkMax>10485760</ChunkMax><ChunkOptimal>262144</ChunkOptimal></UploadResponse>"
)


def with_status(status: int) -> Fault:
    """The receiver's own answer, under another status."""

    def fault(turn: Turn) -> None:
        _, body = turn.forward()
        turn.answer(status, body)

    return fault


def as_xml(turn: Turn) -> None:
    """The receiver's id, in the one XML answer that was ever published."""
    _, body = turn.forward()
    turn.answer(200, LOGGED % json.loads(body)["id"].encode(), Content_Type="application/xml")


@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 226])
@pytest.mark.parametrize("step", STEPS)
def test_it_accepts_any_2xx(*, line: Line, peer: Peer, worker: Worker, upload: Upload, step: str, status: int) -> None:
    line.fail(step, *[with_status(status)] * 10)
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]
    assert worker.pauses == []


@pytest.mark.parametrize("odd", ["7", "a b&c=d", "../../x?y#z", "é%2F+", "0" * 128])
def test_it_takes_an_id_for_an_opaque_text_and_encodes_it(line: Line, worker: Worker, upload: Upload, odd: str) -> None:
    line.fail(BUNDLE, says(id=odd))
    line.fail(CHUNK, *[answers(200, b"{}")] * 9)
    assert ended(worker.send(upload))[0] == "delivered"
    chunks = [asked for asked in line.seen if asked.step == CHUNK]
    assert {asked.query["id"] for asked in chunks} == {odd}
    assert all(f"?id={quote_plus(odd)}&offset=" in asked.line for asked in chunks)


@pytest.mark.parametrize("no_text", [7, 1.5, None, True, [], {}, "", "x" * 129, "a\nb", "\x00"])
def test_it_takes_nothing_else_for_an_id(line: Line, worker: Worker, upload: Upload, no_text: object) -> None:
    line.fail(BUNDLE, says(id=no_text))
    assert ended(worker.send(upload)) == ("try_again", "RESPONSE")
    assert CHUNK not in line.steps()


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_it_tries_a_chunk_three_times_for_what_may_pass(
    *, line: Line, peer: Peer, worker: Worker, upload: Upload, status: int
) -> None:
    line.fail(CHUNK, answers(status), answers(status), passes, *[answers(status)] * 3)
    assert ended(worker.send(upload))[0] == "try_again"
    assert line.offsets() == [0, 0, 0, 300, 300, 300]
    assert len(worker.pauses) == 4
    assert peer.bytes_of(upload) == 300


@pytest.mark.parametrize("status", [400, 404, 405, 409, 410, 411, 413, 415, 416, 417, 422, 426, 431, 451])
def test_it_does_not_repeat_what_was_refused(line: Line, worker: Worker, upload: Upload, status: int) -> None:
    line.fail(BUNDLE, answers(status))
    assert ended(worker.send(upload))[0] == "refused"
    assert (line.steps().count(BUNDLE), worker.pauses) == (1, [])


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", [429, 503])
def test_it_waits_as_long_as_it_is_asked_to(
    *, line: Line, worker: Worker, upload: Upload, step: str, status: int
) -> None:
    line.fail(step, answers(status, b"{}", Retry_After="17"))
    assert ended(worker.send(upload))[0] == "delivered"
    assert worker.pauses == [17.0]


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("step", STEPS)
def test_it_follows_no_redirect_on_a_post_not_even_at_home(
    *, line: Line, peer: Peer, worker: Worker, upload: Upload, step: str, status: int
) -> None:
    """A public client takes such a chunk for success, and the data is lost."""
    line.fail(step, redirects(status, to=f"{line.url}/elsewhere/"))
    assert ended(worker.send(upload)) == ("try_again", "RESPONSE")
    assert "elsewhere" not in line.steps()
    assert (line.steps()[-1], peer.bytes_of(upload)) == (step, 0)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_it_shows_its_token_to_no_other_host(line: Line, worker: Worker, upload: Upload, status: int) -> None:
    with faulty_line() as other:
        line.fail(CHUNK, redirects(status, to=other.url.replace("127.0.0.1", "localhost") + "/"))
        worker.send(upload)
        assert other.seen == []
    assert all("Authorization" not in asked.headers for asked in line.seen if asked.step in {IDENTITY, GRANT, TOKEN})
    assert {asked.headers["Authorization"][:3] for asked in line.seen if asked.step in {BUNDLE, CHUNK}} == {"BT "}


@pytest.mark.parametrize("exempt", ["", "127.0.0.1"])
def test_it_honors_the_proxy(
    *, line: Line, peer: Peer, worker: Worker, upload: Upload, settings: Settings, exempt: str
) -> None:
    with faulty_line() as proxy:
        settings.UPLOAD_PROXY, settings.NO_PROXY = proxy.url, exempt
        assert ended(worker.send(upload))[0] == "delivered"
        assert [asked.line.split()[1].startswith(f"{line.url}/") for asked in proxy.seen] == (
            [] if exempt else [True] * len(line.seen)
        )
    assert peer.whole(upload) == [upload.bundle_sha256]


@pytest.mark.parametrize("body", [b"", b" ", b"null", b"7", b'"ok"', b"[]", b"[{}]", b"{", b"OK", b"\xff\xfe{}"])
@pytest.mark.parametrize("step", STEPS)
def test_it_reports_a_failure_when_the_answer_is_no_json_object(
    *, line: Line, worker: Worker, upload: Upload, step: str, body: bytes
) -> None:
    line.fail(step, answers(200, body))
    assert ended(worker.send(upload)) == ("try_again", "RESPONSE")
    assert line.steps()[-1] == step


def test_it_looks_at_the_status_and_not_at_the_words(line: Line, peer: Peer, worker: Worker, upload: Upload) -> None:
    """The value of `status` is not known; its absence is tolerated, as newer public clients do."""
    line.fail(CHUNK, says(status="failed"), says(status=7), with_status(200))
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_it_reads_the_published_xml_answer(line: Line, peer: Peer, worker: Worker, upload: Upload) -> None:
    line.fail(BUNDLE, as_xml)
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]


@pytest.mark.parametrize("step", [IDENTITY, CHUNK])
def test_it_takes_xml_for_a_failure_everywhere_else(line: Line, worker: Worker, upload: Upload, step: str) -> None:
    line.fail(step, answers(200, LOGGED % b"x"))
    assert ended(worker.send(upload)) == ("try_again", "RESPONSE")


def test_it_sends_no_empty_chunk_and_asks_for_no_end(line: Line, peer: Peer, worker: Worker, upload: Upload) -> None:
    sealed(upload, bytes(900))  # an exact multiple
    assert ended(worker.send(upload))[0] == "delivered"
    assert [(asked.step, asked.length) for asked in line.seen][4:] == [(CHUNK, 300)] * 3
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_it_repeats_the_last_chunk_after_the_end_and_is_believed(
    line: Line, peer: Peer, worker: Worker, upload: Upload
) -> None:
    sealed(upload, bytes(900))
    line.fail(CHUNK, passes, passes, loses_answer)
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.offsets() == [0, 300, 600, 600]
    assert len([one for one in peer.store.completions() if one.bundle_id == upload.remote_id]) == 1


def test_every_request_has_the_headers_of_the_protocol(line: Line, worker: Worker, upload: Upload) -> None:
    worker.send(upload)
    kinds = {asked.step: asked.headers["Content-Type"] for asked in line.seen}
    assert kinds.pop(CHUNK) == "application/octet-stream"
    assert set(kinds.values()) == {"application/json"}
    assert all(asked.length > 0 and "Transfer-Encoding" not in asked.headers for asked in line.seen)
    assert all(asked.line.split()[1].partition("?")[0].endswith("/") for asked in line.seen)
