"""What does bad input get? A problem, never a traceback and never a 500."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from servers.models import LicenseServer
from tests.api.calling import V1, calling, get, is_problem, patch, post
from uploads.models import Upload

DEEP = "[" * 100_000 + "]" * 100_000
BODIES: list[Any] = [
    b"",
    b"{",
    b"\xff\xfe\x00",
    b"[]",
    b'"text"',
    b"null",
    b"NaN",
    b'{"name": "ls", "service_started_at": 1e999}',
    b'{"name": "\\ud800"}',
    b'{"name": "a\\u0000b"}',
    b'{"name": {"deep": []}}',
    b'{"name": ["ls"]}',
    b'{"name": "x\', DROP TABLE servers--"}',
    b'{"name": ' + b"9" * 5000 + b"}",
    DEEP.encode(),
    ('{"name":' + DEEP + "}").encode(),
    b'{"name": "' + b"x" * 10_000 + b'"}',
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_it_calls_a_broken_body_broken(body: bytes, as_ada: Client) -> None:
    response = as_ada.post(f"{V1}/servers", body, content_type="application/json")
    assert is_problem(response, 400)
    assert not LicenseServer.objects.exists()


@pytest.mark.parametrize("field", ["name", "hardware_id", "product_version", "operating_system", "time_zone", "group"])
@pytest.mark.parametrize("value", ["nul\x00", 10**400, [], {}, True, None, "x" * 5000])
def test_it_checks_every_text(field: str, value: object, as_ada: Client, server: LicenseServer) -> None:
    response = patch(as_ada, f"/servers/{server.guid}", {field: value})
    if (field, value) == ("group", None):
        assert response.status_code == 200
    else:
        assert is_problem(response, 400)


@pytest.mark.parametrize("field", ["server", "program", "kind", "bundle_sha256"])
@pytest.mark.parametrize("value", ["nul\x00", 10**400, [], {}, None, "' OR 1=1 --", "é" * 300])
def test_it_checks_every_text_of_an_upload(field: str, value: object, as_ben: Client, server: LicenseServer) -> None:
    body = {"server": server.name, "program": "telemetry", field: value}
    assert is_problem(post(as_ben, "/uploads", body), 400)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("charset", ["utf-16", "hex", "zlib", "rot13", "bogus", "unicode_escape"])
def test_it_reads_no_other_charset(charset: str, as_ada: Client) -> None:
    kind = f"application/json; charset={charset}"
    assert is_problem(as_ada.generic("POST", f"{V1}/servers", b"{}", content_type=kind), 415)


def test_it_refuses_a_body_of_another_kind(as_ada: Client) -> None:
    assert is_problem(as_ada.post(f"{V1}/servers", b"<a/>", content_type="text/xml"), 415)


@pytest.mark.parametrize(("length", "status"), [("104857600", 413), ("9" * 400, 413), ("-5", 411), ("x", 411)])
def test_it_judges_the_length_before_it_reads(length: str, status: int, as_ada: Client) -> None:
    response = as_ada.generic("POST", f"{V1}/servers", b"{}", content_type="application/json", CONTENT_LENGTH=length)
    assert is_problem(response, status)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_it_says_which_methods_there_are(method: str, as_ada: Client) -> None:
    response = as_ada.generic(method, f"{V1}/servers")
    assert is_problem(response, 405)
    assert response["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("path", ["/nothing", "/servers/x/y/z/w", "//servers", "/servers.json", "/", "/%2e%2e/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_answers_in_its_own_words_where_there_is_nothing(method: str, path: str, as_ada: Client) -> None:
    assert is_problem(as_ada.generic(method, f"{V1}{path}"), 404)


def test_it_names_the_address_but_not_the_query(as_cleo: Client, db: None) -> None:
    body = get(as_cleo, "/servers?cursor=secret").json()
    assert body["instance"] == "/api/v1/servers"
    assert "secret" not in json.dumps(body)


def test_it_hides_what_went_wrong_inside(
    ada: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("api.views.servers.Servers.page", lambda view: 1 / 0)
    response = get(calling(ada), "/servers")
    assert is_problem(response, 500)
    assert "division" not in response.content.decode()
    assert "ZeroDivisionError" in caplog.text


def test_it_answers_json_whatever_was_asked_for(as_ada: Client, server: LicenseServer) -> None:
    response = get(as_ada, "/servers", accept="application/zip")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_it_survives_a_torn_form(as_ben: Client, server: LicenseServer) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=é"):
        response = as_ben.generic("POST", f"{V1}/reports", b"--x\r\nContent-Disp", content_type=kind)
        assert is_problem(response, 400)


def test_it_survives_a_form_of_a_thousand_fields(as_ben: Client, server: LicenseServer) -> None:
    assert is_problem(as_ben.post(f"{V1}/reports", {f"f{number}": "x" for number in range(2000)}), 400)
