"""Does a list hold together, page by page, and cost the same on each of them?"""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from servers.models import LicenseServer
from tests.api.calling import get, is_problem


@pytest.fixture
def seven(db: None) -> list[str]:
    """Seven servers of one moment, newest first."""
    at = timezone.now()
    rows = [LicenseServer(name=f"ls{number}", service_started_at=at, created_at=at) for number in range(7)]
    LicenseServer.objects.bulk_create(rows)
    return [row.name for row in reversed(rows)]


def names(page: Any) -> list[str]:
    return [row["name"] for row in page["results"]]


def walk(client: Client, page: Any, link: str) -> list[str]:
    seen = names(page)
    while page[link]:
        page = client.get(page[link]).json()
        seen = seen + names(page) if link == "next" else names(page) + seen
    return seen


def test_it_walks_all_rows_once_though_they_are_of_one_moment(seven: list[str], as_cleo: Client) -> None:
    assert walk(as_cleo, get(as_cleo, "/servers?limit=2").json(), "next") == seven


def test_it_walks_back_the_same_way(seven: list[str], as_cleo: Client) -> None:
    page = get(as_cleo, "/servers?limit=2").json()
    assert page["previous"] is None
    while page["next"]:
        page = as_cleo.get(page["next"]).json()
    assert walk(as_cleo, page, "previous") == seven


def test_it_neither_repeats_nor_misses_when_rows_are_added_meanwhile(seven: list[str], as_cleo: Client) -> None:
    page = get(as_cleo, "/servers?limit=3").json()
    LicenseServer.objects.create(name="late", service_started_at=timezone.now())
    assert walk(as_cleo, page, "next") == seven


def test_it_keeps_filter_and_limit_in_links_without_a_host(seven: list[str], as_cleo: Client) -> None:
    link = get(as_cleo, "/servers?limit=2&name=ls").json()["next"]
    assert link.startswith("/api/v1/servers?")
    assert "limit=2" in link
    assert "name=ls" in link


def test_it_ends_exactly_at_the_last_row(seven: list[str], as_cleo: Client) -> None:
    page = get(as_cleo, "/servers?limit=7").json()
    assert (page["next"], page["previous"]) == (None, None)


@pytest.mark.parametrize("cursor", ["", "x", "%00", "WyJvIl0:abc", "a:b:c", "🦊"])
def test_it_refuses_a_cursor_that_is_none(cursor: str, as_cleo: Client, db: None) -> None:
    response = get(as_cleo, f"/servers?cursor={cursor}")
    assert is_problem(response, 400)
    assert list(response.json()["errors"]) == ["cursor"]


def test_it_refuses_the_cursor_of_another_list(seven: list[str], as_cleo: Client) -> None:
    link = get(as_cleo, "/servers?limit=2").json()["next"]
    assert is_problem(as_cleo.get(link.replace("servers", "uploads")), 400)


def test_it_neither_counts_nor_skips(seven: list[str], as_cleo: Client) -> None:
    page = get(as_cleo, "/servers?limit=2").json()
    with CaptureQueriesContext(connection) as queries:
        as_cleo.get(page["next"])
    sql = " ".join(query["sql"] for query in queries).upper()
    assert "COUNT(" not in sql
    assert "OFFSET" not in sql
    assert ") < (" in sql


def test_it_asks_as_often_for_many_rows_as_for_one(seven: list[str], as_cleo: Client) -> None:
    def queries(limit: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            get(as_cleo, f"/servers?limit={limit}")
        return len(asked)

    queries(1)
    assert queries(1) == queries(7)


@pytest.mark.parametrize(
    ("address", "table"),
    [
        ("/uploads", "uploads_upload"),
        ("/usage/samples", "licenses_usagesample"),
        ("/assignments", "licenses_assignment"),
    ],
)
def test_the_longest_lists_join_nothing(address: str, table: str, as_cleo: Client, db: None) -> None:
    """For two rows SQLite would read a million: it begins a join at the few servers, and sorts what it finds."""
    with CaptureQueriesContext(connection) as queries:
        assert get(as_cleo, f"{address}?limit=1").status_code == 200
    [rows] = [query["sql"] for query in queries if f'FROM "{table}"' in query["sql"]]
    assert "JOIN" not in rows
