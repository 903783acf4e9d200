"""Does a bundle arrive, byte for byte, through the whole real chain?"""

import time_machine

from payloads.bundle import sha256_of
from servers.models import LicenseServer
from tests.uploads.conftest import Peer, Worker, begin, ended
from tests.uploads.faulty_line import BUNDLE, CHUNK, GRANT, IDENTITY, TOKEN, Line, says
from uploads import bundle_store, policy
from uploads.models import Attempt, Upload
from uploads.sealing import seal_preview
from uploads.states import State

LOG_IN = [IDENTITY, GRANT, TOKEN]


def test_it_arrives_whole(line: Line, peer: Peer, worker: Worker, upload: Upload, small_chunks: None) -> None:
    assert ended(worker.send(upload)) == ("delivered", "CTX_UPLOADER_SUCCESS")
    assert upload.state == State.DELIVERED
    assert peer.whole(upload) == [upload.bundle_sha256]
    assert sha256_of(bundle_store.path_of(upload.bundle_sha256)) == upload.bundle_sha256
    assert line.steps() == [*LOG_IN, BUNDLE, *[CHUNK] * (-(-upload.size // 300))]
    assert worker.pauses == []


def test_the_preview_is_what_arrives(line: Line, peer: Peer, worker: Worker, server: LicenseServer) -> None:
    preview = seal_preview(server, program_code="telemetry", kind="compliance", at=server.service_started_at)
    upload = begin(server, sha256=preview.bundle_sha256)
    worker.send(upload)
    assert peer.whole(upload) == [upload.bundle_sha256] == [preview.bundle_sha256]
    assert peer.bundles(upload)[0].content_path.read_bytes() == bundle_store.path_of(upload.bundle_sha256).read_bytes()


def test_its_row_and_its_attempt_say_how_it_went(line: Line, worker: Worker, upload: Upload) -> None:
    worker.send(upload)
    attempt = upload.attempts.get()
    assert (attempt.number, attempt.verdict, attempt.bytes_sent) == (1, Attempt.Verdict.DELIVERED, upload.size)
    assert attempt.destination == upload.destination == line.address
    assert (upload.percent, upload.lease_holder, upload.lease_until, upload.next_attempt_at) == (100, "", None, None)
    assert upload.finished_at == attempt.finished_at


def test_it_is_sent_once(line: Line, worker: Worker, upload: Upload, clock: time_machine.Traveller) -> None:
    worker.send(upload)
    asked = len(line.seen)
    clock.shift(policy.LEASE * 100)
    assert worker.send(upload) is None
    assert len(line.seen) == asked
    assert upload.attempts.count() == 1


def test_it_sends_pieces_of_the_size_that_the_receiver_likes(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(BUNDLE, says(chunk_optimal=64 * 1024))
    big = bundle_store.path_of("0")
    big.parent.mkdir(parents=True)
    big.write_bytes(bytes(150_000))
    sha256 = sha256_of(big)
    bundle_store.path_of(sha256).parent.mkdir(parents=True, exist_ok=True)
    big.rename(bundle_store.path_of(sha256))
    Upload.objects.filter(pk=upload.pk).update(bundle_sha256=sha256, bundle_name="big.zip", size=150_000)
    assert ended(worker.send(upload))[0] == "delivered"
    assert line.offsets() == [0, 65536, 131072]


def test_an_impossible_wish_is_not_obeyed(line: Line, worker: Worker, upload: Upload) -> None:
    for wish in (True, -1, 0, 1, 65535, 10 * 1024**2 + 1, "262144", None, [1]):
        line.fail(BUNDLE, says(chunk_optimal=wish))
        Upload.objects.update(state=State.QUEUED, finished_at=None, acknowledged_bytes=0, remote_id="")
        assert ended(worker.send(upload))[0] == "delivered"
    assert set(line.offsets()) == {0}
