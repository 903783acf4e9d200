"""Does every byte arrive once, in whatever way it comes? Items 16 to 27 of the checklist."""

import hashlib
import random
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import urllib3

from receiver.store import Store
from receiver.upkeep import clean
from tests.receiver.forward_proxy import ForwardProxy, cut, unavailable
from tests.receiver.running import RunningReceiver
from tests.receiver.wire import CHUNK, MIB, Wire

CONTENT = random.Random(9).randbytes(2_500_000)


def test_it_16_stores_chunks_and_a_remainder(wire: Wire, token: str, received: Store) -> None:
    sent = wire.bundle(len(CONTENT), token=token)
    replies = wire.upload(CONTENT, token=token, bundle_id=sent)
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert [reply.json()["status"] for reply in replies] == ["in_progress", "in_progress", "complete"]
    assert_kept(received, sent, CONTENT)


def test_it_17_and_18_see_the_end_without_a_commit(wire: Wire, token: str, received: Store) -> None:
    sent = wire.bundle(2 * MIB, token=token)
    replies = wire.upload(CONTENT[: 2 * MIB], token=token, bundle_id=sent)
    assert [reply.json()["status"] for reply in replies] == ["in_progress", "complete"]
    assert_kept(received, sent, CONTENT[: 2 * MIB])


def test_it_19_takes_a_repeat_before_and_after_the_end(wire: Wire, token: str, received: Store) -> None:
    sent = wire.bundle(2000, token=token)
    for offset in (0, 0, 1000, 1000, 0):
        reply = wire.chunk(sent, offset=offset, data=CONTENT[offset : offset + 1000], token=token)
        assert reply.status == 200
    assert_kept(received, sent, CONTENT[:2000])


def test_it_20_stores_the_third_try(peer: RunningReceiver, proxy: ForwardProxy, token: str, received: Store) -> None:
    wire = Wire(peer.port, proxy=proxy.url)
    sent = wire.bundle(1000, token=token)
    proxy.faults = [unavailable, unavailable]
    statuses = [wire.chunk(sent, offset=0, data=CONTENT[:1000], token=token).status for _ in range(3)]
    wire.close()
    assert statuses == [503, 503, 200]
    assert_kept(received, sent, CONTENT[:1000])


def test_it_20_cleans_up_what_stayed_incomplete(store: Store) -> None:
    abandoned = store.create_bundle(owner="ada", size=2000)
    store.write_chunk(abandoned.id, offset=0, data=CONTENT[:1000])
    store.clock = lambda: time.time() + 6 * 86400
    assert clean(store) == 0
    store.clock = lambda: time.time() + 8 * 86400
    assert clean(store) == 1
    assert store.bundles() == ()
    assert not abandoned.content_path.exists()


def test_it_21_takes_the_repeat_after_a_cut_answer(
    peer: RunningReceiver, proxy: ForwardProxy, token: str, received: Store
) -> None:
    wire = Wire(peer.port, proxy=proxy.url)
    sent = wire.bundle(1000, token=token)
    proxy.faults = [cut]
    with pytest.raises(urllib3.exceptions.HTTPError):
        wire.chunk(sent, offset=0, data=CONTENT[:1000], token=token)
    assert wire.chunk(sent, offset=0, data=CONTENT[:1000], token=token).status == 200
    wire.close()
    assert_kept(received, sent, CONTENT[:1000])


def test_it_22_takes_a_repeat_while_the_first_still_runs(
    peer: RunningReceiver, wire: Wire, token: str, received: Store
) -> None:
    sent = wire.bundle(1000, token=token)
    with socket.create_connection(("127.0.0.1", peer.port), timeout=30) as slow:
        slow.sendall(head(f"{CHUNK}?id={sent}&offset=0", token=token, length=1000) + CONTENT[:500])
        assert wire.chunk(sent, offset=0, data=CONTENT[:1000], token=token).status == 200
        slow.sendall(CONTENT[500:1000])
        assert slow.recv(4096).startswith(b"HTTP/1.1 200")
    assert_kept(received, sent, CONTENT[:1000])


def test_it_22_takes_many_repeats_at_once(peer: RunningReceiver, token: str, received: Store) -> None:
    wires = [Wire(peer.port) for _ in range(6)]
    sent, gate = wires[0].bundle(MIB, token=token), threading.Barrier(6)

    def repeat(wire: Wire) -> int:
        gate.wait(timeout=30)
        return wire.chunk(sent, offset=0, data=CONTENT[:MIB], token=token).status

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(repeat, wires)) == [200] * 6
    for wire in wires:
        wire.close()
    assert_kept(received, sent, CONTENT[:MIB])


def test_it_23_answers_the_last_chunk_quickly(wire: Wire, token: str, received: Store) -> None:
    sent = wire.bundle(70 * MIB, token=token)
    replies = wire.upload(bytes(70 * MIB), token=token, bundle_id=sent, step=10 * MIB)
    began = time.monotonic()
    again = wire.chunk(sent, offset=60 * MIB, data=bytes(10 * MIB), token=token)
    assert time.monotonic() - began < 10
    assert {reply.status for reply in [*replies, again]} == {200}
    state = wire.get("/feeds/api/bundle/", token=token, id=sent).json()
    assert state["sha256"] == hashlib.sha256(bytes(70 * MIB)).hexdigest()


def test_it_24_does_not_know_other_bundles(wire: Wire, token: str) -> None:
    assert wire.chunk("no-such-id", offset=0, data=b"x", token=token).status == 404


def test_it_24_keeps_bundles_of_users_apart(start: Callable[..., RunningReceiver]) -> None:
    receiver = start(USERNAME="ben")
    first = Wire(receiver.port)
    sent = first.bundle(3, token=first.upload_token(username="ben"))
    first.close()
    receiver.stop()
    other = Wire(start(USERNAME="cleo").port)
    stranger = other.upload_token(username="cleo")
    assert other.chunk(sent, offset=0, data=b"abc", token=stranger).status == 404
    assert other.get("/feeds/api/bundle/", token=stranger, id=sent).status == 404
    other.close()


@pytest.mark.parametrize("offset", ["", "-1", "x", "1.0", "9" * 30])
def test_it_24_refuses_a_senseless_offset(wire: Wire, token: str, offset: str) -> None:
    sent = wire.bundle(10, token=token)
    assert wire.chunk(sent, offset=offset, data=b"x", token=token).status == 400


@pytest.mark.parametrize(("offset", "length"), [(0, 11), (10, 1), (9, 2), (10**17, 1)])
def test_it_24_refuses_bytes_after_the_end(wire: Wire, token: str, offset: int, length: int) -> None:
    sent = wire.bundle(10, token=token)
    assert wire.chunk(sent, offset=offset, data=bytes(length), token=token).status == 416


def test_it_24_refuses_a_chunk_over_the_maximum(wire: Wire, token: str, received: Store) -> None:
    sent = wire.bundle(20 * MIB, token=token)
    assert wire.chunk(sent, offset=0, data=bytes(10 * MIB + 1), token=token).status == 413
    assert received.bundle(sent).received == 0


def test_it_25_refuses_other_bytes_in_the_same_place(wire: Wire, token: str, received: Store) -> None:
    sent = wire.bundle(1000, token=token)
    assert wire.chunk(sent, offset=0, data=CONTENT[:600], token=token).status == 200
    assert wire.chunk(sent, offset=0, data=bytes(600), token=token).status == 409
    assert wire.chunk(sent, offset=500, data=bytes(500), token=token).status == 409
    assert wire.chunk(sent, offset=500, data=CONTENT[500:1000], token=token).status == 200
    assert wire.chunk(sent, offset=0, data=bytes(1000), token=token).status == 409
    assert_kept(received, sent, CONTENT[:1000])


def test_it_26_accepts_chunks_out_of_order(wire: Wire, token: str, received: Store) -> None:
    sent = wire.bundle(3000, token=token)
    for offset in (2000, 0, 1000):
        data = CONTENT[offset : offset + 1000]
        assert wire.chunk(sent, offset=offset, data=data, token=token).status == 200
    assert_kept(received, sent, CONTENT[:3000])


@pytest.mark.parametrize("step", [256 * 1024, 10 * MIB])
def test_it_27_accepts_small_and_large_chunks(wire: Wire, token: str, received: Store, step: int) -> None:
    content = (CONTENT * 5)[: 11 * MIB]
    sent = wire.bundle(len(content), token=token)
    replies = wire.upload(content, token=token, bundle_id=sent, step=step)
    assert {reply.status for reply in replies} == {200}
    assert_kept(received, sent, content)


def assert_kept(store: Store, bundle_id: str, content: bytes) -> None:
    """Complete, equal by SHA-256 in file and record, and completed once."""
    bundle, digest = store.bundle(bundle_id), hashlib.sha256(content).hexdigest()
    assert bundle.complete
    assert bundle.sha256 == digest
    assert hashlib.sha256(bundle.content_path.read_bytes()).hexdigest() == digest
    assert [event.bundle_id for event in store.completions()].count(bundle_id) == 1


def head(target: str, *, token: str, length: int, more: str = "") -> bytes:
    lines = [f"POST {target} HTTP/1.1", "Host: cis", f"Authorization: BT {token}", f"Content-Length: {length}"]
    return ("\r\n".join(lines) + f"\r\n{more}\r\n").encode()
