"""Does the receiver let in whom it should? Items 1 to 7 of the conformance checklist."""

import json
import time

import pytest

from receiver.protocol import TokenKind
from receiver.store import Store
from tests.receiver.running import PASSWORD, PRODUCT_KEY, USERNAME
from tests.receiver.wire import DIAGNOSTICS, GRANT, IDENTITY, UPLOAD, Wire, token_in

LOGIN = {"username": USERNAME, "password": PASSWORD}
BAD_TOKENS = [None, "", "unknown", 7, "\ud800"]


def test_it_01_gives_an_identity_token(wire: Wire) -> None:
    reply = wire.post(IDENTITY, LOGIN)
    assert reply.status == 200
    assert isinstance(reply.json()["token"], str)
    assert len(reply.json()["token"]) > 32


@pytest.mark.parametrize("wrong", [{"password": "no"}, {"username": "ben"}])
def test_it_02_refuses_a_wrong_password_with_403(wire: Wire, wrong: dict[str, str]) -> None:
    reply = wire.post(IDENTITY, LOGIN | wrong)
    assert reply.status == 403
    assert set(reply.json()) == {"error"}


@pytest.mark.parametrize("content", [{}, {"username": USERNAME}, LOGIN | {"password": ""}, LOGIN | {"username": None}])
def test_it_02_refuses_missing_fields_with_400(wire: Wire, content: dict[str, object]) -> None:
    assert wire.post(IDENTITY, content).status == 400


@pytest.mark.parametrize("extra", [{}, {"expiration": 0}, {"expiration": 86400}])
def test_it_03_gives_a_grant_with_and_without_expiration(wire: Wire, extra: dict[str, int]) -> None:
    assert token_in(wire.post(GRANT, {"identity_token": wire.identity(), **extra}))


@pytest.mark.parametrize("expiration", [0, 86400])
def test_it_04_gives_an_upload_token(wire: Wire, expiration: int) -> None:
    asked = {"grant_token": wire.grant(wire.identity()), "product_key": PRODUCT_KEY, "expiration": expiration}
    token = token_in(wire.post(UPLOAD, asked))
    assert wire.create("size=0", token=token).status == 200


def test_it_04_takes_zero_as_never(received: Store) -> None:
    later = Store(received.path, clock=lambda: time.time() + 50 * 365 * 86400)
    forever = received.tokens.issue(TokenKind.UPLOAD, owner=USERNAME, lifetime=0)
    assert later.tokens.holder(forever) is not None
    later.close()


@pytest.mark.parametrize("expiration", [-1, "60", 1.5, True, 10**30])
def test_it_04_refuses_a_senseless_expiration(wire: Wire, expiration: object) -> None:
    asked = {"grant_token": wire.grant(wire.identity()), "product_key": PRODUCT_KEY, "expiration": expiration}
    assert wire.post(UPLOAD, asked).status == 400


@pytest.mark.parametrize(("key", "status"), [("", 400), ("x" * 40, 400), ("f" * 40, 403)])
def test_it_04_refuses_another_product_key(wire: Wire, key: str, status: int) -> None:
    asked = {"grant_token": wire.grant(wire.identity()), "product_key": key, "expiration": 0}
    assert wire.post(UPLOAD, asked).status == status


@pytest.mark.parametrize("max_age", [0, 86400])
def test_it_05_gives_a_diagnostics_token(wire: Wire, max_age: int) -> None:
    asked = {"agent": "XenServer", "max_age": max_age}
    assert token_in(wire.post(DIAGNOSTICS, asked, token=wire.identity()))


@pytest.mark.parametrize("bad", BAD_TOKENS)
def test_it_06_never_takes_a_bad_token_in_a_body(wire: Wire, bad: object) -> None:
    assert _sent(wire, GRANT, {"identity_token": bad}) == 401
    asked = {"grant_token": bad, "product_key": PRODUCT_KEY, "expiration": 0}
    assert _sent(wire, UPLOAD, asked) == 401


def test_it_06_never_takes_an_expired_token(wire: Wire, received: Store) -> None:
    past = Store(received.path, clock=lambda: time.time() - 7200)
    expired = past.tokens.issue(TokenKind.IDENTITY, owner=USERNAME, lifetime=3600)
    past.close()
    assert wire.post(GRANT, {"identity_token": expired}).status == 401
    assert wire.post(DIAGNOSTICS, {"max_age": 0}, token=expired).status == 401


def test_it_06_never_takes_a_token_of_another_kind(wire: Wire, token: str) -> None:
    identity = wire.identity()
    grant = wire.grant(identity)
    assert wire.post(GRANT, {"identity_token": grant}).status == 403
    assert wire.post(UPLOAD, {"grant_token": identity, "product_key": PRODUCT_KEY}).status == 403
    assert wire.post(DIAGNOSTICS, {"max_age": 0}, token=token).status == 403
    for wrong in (identity, grant):
        assert wire.create("size=1", token=wrong).status == 403


def test_it_06_keeps_no_token_in_clear(wire: Wire, token: str, received: Store) -> None:
    assert wire.create("size=0", token=token).status == 200
    for file in received.path.glob("receiver.sqlite3*"):
        assert token.encode() not in file.read_bytes()


def test_it_07_reads_json_escapes_and_ignores_unknown_keys(wire: Wire) -> None:
    escaped = json.dumps(LOGIN | {"client": {"version": [1, 2]}}, ensure_ascii=True).encode()
    assert wire.send("POST", IDENTITY, body=escaped).status == 200
    assert wire.post(IDENTITY, LOGIN | {"more": None}).status == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'"x"', b"[" * 60000, b'{"a":' * 12000])
def test_it_07_answers_400_to_what_is_no_json_object(wire: Wire, body: bytes) -> None:
    reply = wire.send("POST", IDENTITY, body=body)
    assert reply.status == 400
    assert set(reply.json()) == {"error"}


def test_it_07_limits_the_body_of_token_calls(wire: Wire) -> None:
    assert wire.post(IDENTITY, LOGIN | {"filler": "x" * 70000}).status == 413


def _sent(wire: Wire, path: str, content: dict[str, object]) -> int:
    return wire.send("POST", path, body=json.dumps(content).encode()).status
