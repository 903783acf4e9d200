"""Is everything acknowledged still there after a SIGKILL, and can the client go on?"""

import hashlib
import os
import random
import select
import signal
import socket
import threading
from collections.abc import Callable

import pytest
import urllib3

from receiver.store import Store
from tests.receiver.running import RunningReceiver
from tests.receiver.wire import BUNDLE, CHUNK, Wire

CONTENT = random.Random(3).randbytes(1_500_000)
STEP = 100_000
Start = Callable[..., RunningReceiver]


@pytest.mark.parametrize("chunks", [0, 1, 7, 15])
def test_it_goes_on_after_a_kill_between_chunks(start: Start, chunks: int) -> None:
    sent = begin(receiver := start(), upto=chunks * STEP)
    receiver.kill()
    assert go_on(start(), sent) == chunks * STEP
    assert_whole_once(receiver, sent)


def test_it_goes_on_after_a_kill_within_a_chunk(start: Start) -> None:
    sent, wire = begin(receiver := start(), upto=5 * STEP), Wire(receiver.port)
    target = f"{CHUNK}?id={sent}&offset={5 * STEP}"
    head = f"POST {target} HTTP/1.1\r\nHost: cis\r\nAuthorization: BT {wire.upload_token()}\r\n"
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=30) as half:
        half.sendall(f"{head}Content-Length: {STEP}\r\n\r\n".encode() + CONTENT[:1000])
        receiver.kill()
    wire.close()
    assert go_on(start(), sent) == 5 * STEP
    assert_whole_once(receiver, sent)


@pytest.mark.parametrize("enough", [1, 4, 9])
def test_it_loses_nothing_acknowledged_while_chunks_pour_in(start: Start, enough: int) -> None:
    sent, acknowledged, reached = begin(receiver := start(), upto=0), [0], threading.Event()
    sender = threading.Thread(target=pour, args=(receiver, sent, acknowledged, reached, enough))
    sender.start()
    assert reached.wait(timeout=30)
    receiver.kill()
    sender.join(timeout=30)
    assert go_on(start(), sent) >= acknowledged[0]
    assert_whole_once(receiver, sent)


def test_it_takes_the_repeated_last_chunk_after_a_kill(start: Start) -> None:
    sent = begin(receiver := start(), upto=len(CONTENT))
    receiver.kill()
    wire = Wire(start().port)
    last = CONTENT[-STEP:]
    reply = wire.chunk(sent, offset=len(CONTENT) - STEP, data=last, token=wire.upload_token())
    wire.close()
    assert (reply.status, reply.json()["status"]) == (200, "complete")
    assert_whole_once(receiver, sent)


def test_it_takes_its_worker_along_when_only_the_main_process_is_killed(start: Start) -> None:
    receiver = start()
    worker = os.pidfd_open(receiver.worker_pid())
    receiver.process.kill()
    receiver.wait()
    ended, _, _ = select.select([worker], [], [], 30)
    os.close(worker)
    assert ended


def test_it_replaces_a_worker_that_was_killed(start: Start) -> None:
    receiver = start()
    killed = receiver.worker_pid()
    os.kill(killed, signal.SIGKILL)
    sent = begin(receiver.ready(), upto=STEP)
    assert receiver.worker_pid() != killed
    assert go_on(receiver, sent) == STEP


def begin(receiver: RunningReceiver, *, upto: int) -> str:
    wire = Wire(receiver.port)
    token = wire.upload_token()
    sent = wire.bundle(len(CONTENT), token=token)
    replies = wire.upload(CONTENT[:upto], token=token, bundle_id=sent, step=STEP)
    assert all(reply.status == 200 for reply in replies)
    wire.close()
    return sent


def go_on(receiver: RunningReceiver, bundle_id: str) -> int:
    """Log in anew, ask where to go on, and send the rest; where that was."""
    wire = Wire(receiver.port)
    token = wire.upload_token()
    start = int(wire.get(BUNDLE, token=token, id=bundle_id).json()["received"])
    replies = wire.upload(CONTENT, token=token, bundle_id=bundle_id, step=STEP, start=start)
    assert all(reply.status == 200 for reply in replies)
    state = wire.get(BUNDLE, token=token, id=bundle_id).json()
    wire.close()
    assert state["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    return start


def pour(
    receiver: RunningReceiver, bundle_id: str, acknowledged: list[int], reached: threading.Event, enough: int
) -> None:
    wire = Wire(receiver.port)
    token = wire.upload_token()
    try:
        for offset in range(0, len(CONTENT), STEP):
            data = CONTENT[offset : offset + STEP]
            assert wire.chunk(bundle_id, offset=offset, data=data, token=token).status == 200
            acknowledged[0] = offset + len(data)
            if acknowledged[0] >= enough * STEP:
                reached.set()
    except urllib3.exceptions.HTTPError:
        pass  # the server was killed, as it should be
    finally:
        wire.close()


def assert_whole_once(receiver: RunningReceiver, bundle_id: str) -> None:
    store = Store(receiver.store)
    (bundle,) = store.bundles()
    assert (bundle.id, bundle.complete) == (bundle_id, True)
    assert bundle.content_path.suffix == ".bin"
    assert bundle.content_path.read_bytes() == CONTENT
    assert [event.sha256 for event in store.completions()] == [hashlib.sha256(CONTENT).hexdigest()]
    store.close()
