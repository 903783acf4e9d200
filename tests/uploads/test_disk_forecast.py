"""Is the day when the disk is full told when it can be told, and only then?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploads.disk_forecast import Outlook, Reading, forecast

TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)
GB = 10**9


def falling(*, days: int, by: int, free: int = 100 * GB, every: int = 1) -> list[Reading]:
    """So many bytes less every day, and `free` left today."""
    return [Reading(TODAY - ago * DAY, free + ago * by) for ago in range(0, days, every)]


def test_a_disk_that_fills_evenly_is_full_on_a_day() -> None:
    found = forecast(falling(days=30, by=GB), today=TODAY)
    assert (found.outlook, found.full_on) == (Outlook.FILLING, TODAY + 100 * DAY)
    assert found.earliest == found.latest == found.full_on


@pytest.mark.parametrize("days", [0, 1, 2, 14])
def test_less_than_two_weeks_are_too_early(days: int) -> None:
    found = forecast(falling(days=days, by=GB), today=TODAY)
    assert (found.outlook, found.full_on, found.days_known) == (Outlook.TOO_EARLY, None, max(days - 1, 0))
    assert forecast(falling(days=15, by=GB), today=TODAY).outlook == Outlook.FILLING


def test_a_few_readings_with_holes_are_too_early_and_holes_are_no_zeros() -> None:
    assert forecast(falling(days=30, by=GB, every=5), today=TODAY).outlook == Outlook.TOO_EARLY
    assert forecast(falling(days=30, by=GB, every=3), today=TODAY).full_on == TODAY + 100 * DAY


@pytest.mark.parametrize("by", [0, -GB, 10**6])
def test_what_does_not_fill_or_not_within_two_years_is_steady(by: int) -> None:
    found = forecast(falling(days=30, by=by), today=TODAY)
    assert (found.outlook, found.full_on) == (Outlook.STEADY, None)


def test_one_wild_day_changes_nothing() -> None:
    readings = falling(days=30, by=GB)
    readings[10] = Reading(readings[10].day, 1)
    assert forecast(readings, today=TODAY).full_on == TODAY + 100 * DAY


def test_the_range_is_wider_where_days_differ() -> None:
    readings = [Reading(one.day, one.free + (ago % 3) * 3 * GB) for ago, one in enumerate(falling(days=30, by=GB))]
    found = forecast(readings, today=TODAY)
    assert found.earliest is not None is not found.latest
    assert found.full_on is not None
    assert found.earliest < found.full_on < found.latest


def test_what_is_older_than_a_month_or_lies_ahead_does_not_count() -> None:
    before = [Reading(TODAY - ago * DAY, GB) for ago in range(31, 90)]
    ahead = [Reading(TODAY + ago * DAY, 1) for ago in range(1, 9)]
    assert forecast([*before, *falling(days=30, by=GB), *ahead], today=TODAY).full_on == TODAY + 100 * DAY
    assert forecast(before, today=TODAY).outlook == Outlook.TOO_EARLY


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2**62)), max_size=40, unique_by=lambda one: one[0]))
def test_any_readings_give_an_answer_in_order(rows: list[tuple[int, int]]) -> None:
    found = forecast([Reading(TODAY - ago * DAY, free) for ago, free in rows], today=TODAY)
    if found.outlook == Outlook.FILLING:
        assert found.full_on is not None is not found.earliest
        assert found.earliest <= found.full_on <= (found.latest or found.full_on)
    else:
        assert found.full_on is None
