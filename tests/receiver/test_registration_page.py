"""Does a person register a license server with its code, whatever else is sent to the page?"""

from typing import Any
from urllib.parse import urlencode

import pytest

from receiver.form_guard import NONCES_MAX, Nonces
from tests.receiver.desk import FORM, GUID, PAGE, Desk

WRONG = "ZZZZ-ZZZZ"
HOSTILE = '<script>alert("1")</script>&amp;\''


def test_it_registers_after_a_person_saw_who_asks(desk: Desk) -> None:
    wish = desk.ask()
    seen = desk.enter(wish["code"])
    assert (seen.status, "lic1.example.test" in seen.text, GUID in seen.text) == (200, True, True)
    assert desk.state(wish) == ("waiting", False)
    done = desk.enter(wish["code"], "confirm", nonce=seen.nonce)
    assert done.sentence.startswith("lic1.example.test is registered with tenant-")
    assert desk.state(wish) == ("confirmed", True)


def test_it_refuses_when_a_person_says_so(desk: Desk) -> None:
    wish = desk.ask()
    assert "not registered" in desk.enter(wish["code"], "refuse").sentence
    assert desk.state(wish) == ("refused", False)


@pytest.mark.parametrize("form", ["{}", " {} ", "{0[0]}{0[1]}{0[2]}{0[3]}-{0[4]}{0[5]}{0[6]}{0[7]}"])
def test_it_compares_codes_as_people_type_them(desk: Desk, form: str) -> None:
    wish = desk.ask()
    assert desk.enter(form.format(wish["code"].lower()), "confirm").status == 200
    assert desk.state(wish) == ("confirmed", True)


@pytest.mark.parametrize("decision", ["", "confirm", "refuse"])
@pytest.mark.parametrize(
    "code", ["", WRONG, "ABCDEFG", "' OR 1=1 --", HOSTILE, "ß\u0000\ud800".encode(errors="replace")]
)
def test_it_says_that_a_code_is_not_known(desk: Desk, code: Any, decision: str) -> None:
    said = desk.enter(code, decision)
    assert (said.status, said.sentence) == (
        422,
        "This code is not known. Please compare it with the one that the license server shows.",
    )
    assert "<script" not in said.text


def test_it_says_that_a_code_has_expired(desk: Desk) -> None:
    wish = desk.ask()
    desk.now += 899
    form = desk.enter(wish["code"])
    desk.now += 1
    said = desk.enter(wish["code"], "confirm", nonce=form.nonce)
    assert (said.status, said.sentence[:21]) == (410, "This code has expired")
    assert desk.state(wish) == ("expired", False)
    assert desk.ask()["code"] != wish["code"]


@pytest.mark.parametrize("first", ["confirm", "refuse"])
def test_it_takes_a_code_once(desk: Desk, first: str) -> None:
    wish = desk.ask()
    desk.enter(wish["code"], first)
    before = desk.state(wish)
    for decision in ("", "confirm", "refuse"):
        said = desk.enter(wish["code"], decision)
        assert (said.status, said.sentence[:26]) == (410, "This code was used already")
    assert desk.state(wish) == before


def test_it_stops_listening_after_ten_wrong_codes_in_a_minute(desk: Desk) -> None:
    wish = desk.ask()
    for _ in range(10):
        assert desk.enter(WRONG).status == 422
        desk.now += 1
    said = desk.enter(wish["code"], "confirm")
    assert (said.status, said.headers["Retry-After"], "51 seconds" in said.sentence) == (429, "51", True)
    assert desk.state(wish) == ("waiting", False)
    desk.now += 51
    assert desk.enter(wish["code"], "confirm").status == 200


def test_right_codes_are_not_counted(desk: Desk) -> None:
    code = desk.ask()["code"]
    assert {desk.enter(code).status for _ in range(15)} == {200}


def test_it_takes_a_form_once(desk: Desk) -> None:
    wish, nonce = desk.ask(), desk.send("GET", PAGE).nonce
    assert desk.enter(wish["code"], nonce=nonce).status == 200
    said = desk.enter(wish["code"], "confirm", nonce=nonce)
    assert (said.status, said.sentence[:27]) == (403, "This form was sent already,")
    assert desk.state(wish) == ("waiting", False)


@pytest.mark.parametrize("nonce", ["x", HOSTILE, "\x00"])
def test_it_takes_no_form_that_it_did_not_give(desk: Desk, nonce: str) -> None:
    wish = desk.ask()
    assert desk.enter(wish["code"], "confirm", nonce=nonce).status == 403
    assert desk.send("POST", PAGE, body=urlencode({"code": wish["code"]}).encode()).status == 403
    assert desk.state(wish) == ("waiting", False)


def test_a_form_that_was_left_open_is_too_old(desk: Desk) -> None:
    nonce = desk.send("GET", PAGE).nonce
    desk.now += 900
    assert desk.enter(desk.ask()["code"], "confirm", nonce=nonce).status == 403


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://cis.test.evil.test", "http://[", "file://"])
def test_it_takes_no_form_from_another_site(desk: Desk, origin: str) -> None:
    wish = desk.ask()
    said = desk.enter(wish["code"], "confirm", origin=origin)
    assert (said.status, said.headers["Content-Type"]) == (403, "application/json")
    assert desk.state(wish) == ("waiting", False)
    assert desk.enter(wish["code"], "confirm", origin="https://cis.test").status == 200


def test_a_flood_of_forms_stays_small() -> None:
    nonces = Nonces(clock=lambda: 0.0)
    given = [nonces.issue() for _ in range(NONCES_MAX + 1)]
    assert (nonces.spend(given[0]), nonces.spend(given[1]), nonces.spend(given[-1])) == (False, True, True)


def test_it_escapes_what_a_server_calls_itself(desk: Desk) -> None:
    wish = desk.ask(HOSTILE)
    for said in (desk.enter(wish["code"]), desk.enter(wish["code"], "confirm")):
        assert "<script" not in said.text
        assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&#x27;" in said.text


def test_its_page_allows_no_script_and_no_frame(desk: Desk) -> None:
    wish = desk.ask()
    for said in (desk.send("GET", PAGE), desk.enter(WRONG), desk.enter(wish["code"], "confirm")):
        policy = said.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert policy.endswith("form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
        assert said.headers["X-Content-Type-Options"] == "nosniff"
        assert said.headers["Cache-Control"] == "no-store"
        assert "<script" not in said.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"code=" + b"x" * 5000, FORM, 413),
        (b"x" * 11_000_000, FORM, 413),
        (b"code=a&code=b", FORM, 400),
        (b"&".join(b"a%d=1" % number for number in range(40)), FORM, 400),
        (b"code=\xff", FORM, 400),
        (b'{"code": "a"}', "application/json", 415),
        (b"code=a", "", 415),
        (b"", FORM, 403),
    ],
)
def test_it_refuses_bodies_that_no_form_has(desk: Desk, body: bytes, kind: str, status: int) -> None:
    assert desk.send("POST", PAGE, body=body, kind=kind).status == status
