"""Does it behave on the wire as old clients need it? Items 28 to 36 of the checklist."""

import http.client
import json
import socket
from collections.abc import Callable

import pytest

from receiver.store import Store
from tests.receiver.forward_proxy import ForwardProxy
from tests.receiver.running import PASSWORD, USERNAME, RunningReceiver
from tests.receiver.wire import BUNDLE, CHUNK, DIAGNOSTICS, GRANT, IDENTITY, MIB, UPLOAD, Wire, token_in

PROGRESS, RESULTS = "/diag_sdk/analysis_progress/", "/diag_sdk/diag_results/"
POSTS = [IDENTITY, GRANT, UPLOAD, DIAGNOSTICS, BUNDLE, CHUNK]
GETS = [PROGRESS, RESULTS, BUNDLE]


def test_it_28_sends_100_before_the_body(peer: RunningReceiver) -> None:
    body = json.dumps({"username": USERNAME, "password": PASSWORD}).encode()
    answer = raw(peer, IDENTITY, length=len(body), more="Expect: 100-continue\r\n")
    with answer:
        assert answer.recv(4096).startswith(b"HTTP/1.1 100")
        answer.sendall(body)
        assert answer.recv(4096).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("path", POSTS)
def test_it_28_never_hangs_on_an_expectation(peer: RunningReceiver, path: str) -> None:
    with raw(peer, path, length=2, more="Expect: 100-continue\r\n") as answer:
        first = answer.recv(4096)
        if first.startswith(b"HTTP/1.1 100"):
            answer.sendall(b"{}")
            first = answer.recv(4096)
        assert first.startswith(b"HTTP/1.1 4")


def test_it_28_refuses_before_a_large_body_is_sent(peer: RunningReceiver, token: str) -> None:
    more = f"Authorization: BT {token}\r\nExpect: 100-continue\r\n"
    with raw(peer, f"{CHUNK}?id=x&offset=0", length=11 * MIB, more=more) as answer:
        assert answer.recv(4096).startswith(b"HTTP/1.1 413")


def test_it_29_keeps_one_connection_from_login_to_end(peer: RunningReceiver) -> None:
    wire = Wire(peer.port)
    token = wire.upload_token()
    sent = wire.bundle(5000, token=token)
    wire.upload(bytes(5000), token=token, bundle_id=sent, step=100)
    assert wire.connections() == 1
    wire.close()


def test_it_29_keeps_the_connection_after_a_refusal(peer: RunningReceiver) -> None:
    with raw(peer, f"{CHUNK}?id=x&offset=0", length=MIB) as answer:
        answer.sendall(bytes(MIB))
        assert answer.recv(4096).startswith(b"HTTP/1.1 401")
        answer.sendall(b"GET /health/live HTTP/1.1\r\nHost: cis\r\n\r\n")
        assert answer.recv(4096).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("path", [*POSTS, *GETS, "/", "/nothing/", "/health/live"])
def test_it_30_never_redirects(wire: Wire, path: str) -> None:
    for form in (path, path.rstrip("/") or "/", f"{path}?id=x&size=1&offset=0"):
        for method in ("POST", "GET", "HEAD", "PUT"):
            reply = wire.send(method, form, body=b"{}" if method == "POST" else b"")
            assert not 300 <= reply.status < 400


def test_it_30_serves_both_forms_of_a_path(wire: Wire, token: str) -> None:
    for path in (BUNDLE, BUNDLE.rstrip("/")):
        reply = wire.send("POST", f"{path}?size=1", body=b"{}", Authorization=f"BT {token}")
        assert reply.status == 200


def test_it_31_needs_no_cookie_and_sets_none(wire: Wire, token: str) -> None:
    reply = wire.create("size=1", token=token)
    assert reply.status == 200
    assert "Set-Cookie" not in reply.headers


def test_it_32_keeps_bytes_before_it_answers(wire: Wire, token: str, received: Store) -> None:
    sent = wire.bundle(2000, token=token)
    assert wire.chunk(sent, offset=0, data=b"x" * 1000, token=token).status == 200
    bundle = received.bundle(sent)
    assert (bundle.received, bundle.content_path.read_bytes()) == (1000, b"x" * 1000)


def test_it_32_keeps_nothing_of_a_body_that_breaks_off(peer: RunningReceiver, wire: Wire, token: str) -> None:
    sent = wire.bundle(1000, token=token)
    more = f"Authorization: BT {token}\r\n"
    with raw(peer, f"{CHUNK}?id={sent}&offset=0", length=1000, more=more) as answer:
        answer.sendall(b"x" * 400)
    assert wire.get(BUNDLE, token=token, id=sent).json()["received"] == 0


def test_it_32_needs_the_length_of_a_chunk(peer: RunningReceiver, wire: Wire, token: str) -> None:
    sent = wire.bundle(4, token=token)
    lines = f"POST {CHUNK}?id={sent}&offset=0 HTTP/1.1\r\nHost: cis\r\nAuthorization: BT {token}\r\n"
    with socket.create_connection(("127.0.0.1", peer.port), timeout=30) as answer:
        answer.sendall(f"{lines}Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n".encode())
        assert answer.recv(4096).startswith(b"HTTP/1.1 411")


def test_it_32_frees_itself_from_a_silent_client(start: Callable[..., RunningReceiver]) -> None:
    receiver = start(IDLE_SECONDS="0.2")
    silent = [raw(receiver, IDENTITY, length=100) for _ in range(12)]
    wire = Wire(receiver.port)
    assert wire.send("GET", "/health/live").status == 200
    for connection in silent:
        assert not connection.recv(4096).startswith(b"HTTP/1.1 2")
        connection.close()
    wire.close()


@pytest.mark.parametrize("path", [*POSTS, *GETS, "/", "/nothing/<script>", "/health/live"])
def test_it_33_answers_with_json_objects_only(wire: Wire, path: str) -> None:
    for method in ("POST", "GET", "PUT", "DELETE"):
        reply = wire.send(method, path, body=b"{" if method == "POST" else b"")
        assert reply.headers["Content-Type"] == "application/json"
        assert isinstance(json.loads(reply.data.decode("utf-8")), dict)


def test_it_33_says_that_it_lives(wire: Wire) -> None:
    assert wire.send("GET", "/health/live").json() == {"status": "ok"}


def test_it_34_works_through_a_proxy(peer: RunningReceiver, proxy: ForwardProxy, received: Store) -> None:
    wire = Wire(peer.port, proxy=proxy.url)
    token = wire.upload_token()
    sent = wire.bundle(3000, token=token)
    wire.upload(b"p" * 3000, token=token, bundle_id=sent, step=1000)
    wire.close()
    assert proxy.seen[0].startswith(f"POST http://127.0.0.1:{peer.port}/auth/")
    assert received.bundle(sent).content_path.read_bytes() == b"p" * 3000


def test_it_34_works_through_connect(peer: RunningReceiver, proxy: ForwardProxy, token: str) -> None:
    tunnel = http.client.HTTPConnection("127.0.0.1", proxy.server_port, timeout=30)
    tunnel.set_tunnel("127.0.0.1", peer.port)
    tunnel.request("POST", f"{BUNDLE}?size=1", body=b"{}", headers={"Authorization": f"BT {token}"})
    reply = tunnel.getresponse()
    assert (reply.status, "id" in json.load(reply)) == (200, True)
    assert [line.split()[:2] for line in proxy.seen] == [["CONNECT", f"127.0.0.1:{peer.port}"]]
    tunnel.close()


def test_it_35_tells_the_progress(wire: Wire, token: str) -> None:
    sent = wire.bundle(300, token=token)
    seen = []
    for offset in (0, 100, 200):
        seen.append(wire.get(PROGRESS, token=_diagnostics(wire), upload_id=sent).json())
        wire.chunk(sent, offset=offset, data=b"x" * 100, token=token)
    seen.append(wire.get(PROGRESS, token=wire.identity(), upload_id=sent).json())
    assert seen == [{sent: 0}, {sent: 33}, {sent: 66}, {sent: 100}]


def test_it_35_and_36_need_the_right_token_and_id(wire: Wire, token: str) -> None:
    sent = wire.bundle(0, token=token)
    assert wire.get(PROGRESS, token=token, upload_id=sent).status == 403
    assert wire.get(RESULTS, token="unknown", upload_uuid=sent).status == 401
    assert wire.get(PROGRESS, token=wire.identity(), upload_id="other").status == 404
    assert wire.get(RESULTS, token=wire.identity(), upload_id=sent).status == 400


def test_it_36_has_an_empty_list_of_results(wire: Wire, token: str) -> None:
    sent = wire.bundle(0, token=token)
    reply = wire.get(RESULTS, token=_diagnostics(wire), upload_uuid=sent)
    assert (reply.status, reply.json()) == (200, {"results": []})


def raw(peer: RunningReceiver, target: str, *, length: int, more: str = "") -> socket.socket:
    """A connection on which only the head of a POST was sent."""
    connection = socket.create_connection(("127.0.0.1", peer.port), timeout=30)
    head = f"POST {target} HTTP/1.1\r\nHost: cis\r\nContent-Length: {length}\r\n{more}\r\n"
    connection.sendall(head.encode())
    return connection


def _diagnostics(wire: Wire) -> str:
    asked = {"agent": "XenServer", "max_age": 0}
    return token_in(wire.post(DIAGNOSTICS, asked, token=wire.identity()))
