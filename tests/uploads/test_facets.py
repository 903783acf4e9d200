"""Is every count beside a filter true, and none of them the price of the page?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servers.models import LicenseServer
from tests.uploads.many_uploads import CAUSES
from tests.uploads.test_history import NEWEST, fleet, servers
from uploads import facets
from uploads.facets import FACETS, MOST, Choice, facets_of
from uploads.history import HistoryQuery
from uploads.models import Upload

__all__ = ["fleet", "servers"]
ASKED: list[dict[str, Any]] = [
    {},
    {"program": "ceip"},
    {"state": "failed"},
    {"origin": "observed", "state": "observed"},
    {"cause": CAUSES[3], "program": "telemetry"},
    {"since": NEWEST.date() - timedelta(days=2)},
    {"kind": "usage", "state": "delivered"},
]
NOT_COUNTED = (ASKED[4], ASKED[6])  # no index has exactly such filters


def true_count(asked: HistoryQuery, name: str, value: str) -> int:
    changes: dict[str, Any] = {name: value}
    return replace(asked, **changes).rows().count()


def every(found: dict[str, list[Choice]]) -> list[tuple[str, Choice]]:
    return [(name, one) for name in FACETS for one in found[name]]


@pytest.mark.parametrize("words", ASKED, ids=str)
def test_on_a_server_every_count_is_true_for_the_other_filters(fleet: list[LicenseServer], words: Any) -> None:
    asked = HistoryQuery(server=fleet[0], **words)
    for name, one in every(facets_of(asked)):
        assert (one.count, one.is_more) == (true_count(asked, name, one.value), False), (name, one)


@pytest.mark.parametrize("words", ASKED, ids=str)
def test_over_the_fleet_a_count_is_true_or_the_limit_or_missing(fleet: list[LicenseServer], words: Any) -> None:
    asked = HistoryQuery(**words)
    counted = [(name, one) for name, one in every(facets_of(asked)) if one.count is not None]
    for name, one in counted:
        truth = true_count(asked, name, one.value)
        assert (one.count, one.is_more) == (min(truth, MOST), truth > MOST), (name, one)
    assert bool(counted) is (words not in NOT_COUNTED)


def test_causes_that_find_nothing_are_not_offered(fleet: list[LicenseServer]) -> None:
    found = {one.value for one in facets_of(HistoryQuery(state="refused"))["cause"]}
    assert found == {CAUSES[3]}


def test_the_value_in_force_is_always_offered(fleet: list[LicenseServer]) -> None:
    asked = HistoryQuery(program="CTX_OLD", cause="gate")
    found = facets_of(asked)
    assert found["program"][-1].words == "CTX_OLD"
    assert {one.value: one.words for one in found["cause"]}["gate"] == "Held at the gate"


def test_counting_takes_one_question_whatever_is_there(fleet: list[LicenseServer]) -> None:
    for asked in (HistoryQuery(), HistoryQuery(server=fleet[0]), HistoryQuery(state="failed")):
        with CaptureQueriesContext(connection) as asking:
            facets_of(asked)
        assert len(asking) == 1


def test_a_server_with_too_many_rows_is_not_counted(
    fleet: list[LicenseServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MOST_OF_A_SERVER", Upload.objects.filter(server=fleet[0]).count() - 1)
    assert {one.count for _, one in every(facets_of(HistoryQuery(server=fleet[0])))} == {None}
