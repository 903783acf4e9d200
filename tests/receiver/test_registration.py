"""Does a license server get its code, its answer and its end, and does nobody else?"""

import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from receiver.codes import ALPHABET
from receiver.protocol import TokenKind
from receiver.upkeep import clean
from tests.receiver.desk import CODES, FORM, GUID, PAGE, REMOVALS, Desk, Said
from tests.receiver.running import RunningReceiver
from tests.receiver.wire import Reply, Wire


def test_it_gives_a_code_of_eight_signs_that_nobody_mixes_up(desk: Desk) -> None:
    wish = desk.ask()
    assert re.fullmatch(f"[{ALPHABET}]{{8}}", wish["code"])
    assert not set("IO01") & set(ALPHABET)
    assert wish["expires_in"] == 900
    assert desk.state(wish) == ("waiting", False)


def test_it_gives_the_same_code_again_while_it_waits(desk: Desk) -> None:
    first = desk.ask()
    desk.now += 100
    assert desk.ask() == {**first, "expires_in": 800}
    assert desk.ask(guid=str(uuid.uuid4()))["code"] != first["code"]
    assert desk.ask(owner="ben")["code"] != first["code"]


def test_it_gives_a_new_code_to_a_server_of_another_name(desk: Desk) -> None:
    old, new = desk.ask("old.example.test"), desk.ask("new.example.test")
    assert (desk.state(old)[0], desk.state(new)[0]) == ("removed", "waiting")


@pytest.mark.parametrize("kind", [TokenKind.GRANT, TokenKind.DIAGNOSTICS])
def test_it_gives_codes_only_to_who_may_upload(desk: Desk, kind: TokenKind) -> None:
    for path in (CODES, REMOVALS):
        assert desk.send("POST", path, body=b"{}", authorization=f"BT {desk.token(kind=kind)}").status == 403
        assert desk.send("POST", path, body=b"{}").status == 401
    assert desk.send("GET", f"{CODES}x/", authorization="BT unknown").status == 401


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        {"server_guid": GUID},
        {"server_guid": "1", "server_name": "a"},
        {"server_guid": GUID, "server_name": ""},
        {"server_guid": GUID, "server_name": "\n\u0000"},
        {"server_guid": GUID, "server_name": ["a"]},
        {"server_guid": 5, "server_name": "a"},
    ],
)
def test_it_refuses_a_wish_that_names_no_server(desk: Desk, content: object) -> None:
    said = desk.call("POST", CODES, content)
    assert (said.status, set(said.json)) == (400, {"error"})


def test_it_tells_nobody_else_of_a_registration(desk: Desk) -> None:
    wish = desk.ask()
    for path in (f"{CODES}{wish['registration_id']}", f"{CODES}unknown", f"{CODES}\xff"):
        assert desk.call("GET", path, owner="ben").status == 404
    assert desk.call("POST", REMOVALS, {"registration_id": wish["registration_id"]}, owner="ben").status == 404
    assert desk.state(wish) == ("waiting", False)


def test_it_has_one_registration_of_a_server(desk: Desk) -> None:
    first = desk.ask()
    desk.enter(first["code"], "confirm")
    second = desk.ask()
    assert (desk.state(first)[0], desk.state(second)[0]) == ("confirmed", "waiting")
    desk.enter(second["code"], "confirm")
    assert (desk.state(first)[0], desk.state(second)[0]) == ("removed", "confirmed")


@pytest.mark.parametrize("decision", ["", "confirm", "refuse"])
def test_it_ends_a_registration_however_often_it_is_asked(desk: Desk, decision: str) -> None:
    wish = desk.ask()
    desk.enter(wish["code"], decision)
    for _ in range(2):
        assert desk.call("POST", REMOVALS, {"registration_id": wish["registration_id"]}).status == 200
        assert desk.state(wish) == ("removed", False)
    assert desk.enter(wish["code"], "confirm").status == 410


@pytest.mark.parametrize("content", [{}, {"registration_id": ""}, {"registration_id": 5}, []])
def test_it_refuses_a_removal_that_names_nothing(desk: Desk, content: object) -> None:
    assert desk.call("POST", REMOVALS, content).status == 400


@pytest.mark.parametrize(
    ("path", "allowed"), [(PAGE, "GET, POST"), (CODES, "POST"), (f"{CODES}x/", "GET"), (REMOVALS, "POST")]
)
def test_it_refuses_other_methods(desk: Desk, path: str, allowed: str) -> None:
    for method in {"GET", "POST", "PUT", "DELETE", "HEAD"} - set(allowed.split(", ")):
        said = desk.send(method, path)
        assert (said.status, said.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/registration/api/", "/registration/x", f"{CODES}a/b/", "/registrations/"])
def test_there_is_nothing_else(desk: Desk, path: str) -> None:
    assert (desk.send("GET", path).status, desk.send("GET", path).headers["Content-Type"]) == (404, "application/json")


def test_it_forgets_what_came_to_nothing_and_keeps_what_counts(desk: Desk) -> None:
    lost, kept = desk.ask(), desk.ask(guid=str(uuid.uuid4()))
    desk.enter(kept["code"], "confirm")
    desk.now += 8 * 86400
    clean(desk.store)
    assert desk.state(kept) == ("confirmed", True)
    assert desk.call("GET", f"{CODES}{lost['registration_id']}/").status == 404


class TestTheRealProcess:
    """Over the wire, with a kill in between."""

    def test_it_goes_on_after_kills_at_every_step(self, start: Callable[..., RunningReceiver]) -> None:
        receiver = start()
        wish = ask(receiver)
        receiver.kill()
        receiver.start()
        old = nonce(receiver)
        receiver.kill()
        receiver.start()
        assert enter(receiver, wish["code"], "confirm", word=old).status == 403
        assert enter(receiver, wish["code"].lower(), "confirm").status == 200
        receiver.kill()
        assert state(receiver.start(), wish)[0] == "confirmed"


def ask(receiver: RunningReceiver) -> Any:
    wire = Wire(receiver.port)
    asked = {"server_guid": GUID, "server_name": "lic1.example.test"}
    wish = wire.post(CODES, asked, token=wire.upload_token()).json()
    wire.close()
    return wish


def state(receiver: RunningReceiver, wish: Any) -> tuple[str, str]:
    wire = Wire(receiver.port)
    told = wire.get(f"{CODES}{wish['registration_id']}/", token=wire.identity()).json()
    wire.close()
    return told["state"], told["customer_id"]


def nonce(receiver: RunningReceiver) -> str:
    wire = Wire(receiver.port)
    page = wire.send("GET", PAGE)
    wire.close()
    return Said(page.status, {}, page.data.decode()).nonce


def enter(receiver: RunningReceiver, code: str, decision: str = "", *, word: str = "") -> Reply:
    wire = Wire(receiver.port)
    form = {"nonce": word or nonce(receiver), "code": code, "decision": decision}
    origin = f"http://127.0.0.1:{receiver.port}"
    reply = wire.send("POST", PAGE, body=urlencode(form).encode(), Content_Type=FORM, Origin=origin)
    wire.close()
    return reply
