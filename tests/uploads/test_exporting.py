"""Does the whole history fit through a small door, complete and harmless?"""

import csv
import json
import tracemalloc
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servers.models import LicenseServer
from tests.uploads.many_uploads import many_uploads
from tests.uploads.test_history import NEWEST, servers
from uploads import exporting
from uploads.exporting import CHUNK, HEADING, as_csv, as_json_lines
from uploads.history import HistoryQuery
from uploads.models import Upload

__all__ = ["servers"]
MANY = 20_000
Writer = Callable[[HistoryQuery], Iterator[bytes]]


def csv_rows(asked: HistoryQuery) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(b"".join(as_csv(asked)).decode(), newline="")))


def json_rows(asked: HistoryQuery) -> list[dict[str, object]]:
    return [json.loads(line) for line in b"".join(as_json_lines(asked)).decode().splitlines()]


def test_both_forms_hold_every_upload_once_newest_first(
    servers: list[LicenseServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 7)
    many_uploads(servers, 50, newest=NEWEST)
    order = list(Upload.objects.values_list("pk", flat=True))
    assert [int(row["id"]) for row in csv_rows(HistoryQuery())] == order
    assert [row["id"] for row in json_rows(HistoryQuery())] == order


def test_they_hold_what_the_filters_find_and_no_more(servers: list[LicenseServer]) -> None:
    many_uploads(servers, 200, newest=NEWEST)
    asked = HistoryQuery(server=servers[3], state="failed")
    assert {row["state"] for row in csv_rows(asked)} == {"failed"}
    assert [row["id"] for row in json_rows(asked)] == list(asked.rows().values_list("pk", flat=True))


def test_moments_are_utc_and_what_is_not_known_is_empty_or_null(servers: list[LicenseServer]) -> None:
    many_uploads(servers, 33, newest=NEWEST)
    waiting = HistoryQuery(state="queued")
    [row], [line] = csv_rows(waiting), json_rows(waiting)
    assert tuple(line) == HEADING
    assert (row["created_at"], row["finished_at"]) == ("2026-03-29T03:59:56.000000Z", "")
    assert (line["created_at"], line["finished_at"], line["requested_by"]) == (row["created_at"], None, None)
    assert (line["server"], line["bytes"], line["outcome"]) == (str(servers[0].guid), 792, "queued")


def test_an_observed_upload_says_how_it_ended(servers: list[LicenseServer]) -> None:
    many_uploads(servers, 14, newest=NEWEST)
    [line] = json_rows(HistoryQuery(origin="observed"))
    assert (line["state"], line["outcome"]) == ("observed", "delivered")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_no_cell_becomes_a_formula(servers: list[LicenseServer], sign: str) -> None:
    many_uploads(servers, 1, newest=NEWEST)
    bad = f'{sign}HYPERLINK("https://evil.example")'
    Upload.objects.update(bundle_name=bad, result_code=bad)
    [row], [line] = csv_rows(HistoryQuery()), json_rows(HistoryQuery())
    assert (row["bundle_name"], row["result_code"]) == (f"'{bad}", f"'{bad}")
    assert line["bundle_name"] == bad


def test_nothing_found_is_a_heading_or_nothing(db: None) -> None:
    assert b"".join(as_csv(HistoryQuery())).decode() == ",".join(HEADING) + "\r\n"
    assert b"".join(as_json_lines(HistoryQuery())) == b""


@pytest.fixture
def many(servers: list[LicenseServer]) -> int:
    """A history of 20,000 uploads."""
    many_uploads(servers, MANY, newest=NEWEST)
    return MANY


@pytest.mark.parametrize("write", [as_csv, as_json_lines])
def test_20_000_rows_are_never_held_at_once(many: int, write: Writer) -> None:
    tracemalloc.start()
    try:
        with CaptureQueriesContext(connection) as asking:
            shapes = [(len(block), block.count(b"\n")) for block in write(HistoryQuery())]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    sizes, lines = zip(*shapes, strict=True)
    assert (sum(lines), sum(sizes) > 5_000_000, max(sizes) < 40_000) == (many + (write is as_csv), True, True)
    assert peak < 5_000_000
    assert len(asking) == many // CHUNK + 1
