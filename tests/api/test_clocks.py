"""Can a program read every deadline, page by page, with what is not known as null?"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from servers.models import LicenseServer
from servers.registry import add_server, archive_server
from tests.api.calling import get, is_problem
from tests.factories import increment, license_file, receive

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def licensed(server: LicenseServer) -> LicenseServer:
    """A server with licenses that end in 20 days, beside one with none."""
    add_server(name="ls2.example.org")
    receive(server, license_file(increment(expiry="30-mar-2026", count=25), host="ls1"))
    return server


def walked(client: Client, query: str, *, by: str = "next") -> list[Any]:
    rows, link = [], f"/api/v1/clocks?{query}"
    while link:
        page = client.get(link).json()
        rows.append(page["results"])
        link = page[by]
    return rows


def test_a_deadline_has_a_date_its_evidence_and_a_next_step(as_cleo: Client, licensed: LicenseServer) -> None:
    [row] = get(as_cleo, "/clocks?server=ls1.example.org&kind=license_expiry").json()["results"]
    assert (row["server"], row["server_name"]) == (str(licensed.guid), "ls1.example.org")
    assert (row["due"], row["days_left"], row["quantity"], row["state"]) == ("2026-03-30", 20, 25, "due_soon")
    assert row["evidence"].startswith("They run to the end of 2026-03-30")
    assert row["next_step"]


def test_it_is_what_the_shell_says(as_cleo: Client, licensed: LicenseServer) -> None:
    out = StringIO()
    call_command("clocks", "--json", stdout=out)
    assert get(as_cleo, "/clocks?limit=1000").json()["results"] == json.loads(out.getvalue())


def test_the_pages_hold_each_deadline_once_in_both_directions(as_cleo: Client, licensed: LicenseServer) -> None:
    [every] = walked(as_cleo, "limit=1000")
    pages = walked(as_cleo, "limit=4")
    assert [row for page in pages for row in page] == every
    assert len(pages) > 3
    last = as_cleo.get("/api/v1/clocks?limit=4").json()
    while last["next"]:
        last = as_cleo.get(last["next"]).json()
    before = as_cleo.get(last["previous"]).json()
    assert before["results"] == pages[-2]
    assert as_cleo.get(before["next"]).json()["results"] == pages[-1]


@pytest.mark.parametrize(
    "query",
    ["kind=no", "state=late", "server=nowhere", "server=%00", "limit=0", "limit=1001", "limit=²", "cursor=x", "kid=x"],
)
def test_it_refuses_nonsense(query: str, as_cleo: Client, licensed: LicenseServer) -> None:
    response = get(as_cleo, f"/clocks?{query}")
    assert is_problem(response, 400)
    assert list(response.json()["errors"]) == [query.partition("=")[0]]


def test_a_cursor_of_another_list_is_refused(as_cleo: Client, licensed: LicenseServer) -> None:
    cursor = get(as_cleo, "/servers?limit=1").json()["next"].partition("cursor=")[2]
    assert is_problem(get(as_cleo, f"/clocks?cursor={cursor}"), 400)


def test_what_is_unknown_can_be_asked_for_and_is_null(as_cleo: Client, licensed: LicenseServer) -> None:
    rows = get(as_cleo, "/clocks?state=unknown").json()["results"]
    assert rows
    assert {(row["days_left"], row["severity"]) for row in rows} == {(None, "unknown")}


def test_an_archived_server_is_there_only_where_it_is_named(as_cleo: Client, licensed: LicenseServer) -> None:
    archive_server(licensed)
    assert "ls1.example.org" not in {row["server_name"] for row in walked(as_cleo, "limit=1000")[0]}
    assert get(as_cleo, "/clocks?server=ls1.example.org").json()["results"]


def test_it_answers_304_to_who_has_the_page(as_cleo: Client, licensed: LicenseServer) -> None:
    first = get(as_cleo, "/clocks")
    assert get(as_cleo, "/clocks", **{"if-none-match": first["ETag"]}).status_code == 304
