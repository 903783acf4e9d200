"""Does each day of the strip tell what happened on it, in the server's own days?"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dashboard.ticks import Strip, strips_of
from servers.models import LicenseServer
from servers.registry import change_server
from tests.dashboard.conftest import Login, an_upload, moment
from uploads.models import Trigger
from uploads.states import State


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """The day after the clocks went forward in Amsterdam."""
    with time_machine.travel(datetime(2026, 3, 30, 12, tzinfo=UTC), tick=False):
        yield


def strip(server: LicenseServer, *, days: int = 3, program: str = "telemetry") -> Strip:
    expected = {"telemetry": moment("2026-01-01 00:00"), "ceip": None}
    return strips_of(server, days=days, now=timezone.now(), expected_since=expected)[program]


def drawn(server: LicenseServer, **facts: int | str) -> list[str]:
    return [tick.css for tick in strip(server, **facts).ticks]  # type: ignore[arg-type]


CARRIED = {"trigger": Trigger.CARRIED}
DAYS: list[tuple[list[dict[str, object]], str, str]] = [
    ([{}], "ok", "delivered"),
    ([{"attempt_count": 3}], "late", "delivered after retries"),
    ([{"state": State.FAILED}, {}], "late", "delivered after retries"),
    ([{"state": State.FAILED}], "bad", "failed"),
    ([{}, {"kind": "usage", "state": State.REFUSED}], "bad", "failed"),
    ([{}, {"kind": "usage", "state": State.QUEUED}], "now", "running"),
    ([{"state": State.READY, **CARRIED}], "hold", "carried or to be carried, no receipt yet"),
    ([{"state": State.CARRIED, **CARRIED}], "hold", "carried or to be carried, no receipt yet"),
    ([{**CARRIED}], "ok", "delivered"),
    ([{"state": State.OBSERVED, "result_code": "CTX_UPLOADER_SUCCESS"}], "ok", "delivered"),
    ([{"state": State.OBSERVED, "result_code": "OTHER"}], "bad", "failed"),
    ([{"state": State.OBSERVED}], "gap", "observed, result not known"),
    ([{"state": State.CANCELED}], "none", "canceled"),
    ([], "gap", "no record"),
]


@pytest.mark.parametrize(("rows", "css", "words"), DAYS)
def test_it_tells_what_a_day_came_to(
    server: LicenseServer, rows: list[dict[str, object]], css: str, words: str
) -> None:
    for number, facts in enumerate(rows):
        an_upload(server, days_ago=1 + number / 1000, **facts)  # type: ignore[arg-type]
    found = strip(server)
    assert [tick.css for tick in found.ticks][1] == css
    assert f"1 {words}" in found.summary or (words, css) == ("no record", "gap")
    assert next(run.words for run in found.runs if run.first.day <= 29 <= run.last.day) == words


def test_it_counts_days_in_the_servers_zone_also_where_one_has_23_hours(server: LicenseServer) -> None:
    change_server(server, time_zone="Europe/Amsterdam")
    for at in ("2026-03-28 23:30", "2026-03-29 21:59", "2026-03-29 22:00"):
        an_upload(server, created_at=moment(at), period=moment(at), state=State.FAILED)
    assert drawn(server) == ["gap", "bad", "bad"]
    assert [(run.first.day, run.last.day, run.words) for run in strip(server).runs] == [
        (29, 30, "failed"),
        (28, 28, "no record"),
    ]


def test_it_reads_every_program_at_once(server: LicenseServer) -> None:
    an_upload(server, days_ago=1)
    an_upload(server, days_ago=1, program="ceip", kind="anonymous", state=State.FAILED)
    with CaptureQueriesContext(connection) as asking:
        assert (drawn(server), len(asking)) == (["gap", "ok", "none"], 1)
    assert drawn(server, program="ceip") == ["none", "bad", "none"]


def test_it_lists_the_days_with_the_way_to_their_uploads(server: LicenseServer, cleo: User, login: Login) -> None:
    bad = an_upload(server, state=State.FAILED, days_ago=1)
    an_upload(server, days_ago=2)
    client, url = login(cleo), reverse("uploads", args=[server.guid])
    address = "?program=telemetry&amp;since=2026-03-29&amp;until=2026-03-29"
    assert f'<a href="{address}#history">' in client.get(url).content.decode()
    page = client.get(url + address.replace("&amp;", "&")).content.decode()
    assert (f'id="u-{bad.pk}"' in page, page.count('<tr id="u-')) == (True, 1)
