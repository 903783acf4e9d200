"""What does the file for a spreadsheet hold, and what does it cost to send it?"""

import csv
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import chain
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from licenses import usage
from licenses.models import DailyPeak
from licenses.readings import Reading
from licenses.spreadsheets import cell
from servers.models import LicenseServer
from tests.api.calling import content_of, get, is_problem

ADDRESS = "/usage.csv?server=ls1.example.org&first=2026-01-01&last=2026-12-31"
NEW_YEAR = date(2026, 1, 1)
MANY = 100_000


def rows(response: Any) -> list[list[str]]:
    return list(csv.reader(StringIO(content_of(response).decode(), newline="")))


def record(server: LicenseServer, *readings: Reading) -> None:
    usage.record(server, readings, source="lmstat")


def at(day: int) -> datetime:
    return datetime(2026, 1, day, 12, tzinfo=UTC)


def test_it_has_a_row_for_each_day_that_was_read(as_cleo: Client, server: LicenseServer) -> None:
    record(server, Reading("XDT", "", at(5), 7, issued=25), Reading("XDT", "2027.0206", at(6), 0))
    assert rows(get(as_cleo, ADDRESS)) == [
        ["feature", "pool", "day", "in_use", "issued"],
        ["XDT", "", "2026-01-05", "7", "25"],
        ["XDT", "2027.0206", "2026-01-06", "0", ""],
    ]


def test_it_is_named_after_server_and_days(as_cleo: Client, server: LicenseServer) -> None:
    response = get(as_cleo, ADDRESS)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    name = "ls1.example.org-usage-2026-01-01-2026-12-31.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert len(rows(response)) == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_it_makes_text_of_what_would_be_a_formula(sign: str, as_cleo: Client, server: LicenseServer) -> None:
    bad = f'{sign}HYPERLINK("https://evil.example","x"),1'
    record(server, Reading(bad, bad, at(5), 1))
    assert rows(get(as_cleo, ADDRESS))[1][:2] == [f"'{bad}", f"'{bad}"[:65]]


@pytest.mark.parametrize("value", [-1, None, NEW_YEAR, "XDT-PLT", "a=b", "", "' OR 1", "é 漢字"])
def test_it_leaves_everything_else_as_it_is(value: object) -> None:
    assert cell(value) == value


def test_it_writes_every_letter(as_cleo: Client, server: LicenseServer) -> None:
    record(server, Reading('Zürich "漢字", x', "", at(5), 1))
    assert rows(get(as_cleo, ADDRESS))[1][0] == 'Zürich "漢字", x'


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("server=ls1.example.org&first=2026-01-01", 400),
        ("server=ls1.example.org&first=2026-01-02&last=2026-01-01", 400),
        ("server=ls1.example.org&first=2026-01-01&last=2026-01-02&feature=X", 400),
        ("server=nowhere&first=2026-01-01&last=2026-01-02", 404),
    ],
)
def test_it_answers_nonsense_with_a_problem(query: str, status: int, as_cleo: Client, server: LicenseServer) -> None:
    assert is_problem(get(as_cleo, f"/usage.csv?{query}"), status)


def test_it_answers_head_without_reading_a_row(as_cleo: Client, server: LicenseServer) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = as_cleo.head(f"/api/v1{ADDRESS}")
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert not [query for query in queries if "dailypeak" in query["sql"]]


@pytest.fixture
def many(server: LicenseServer) -> LicenseServer:
    """A server with 100,000 days of use."""
    peaks = (
        DailyPeak(
            server=server,
            feature=f"FEATURE_{number // 365:04}",
            day=NEW_YEAR + timedelta(days=number % 365),
            in_use=number,
            samples=1,
        )
        for number in range(MANY)
    )
    DailyPeak.objects.bulk_create(peaks, batch_size=5000)
    return server


def test_it_sends_100_000_rows_without_holding_them(as_cleo: Client, many: LicenseServer) -> None:
    tracemalloc.start()
    try:
        with CaptureQueriesContext(connection) as queries:
            blocks = get(as_cleo, ADDRESS).streaming_content
            first = next(blocks)
            shapes = [(len(block), block.count(b"\r\n")) for block in chain([first], blocks)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    sizes, lines = zip(*shapes, strict=True)
    assert first.startswith(b"feature,pool,day,in_use,issued\r\nFEATURE_0000,,2026-01-01,0,\r\n")
    assert (sum(lines), max(sizes) < 40_000, sum(sizes) > 3_000_000) == (1 + MANY, True, True)
    assert peak < 2_500_000
    assert len([query for query in queries if "dailypeak" in query["sql"]]) <= 1
