"""Do we speak the protocol, and no more than that, with whoever answers?"""

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from tests.receiver.running import PASSWORD, free_port
from tests.uploads.conftest import Peer, Worker, ended
from tests.uploads.faulty_line import (
    BUNDLE,
    CHUNK,
    GRANT,
    IDENTITY,
    TOKEN,
    Fault,
    Line,
    answers,
    answers_in_pieces,
    faulty_line,
    is_silent,
    redirects,
    says,
)
from uploads import cis_client, policy
from uploads.cis_client import Refusal, create_bundle, destination_from_settings, log_in, send_chunk
from uploads.models import Upload
from uploads.outcomes import judge
from uploads.result_file import AnswerNotUnderstood
from uploads.states import State

pytestmark = pytest.mark.django_db

LOGGED = (
    b"<?xml version='1.0' encoding='utf8'?>\n<UploadResponse><uuid>3d5f8f6e-be75-11ed-8f5e-0a58a9feac02</uuid>"
    b"<ChunkMax>10485760</ChunkMax><ChunkOptimal>262144</ChunkOptimal></UploadResponse>"
)
HTML = b"<html><body>Please sign in to the guest network</body></html>"


def test_the_chain_opens_the_receiver(line: Line, peer: Peer) -> None:
    to = destination_from_settings()
    token = log_in(to)
    bundle = create_bundle(to, token, size=5, name="a.zip")
    send_chunk(to, token, remote_id=bundle.id, offset=0, data=b"abc")
    send_chunk(to, token, remote_id=bundle.id, offset=3, data=b"de")
    assert peer.store.bundle(bundle.id).content_path.read_bytes() == b"abcde"
    assert bundle.chunk_bytes == 256 * 1024


def test_all_requests_take_one_connection(line: Line, worker: Worker, upload: Upload) -> None:
    worker.send(upload)
    (pool,) = cis_client._pool(destination_from_settings()).pools._container.values()
    assert pool.num_connections == 1


def test_a_wrong_password_is_a_refusal_that_names_the_step(line: Line, settings: Settings) -> None:
    settings.CIS_PASSWORD = "wrong"
    with pytest.raises(Refusal) as refusal:
        log_in(destination_from_settings())
    assert (refusal.value.status, refusal.value.step) == (403, IDENTITY)
    assert judge(refusal.value).code == "CTX_UPLOADER_ERROR_AUTH"


def test_a_wrong_password_is_refused_and_not_hammered(
    line: Line, worker: Worker, upload: Upload, settings: Settings
) -> None:
    settings.CIS_PASSWORD = "wrong"
    assert ended(worker.send(upload)) == ("refused", "AUTH")
    assert line.steps() == [IDENTITY]
    assert (upload.state, upload.attempts.get().http_status) == (State.REFUSED, 403)


def test_a_wrong_product_key_is_refused(line: Line, worker: Worker, upload: Upload, settings: Settings) -> None:
    settings.CIS_PRODUCT_KEY = "f" * 40
    assert ended(worker.send(upload)) == ("refused", "AUTH")


def test_no_secret_is_written_down(
    line: Line, worker: Worker, upload: Upload, caplog: pytest.LogCaptureFixture
) -> None:
    line.fail(TOKEN, answers(500, b"{}"), answers(400, b"{}"))
    worker.send(upload)
    to = destination_from_settings()
    seen = caplog.text + upload.attempts.get().evidence + repr(to)
    assert PASSWORD not in seen
    assert to.product_key not in seen


@pytest.mark.parametrize("name", ["my bundle é.zip", "a+b&c=d.zip", "%2B.zip"])
def test_a_name_arrives_as_it_is(line: Line, peer: Peer, name: str) -> None:
    to = destination_from_settings()
    bundle = create_bundle(to, log_in(to), size=1, name=name)
    assert peer.store.bundle(bundle.id).name == name


def test_an_id_is_opaque_and_comes_back_encoded(line: Line) -> None:
    odd = "a&offset=9 #é/..?%"
    line.fail(BUNDLE, says(id=odd))
    line.fail(CHUNK, answers(200, b"{}"))
    to = destination_from_settings()
    token = log_in(to)
    bundle = create_bundle(to, token, size=1, name="a.zip")
    send_chunk(to, token, remote_id=bundle.id, offset=0, data=b"a")
    assert line.seen[-1].query == {"id": odd, "offset": "0"}
    assert "é" not in line.seen[-1].line


def test_the_logged_xml_answer_is_read(line: Line) -> None:
    line.fail(BUNDLE, answers(200, LOGGED))
    to = destination_from_settings()
    bundle = create_bundle(to, log_in(to), size=1, name="a.zip")
    assert (bundle.id, bundle.chunk_bytes) == ("3d5f8f6e-be75-11ed-8f5e-0a58a9feac02", 262144)


def test_the_xml_answer_of_the_receiver_is_read(line: Line, peer: Peer) -> None:
    to = destination_from_settings()
    token = log_in(to)
    headers = {"Authorization": f"BT {token}", "Accept": "application/xml", "Content-Type": "application/json"}
    answer = cis_client._pool(to).request("POST", f"{peer.url}/feeds/api/bundle/?size=1", body=b"{}", headers=headers)
    line.fail(BUNDLE, answers(200, answer.data))
    assert peer.store.bundle(create_bundle(to, token, size=1, name="a.zip").id).size == 1


def test_any_2xx_is_an_answer(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(BUNDLE, answers(201, b'{"id": "1"}'))
    line.fail(CHUNK, *[answers(202, b"{}")] * 9)
    assert ended(worker.send(upload))[0] == "delivered"


NOT_UNDERSTOOD = [
    (IDENTITY, HTML), (IDENTITY, b"[]"), (IDENTITY, b""), (IDENTITY, b"{}"), (IDENTITY, b'{"token": null}'),
    (IDENTITY, b'{"token": ""}'), (GRANT, b'{"token": 5}'), (TOKEN, b'{"token": "a\\r\\nX: y"}'), (TOKEN, b'"x"'),
    (BUNDLE, HTML), (BUNDLE, b"<UploadResponse/>"), (BUNDLE, b"<a"), (BUNDLE, b"{}"), (BUNDLE, b'{"id": 5}'),
    (BUNDLE, b'{"id": ""}'), (BUNDLE, b'{"id": null}'), (BUNDLE, b'["id"]'), (BUNDLE, b""), (BUNDLE, b"\xff\xfe"),
    (BUNDLE, b'{"id": "a\\u0000b"}'), (BUNDLE, json.dumps({"id": "x" * 129}).encode()), (BUNDLE, b"[" * 60_000),
    (CHUNK, HTML), (CHUNK, b""), (CHUNK, b"[]"), (CHUNK, b"null"), (CHUNK, b"1"), (CHUNK, LOGGED),
    (CHUNK, b'{"status": "' + b"x" * 70_000 + b'"}'),
]  # fmt: skip


@pytest.mark.parametrize(("step", "body"), NOT_UNDERSTOOD)
def test_an_answer_that_is_not_understood_is_a_failure(
    line: Line, worker: Worker, upload: Upload, step: str, body: bytes
) -> None:
    line.fail(step, answers(200, body))
    assert ended(worker.send(upload)) == ("try_again", "RESPONSE")
    assert line.steps()[-1] == step
    assert (upload.state, worker.pauses) == (State.FAILED, [])


def test_a_204_is_no_answer(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, answers(204))
    assert ended(worker.send(upload)) == ("try_again", "RESPONSE")


@pytest.mark.parametrize("step", [IDENTITY, CHUNK])
def test_an_answer_without_end_is_not_read_to_its_end(line: Line, worker: Worker, upload: Upload, step: str) -> None:
    line.fail(step, answers_in_pieces(b"x" * 4096))
    assert ended(worker.send(upload)) == ("try_again", "RESPONSE")
    assert len(upload.attempts.get().evidence) < 1000


def test_an_answer_in_a_coding_that_it_is_not_in_is_a_failure(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, *[answers(200, b"no gzip", Content_Encoding="gzip")] * 3)
    assert ended(worker.send(upload)) == ("try_again", "RESPONSE")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("step", [IDENTITY, BUNDLE, CHUNK])
def test_a_redirect_is_never_followed(line: Line, worker: Worker, upload: Upload, status: int, step: str) -> None:
    with faulty_line() as elsewhere:
        line.fail(step, redirects(status, to=f"{elsewhere.url}/feeds/api/{step}/"))
        assert ended(worker.send(upload)) == ("try_again", "RESPONSE")
        assert elsewhere.seen == []
    assert line.steps()[-1] == step
    assert upload.attempts.get().http_status == status


def test_the_token_goes_to_nobody_else(line: Line, worker: Worker, upload: Upload, settings: Settings) -> None:
    line.fail(CHUNK, answers(400))
    worker.send(upload)
    first = {asked.headers["Authorization"] for asked in line.seen if "Authorization" in asked.headers}
    with faulty_line() as other:
        settings.CIS_URL = other.url
        other.fail(IDENTITY, answers(403))
        Upload.objects.update(state=State.QUEUED, next_attempt_at=None)
        assert ended(worker.send(upload)) == ("refused", "AUTH")
        assert len(first) == 1
        assert not any("Authorization" in asked.headers for asked in other.seen)


@pytest.mark.usefixtures("impatient")
class TestTimeLimits:
    """With limits that a test can wait for."""

    def test_silence_is_a_timeout(self, line: Line, worker: Worker, upload: Upload) -> None:
        line.fail(CHUNK, *[is_silent] * 3)
        assert ended(worker.send(upload)) == ("try_again", "TIMEOUT")
        assert len(line.offsets()) == 3

    def test_one_silence_is_repeated(self, line: Line, worker: Worker, upload: Upload) -> None:
        line.fail(IDENTITY, is_silent)
        assert ended(worker.send(upload))[0] == "delivered"


def test_a_closed_port_is_no_connection(worker: Worker, upload: Upload, settings: Settings) -> None:
    settings.CIS_URL = f"http://127.0.0.1:{free_port()}"
    assert ended(worker.send(upload)) == ("try_again", "NETWORK_OPEN")
    assert upload.destination == urlsplit(settings.CIS_URL).netloc


def test_a_name_that_nobody_knows_is_no_connection(
    worker: Worker, upload: Upload, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("urllib3.util.connection.socket.getaddrinfo", unknown_name)
    settings.CIS_URL = "https://cis.example.org"
    assert ended(worker.send(upload)) == ("try_again", "NETWORK_OPEN")
    assert upload.destination == "cis.example.org:443"


def test_limits_of_time_stay_below_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # a pause in its pieces
    lease = policy.LEASE.total_seconds()
    assert lease > policy.READ_SECONDS
    assert lease > policy.CONNECT_SECONDS + policy.PAUSE_PIECE_SECONDS
    assert max(policy.PAUSES_SECONDS) * policy.JITTER <= policy.LONGEST_PAUSE_SECONDS
    assert len(policy.PAUSES_SECONDS) == len(policy.HASTY_PAUSES_SECONDS) == policy.TRIES_PER_CHUNK - 1


@pytest.mark.parametrize("fault", [answers(200, LOGGED), answers(200, b"{}")])
def test_an_answer_that_lacks_the_token_is_told_without_its_body(line: Line, fault: Fault) -> None:
    line.fail(IDENTITY, fault)
    with pytest.raises(AnswerNotUnderstood) as error:
        log_in(destination_from_settings())
    assert str(error.value).startswith("create_identity: the answer ")


def unknown_name(*_: object, **__: object) -> Callable[[], None]:
    import socket

    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
