"""Is a failed report tried again in the vendor's time, and sooner only where that was asked for?"""

from datetime import UTC, datetime, timedelta

import pytest

from programs.deadline import LADDER, retry_wait

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(0, 24), (59, 24), (60, 12), (75, 12), (76, 6), (82, 6), (83, 3), (88, 3), (89, 1), (90, 1), (91, 1), (400, 1)],
)
def test_the_wait_shortens_as_day_90_nears(day: int, hours: int) -> None:
    now = NOON + day * DAY
    assert retry_wait(NOON, now=now, deadline_aware=True) == hours * HOUR
    assert retry_wait(NOON, now=now, deadline_aware=False) == DAY


def test_every_step_is_shorter_than_the_one_before_and_ends_before_the_next_begins() -> None:
    """A wait that reached over the next step would take a try from it."""
    waits = [wait for _, wait in LADDER]
    assert waits == sorted(waits)
    assert waits[-1] < DAY
    assert all(wait < DAY for wait in waits)


def test_a_success_that_a_wrong_clock_dated_into_the_future_shortens_nothing() -> None:
    assert retry_wait(NOON + DAY, now=NOON, deadline_aware=True) == DAY
