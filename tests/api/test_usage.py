"""What can be asked about use over time?"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from licenses import usage
from licenses.readings import Reading
from servers.models import LicenseServer
from tests.api.calling import get, is_problem

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAYS = "first=2026-01-04&last=2026-01-07"


@pytest.fixture
def read(server: LicenseServer) -> LicenseServer:
    """A server that was read on Monday, twice, and on Tuesday, when nothing was in use."""
    readings = [
        Reading("XDT_PLT_UD", "", MONDAY, 7, issued=25),
        Reading("XDT_PLT_UD", "", MONDAY.replace(hour=11), 9, issued=25, queued=2, reserved=1),
        Reading("XDT_PLT_UD", "", MONDAY.replace(day=6), 0),
        Reading("MPS_ENT_CCU", "2027.0206", MONDAY, 3),
    ]
    usage.record(server, readings, source="lmstat")
    return server


def days(client: Client, query: str) -> list[tuple[Any, ...]]:
    body = get(client, f"/usage?server=ls1.example.org&{query}").json()
    return [(day["day"], day["in_use"], day["issued"]) for day in body["days"]]


def test_it_tells_unknown_and_zero_apart(as_cleo: Client, read: LicenseServer) -> None:
    assert days(as_cleo, f"feature=XDT_PLT_UD&{DAYS}") == [
        ("2026-01-04", None, None),
        ("2026-01-05", 9, 25),
        ("2026-01-06", 0, None),
        ("2026-01-07", None, None),
    ]


def test_it_says_whose_days_they_are(as_cleo: Client, read: LicenseServer) -> None:
    body = get(as_cleo, f"/usage?server={read.guid}&feature=xdt_plt_ud&{DAYS}").json()
    assert (body["server"], body["feature"]) == (str(read.guid), "XDT_PLT_UD")
    assert (body["first"], body["last"]) == ("2026-01-04", "2026-01-07")
    assert body["days"][1]["in_use"] == 9


def test_it_knows_no_day_of_a_feature_that_is_licensed_but_was_never_read(
    as_cleo: Client, imported: LicenseServer
) -> None:
    assert days(as_cleo, f"feature=MPS_ENT_CCU&{DAYS}") == [(f"2026-01-0{day}", None, None) for day in range(4, 8)]


@pytest.mark.parametrize("query", ["server=ls1.example.org&feature=XDT_PLT_UB", "server=nowhere&feature=XDT_PLT_UD"])
def test_it_does_not_answer_for_what_it_never_heard_of(query: str, as_cleo: Client, read: LicenseServer) -> None:
    assert is_problem(get(as_cleo, f"/usage?{query}&{DAYS}"), 404)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (f"feature=X&{DAYS}", "server"),
        (f"server=ls1&{DAYS}", "feature"),
        ("server=ls1&feature=X&first=2026-01-01", "last"),
        ("server=ls1&feature=X&first=2026-02-30&last=2026-03-01", "first"),
        ("server=ls1&feature=X&first=2026-01-02&last=2026-01-01", "last"),
        ("server=ls1&feature=X&first=0001-01-01&last=9999-12-31", "first"),
        (f"server=ls1&feature=%00&{DAYS}", "feature"),
        (f"server=ls1&feature=X&pool=Y&{DAYS}", "pool"),
    ],
)
def test_it_says_which_parameter_makes_no_sense(query: str, field: str, as_cleo: Client, read: LicenseServer) -> None:
    response = get(as_cleo, f"/usage?{query}")
    assert is_problem(response, 400)
    assert list(response.json()["errors"]) == [field]


def test_it_answers_to_the_last_days_of_the_calendar(as_cleo: Client, read: LicenseServer) -> None:
    query = "feature=XDT_PLT_UD&first=9999-12-30&last=9999-12-31"
    assert [day for day, *_ in days(as_cleo, query)] == ["9999-12-30", "9999-12-31"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 4),
        ("?server=LS1.example.org", 4),
        ("?feature=xdt_plt_ud", 3),
        ("?pool=2027.0206", 1),
        ("?source=lmstat", 4),
        ("?source=udadmin", 0),
        ("?at_after=2026-01-05T09:00:00Z", 2),
        ("?at_before=2026-01-05T10:00:00Z", 2),
        ("?feature=XDT_PLT_UD&at_after=2026-01-05T10:00:00%2B01:00&at_before=2026-01-06", 1),
    ],
)
def test_it_filters_samples(query: str, found: int, as_cleo: Client, read: LicenseServer) -> None:
    assert len(get(as_cleo, f"/usage/samples{query}").json()["results"]) == found


@pytest.mark.parametrize("query", ["server=nowhere", "source=hearsay", "at_after=soon", "feature=%00", "in_use=3"])
def test_it_says_which_filter_makes_no_sense(query: str, as_cleo: Client, read: LicenseServer) -> None:
    response = get(as_cleo, f"/usage/samples?{query}")
    assert is_problem(response, 400)
    assert list(response.json()["errors"]) == [query.partition("=")[0]]


def test_it_keeps_queued_and_reserved_apart_and_unknown_null(as_cleo: Client, read: LicenseServer) -> None:
    pool, zero, second, first = get(as_cleo, "/usage/samples").json()["results"]
    assert (second["in_use"], second["issued"], second["queued"], second["reserved"]) == (9, 25, 2, 1)
    assert (first["queued"], first["reserved"]) == (None, None)
    assert (zero["in_use"], zero["issued"]) == (0, None)
    assert (pool["pool"], pool["in_use"], pool["source"]) == ("2027.0206", 3, "lmstat")


def test_it_counts_days_in_the_server_s_own_zone(as_cleo: Client, server: LicenseServer) -> None:
    LicenseServer.objects.update(time_zone="Pacific/Auckland")
    server.refresh_from_db()
    usage.record(server, [Reading("XDT_PLT_UD", "", MONDAY.replace(hour=20), 4)], source="lmstat")
    known = [day for day, in_use, _ in days(as_cleo, f"feature=XDT_PLT_UD&{DAYS}") if in_use is not None]
    assert known == [date(2026, 1, 6).isoformat()]
