"""Does a problem speak the language of the reader, in its title and in its sentence, and say which one that is?"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from servers.models import LicenseServer
from tests.api.calling import V1, get, is_problem, patch, post
from tests.pseudo_language import CODE, plain_words, pseudo_language

NOWHERE = "/servers/00000000-0000-0000-0000-000000000000"
# Names that stand in every language as they are.
DATA = (
    "ls1 example org nothing next previous cursor limit clocks telemetry Telemetry Call Home call_home ceip event_data "
    "licenses view_license servers add_licenseserver compliance usage Content Length Bearer Authorization UTF hex utf "
    "POST api v1 docs GUID JSON MB permissions policies XDT_PLT_UD alerts change_threshold manage_channels names "
    "Idempotency Key ASCII group host https webhook email apprise act plan watch unknown none daily weekly path wrong "
    "days percent floor name csv Licensing Manager time_zone Europe Amsterdam REST target way instance programs Call "
    "decide archived participation reporting_mode accept_elements refuse_elements erasure view_assignment_names server "
    "kind build events mode ordering pressure provider registered share verdict"
)


@pytest.fixture(autouse=True)
def foreign_words() -> Iterator[None]:
    """The language that no one speaks is there for whoever asks for it."""
    with pseudo_language():
        yield


def asking(client: Client) -> Client:
    """The client of somebody whose programs ask for that language."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = CODE
    return client


def foreign(response: Any, status: int, *, words: bool = True) -> bool:
    """Is it a problem in that language? `words` is False where the framework has words of its own for the sentence."""
    assert is_problem(response, status)
    assert response["Content-Language"] == CODE
    assert "Accept-Language" in response["Vary"]
    body = response.json()
    assert body["type"] == "about:blank"
    assert plain_words(body["title"], but=DATA) == [], body
    if words:
        assert plain_words(body["detail"].rpartition(": ")[2] or body["detail"], but=DATA) == [], body
    return True


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        NOWHERE,
        *(
            f"/{name}/987654"
            for name in ("uploads", "alerts", "channels", "thresholds", "feeds", "reports", "decisions")
        ),
    ],
)
def test_it_says_what_is_not_there(path: str, as_ada: Client) -> None:
    assert foreign(get(asking(as_ada), path), 404)


@pytest.mark.parametrize("path", ["/servers?cursor=x", "/servers?limit=0", "/servers?strange=1", "/clocks?cursor=x"])
def test_it_says_what_it_does_not_know(path: str, as_ada: Client) -> None:
    assert foreign(get(asking(as_ada), path), 400)


def test_it_says_what_a_program_has_not(as_ada: Client, server: LicenseServer) -> None:
    for path in ("telemetrie", "telemetry/preview?kind=x", "telemetry/preview"):
        assert foreign(get(asking(as_ada), f"/servers/{server.guid}/programs/{path}"), 404)
    assert foreign(get(as_ada, f"/servers/{server.guid}/registration"), 404)


def test_it_says_who_may(as_cleo: Client, as_ben: Client, server: LicenseServer) -> None:
    assert foreign(post(asking(as_cleo), "/servers", {"name": "x"}), 403)
    assert foreign(post(asking(as_ben), "/channels", {}), 403)


@pytest.mark.parametrize(
    ("method", "kind", "length", "status"),
    [
        ("PUT", "application/json", None, 405),
        ("POST", "text/xml", None, 415),
        ("POST", "application/json; charset=hex", None, 415),
        ("POST", "application/json", "104857600", 413),
        ("POST", "application/json", "x", 411),
    ],
)
def test_it_says_what_it_does_not_read(method: str, kind: str, length: str | None, status: int, as_ada: Client) -> None:
    more = {"CONTENT_LENGTH": length} if length else {}
    response = asking(as_ada).generic(method, f"{V1}/servers", b"{}", content_type=kind, **more)  # type: ignore[arg-type]
    words = not (status == 405 or kind == "text/xml")
    assert foreign(response, status, words=words)


def test_it_says_who_is_a_stranger(client: Client, db: None) -> None:
    assert foreign(get(asking(client), "/servers"), 401, words=False)
    assert foreign(get(client, "/servers", authorization="Bearer lm_wrong"), 401)


def test_it_says_what_a_channel_or_a_threshold_cannot_be(as_ada: Client) -> None:
    channel = {"name": "", "way": "webhook", "target": "http://host.example/path"}
    assert foreign(post(asking(as_ada), "/channels", channel | {"name": "x"}), 422)
    assert foreign(post(as_ada, "/thresholds", {"days": [30], "group": "x"}), 400)
    assert foreign(post(as_ada, "/servers", {"name": "y"}, key="é"), 400)


def test_who_asks_for_nothing_gets_english(as_ada: Client) -> None:
    response = patch(as_ada, NOWHERE, {})
    assert (response["Content-Language"], response.json()["title"]) == ("en", "Not found")
