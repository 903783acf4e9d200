"""Does every filter find what it says, and does none of them cost a look at the whole table?"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servers.models import LicenseServer
from servers.registry import add_server
from tests.uploads.many_uploads import CAUSES, many_uploads
from uploads import history
from uploads.history import COLUMNS, HistoryQuery
from uploads.keyset import beyond
from uploads.models import Upload, UploadQuerySet
from uploads.states import State

NEWEST = datetime(2026, 3, 29, 12, tzinfo=UTC)
ROWS = 4000
SOME = 100


@pytest.fixture
def servers(db: None) -> list[LicenseServer]:
    """Four servers in Amsterdam, whose days begin one or two hours before those of UTC."""
    return [add_server(name=f"ls{number}.example.org", time_zone="Europe/Amsterdam") for number in range(4)]


@pytest.fixture
def fleet(servers: list[LicenseServer]) -> list[LicenseServer]:
    """The same with a history of some size, which the database knows the shape of."""
    many_uploads(servers, ROWS, newest=NEWEST)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return servers


FACTS: list[dict[str, Any]] = [
    {"program": "ceip"},
    {"kind": "usage"},
    {"state": "failed"},
    {"cause": CAUSES[3]},
    {"origin": "carried"},
    {"origin": "sent", "state": "delivered", "program": "telemetry"},
    {"cause": "stopped", "origin": "sent"},
    {"state": "failed", "cause": CAUSES[3]},
]


@pytest.mark.parametrize("asked", FACTS, ids=str)
def test_each_filter_finds_exactly_its_rows(fleet: list[LicenseServer], asked: dict[str, Any]) -> None:
    found = set(HistoryQuery(**asked).rows().values_list("pk", flat=True))
    values = Upload.objects.values("pk", *set(COLUMNS.values()))
    assert found == {row["pk"] for row in values if all(row[COLUMNS[name]] == value for name, value in asked.items())}
    assert HistoryQuery(**asked).problems() == {}


def test_the_origin_follows_what_asked_for_the_upload(fleet: list[LicenseServer]) -> None:
    pairs = set(Upload.objects.values_list("trigger", "origin"))
    assert pairs == {("schedule", "sent"), ("observed", "observed"), ("carried", "carried")}


def an_upload(server: LicenseServer, at: str) -> Upload:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return Upload.objects.create(
        server=server, program="telemetry", kind="usage", period=moment, created_at=moment, state=State.QUEUED
    )


def test_days_are_those_of_the_server_also_where_one_has_23_hours(servers: list[LicenseServer]) -> None:
    rows = [an_upload(servers[0], at) for at in ("2026-03-28 22:59", "2026-03-28 23:00", "2026-03-29 21:59",
                                                 "2026-03-29 22:00")]  # fmt: skip
    day = date(2026, 3, 29)
    found = HistoryQuery(server=servers[0], since=day, until=day).rows().order_by("created_at")
    assert list(found) == rows[1:3]


def test_days_of_the_fleet_are_those_of_utc(servers: list[LicenseServer]) -> None:
    rows = [an_upload(servers[0], at) for at in ("2026-03-28 23:59", "2026-03-29 00:00", "2026-03-29 23:59",
                                                 "2026-03-30 00:00")]  # fmt: skip
    day = date(2026, 3, 29)
    assert list(HistoryQuery(since=day, until=day).rows().order_by("created_at")) == rows[1:3]


def test_moments_are_not_included(servers: list[LicenseServer]) -> None:
    rows = [an_upload(servers[0], f"2026-03-28 0{hour}:00") for hour in (1, 2, 3)]
    asked = HistoryQuery(after=rows[0].created_at, before=rows[2].created_at)
    assert list(asked.rows()) == [rows[1]]


NONSENSE: list[tuple[dict[str, Any], str, str]] = [
    ({"program": "spyware"}, "program", "There are: call_home, ceip, event_data, telemetry."),
    ({"program": "\0"}, "program", "There is no program of this code."),
    ({"kind": "anonymous", "program": "telemetry"}, "kind", "There are: compliance, usage, unknown."),
    ({"state": "lost"}, "state", "There is no state of this name. There are: queued,"),
    ({"origin": "wind"}, "origin", "There are: sent, observed, carried."),
    ({"cause": "wind"}, "cause", "There is no cause of this name."),
    ({"since": date(2026, 3, 2), "until": date(2026, 3, 1)}, "until", "This day lies before the first."),
    ({"until": date(9999, 12, 31)}, "until", "This day is out of range."),
]


@pytest.mark.parametrize(("asked", "field", "sentence"), NONSENSE, ids=str)
def test_each_value_without_sense_has_a_sentence(db: None, asked: dict[str, Any], field: str, sentence: str) -> None:
    problems = HistoryQuery(**asked).problems()
    assert list(problems) == [field]
    assert sentence in problems[field]


def test_the_first_day_of_the_calendar_is_out_of_range_east_of_greenwich(servers: list[LicenseServer]) -> None:
    assert list(HistoryQuery(server=servers[0], since=date(1, 1, 1)).problems()) == ["since"]


def test_a_program_of_the_vendor_can_be_looked_for_once_seen(servers: list[LicenseServer]) -> None:
    row = an_upload(servers[0], "2026-03-28 01:00")
    Upload.objects.update(program="CTX_UPLOAD_TYPE_X", kind="unknown", result_code="CTX_NEW", cause="unknown")
    asked = HistoryQuery(program="CTX_UPLOAD_TYPE_X", kind="unknown", cause="unknown")
    assert (asked.problems(), list(asked.rows())) == ({}, [row])


def offered(server: LicenseServer) -> Iterator[HistoryQuery]:
    """Every combination of filters that the pages and the API offer, with a common and with a rare value of each."""
    day = NEWEST.date() - timedelta(days=3)
    for server_or_none, program, state, cause, origin, since in product(
        (None, server), ("", "telemetry"), ("", "delivered", "refused"), ("", *CAUSES[2:]), ("", "sent", "carried"),
        (None, day),
    ):  # fmt: skip
        yield HistoryQuery(server=server_or_none, program=program, state=state, cause=cause, origin=origin, since=since)


def pages(asked: HistoryQuery) -> Iterator[UploadQuerySet]:
    """The first page, and one in the middle in both directions."""
    rows, middle = asked.rows(), (NEWEST - timedelta(hours=200), 0)
    yield beyond(rows, ())[:26]  # type: ignore[misc]
    yield beyond(rows, middle)[:26]  # type: ignore[misc]
    yield beyond(rows, middle, newer=True)[:26]  # type: ignore[misc]


def faults(plan: str, *, is_filtered: bool) -> list[str]:
    """What a plan does that takes longer the longer the history is."""
    if connection.vendor == "postgresql":  # it may gather and sort what it expects to fill a few pages at most
        sorts = [f"Sort of {rows}" for rows in re.findall(r"Sort  \(cost=\S+ rows=(\d+)", plan) if int(rows) > SOME]
        return sorts + ["Seq Scan"] * ("Seq Scan on uploads_upload" in plan)
    walks = "SCAN uploads_upload" in plan and (is_filtered or "USING INDEX" not in plan)
    is_sorted = "TEMP B-TREE" in plan and "INTEGER PRIMARY KEY" not in plan  # numbers that were looked up are few
    return ["TEMP B-TREE"] * is_sorted + ["SCAN"] * walks


def test_no_offered_combination_sorts_or_reads_the_whole_table(
    fleet: list[LicenseServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "FEW", SOME)
    bad = {}
    for asked in offered(fleet[0]):
        for number, page in enumerate(pages(asked)):
            plan = page.explain()
            if found := faults(plan, is_filtered=number > 0 or asked != HistoryQuery()):
                bad[f"{asked} page {number}"] = (found, plan)
    assert bad == {}


def test_a_part_that_finds_few_answers_for_the_whole(fleet: list[LicenseServer]) -> None:
    """Which database statistics know nothing of: each filter is common, together they find nothing."""
    asked = HistoryQuery(program="telemetry", state="delivered", cause=CAUSES[0])
    assert not asked.is_indexed
    with CaptureQueriesContext(connection) as asking:
        assert list(beyond(asked.rows(), ())[:26]) == []
    assert len(asking) <= 3
    assert not HistoryQuery(program="telemetry", cause=CAUSES[1], origin="carried").rows().exists()


def test_the_measure_notices_an_order_without_an_index(fleet: list[LicenseServer]) -> None:
    by_size = Upload.objects.order_by("size")[:26]
    assert faults(by_size.explain(), is_filtered=True)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL chooses its way by such estimates")
def test_the_database_knows_which_filters_find_the_same_rows(fleet: list[LicenseServer]) -> None:
    """Or it gathers and sorts thousands of rows where it expects one."""
    rows = Upload.objects.filter(program="ceip", state="refused", cause=CAUSES[3]).order_by()
    expected = int(re.findall(r"rows=(\d+)", rows.explain())[0])
    assert rows.count() > 30
    assert rows.count() / 2 < expected < rows.count() * 2
