"""Is the next upload due when the vendor's rule says so, whatever the clocks on the wall do?"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from programs.schedule import (
    FIRST_UPLOAD_AFTER,
    current_slot,
    day_number,
    days_left,
    first_slot,
    next_slot,
    report_day,
    slot_of_day,
)
from servers.registry import ONE_START

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ZONES = st.sampled_from(["UTC", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=ZONES.map(ZoneInfo))
EXAMPLES = settings(max_examples=100, deadline=None)


def test_the_first_is_due_five_minutes_after_the_service_started() -> None:
    due = NOON + timedelta(minutes=5)
    assert first_slot(NOON) == next_slot(NOON, now=NOON) == due
    assert current_slot(NOON, now=due - timedelta(microseconds=1)) is None
    assert current_slot(NOON, now=due) == due


def test_then_one_is_due_every_24_hours() -> None:
    first = first_slot(NOON)
    assert next_slot(NOON, now=first) == first + DAY
    assert current_slot(NOON, now=first + 3 * DAY - timedelta(seconds=1)) == first + 2 * DAY


def test_after_days_without_a_tick_only_the_newest_is_due() -> None:
    assert current_slot(NOON, now=NOON + timedelta(days=10, hours=1)) == first_slot(NOON) + 10 * DAY


@given(MOMENTS, MOMENTS)
@EXAMPLES
def test_slots_are_whole_days_after_the_first_and_enclose_now(start: datetime, now: datetime) -> None:
    following, current = next_slot(start, now=now), current_slot(start, now=now)
    assert (following - first_slot(start)) % DAY == timedelta(0)
    assert following > now.astimezone(UTC)
    if current is None:
        assert now.astimezone(UTC) < first_slot(start) == following
    else:
        assert current <= now.astimezone(UTC)
        assert following - current == DAY


@given(MOMENTS, MOMENTS, ZONES, ZONES)
@EXAMPLES
def test_neither_zone_nor_daylight_saving_matters(start: datetime, now: datetime, one: str, other: str) -> None:
    here, there = start.astimezone(ZoneInfo(one)), now.astimezone(ZoneInfo(other))
    plain, local = start.astimezone(UTC), now.astimezone(UTC)
    assert next_slot(here, now=there) == next_slot(plain, now=local)
    assert current_slot(here, now=there) == current_slot(plain, now=local)
    assert days_left(here, now=there) == days_left(plain, now=local)


def test_the_night_of_the_change_is_24_hours_long_too() -> None:
    start = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))  # the clocks change that night
    after = next_slot(start, now=start + timedelta(hours=1))
    assert after.astimezone(start.tzinfo).hour == 13
    assert after - first_slot(start) == DAY


def test_a_restart_does_not_shift_the_slots() -> None:
    last, restarted = first_slot(NOON), NOON + timedelta(hours=3)
    assert current_slot(restarted, now=restarted + timedelta(hours=1), last=last) == last
    assert next_slot(restarted, now=restarted + timedelta(hours=1), last=last) == last + DAY
    assert current_slot(restarted, now=last + DAY, last=last) == last + DAY


def test_a_slot_that_came_while_nobody_looked_waits_for_the_five_minutes_after_the_restart() -> None:
    last, restarted = first_slot(NOON), NOON + DAY + timedelta(hours=3)
    opens = restarted + timedelta(minutes=5)
    assert current_slot(restarted, now=opens - timedelta(microseconds=1), last=last) is None
    assert next_slot(restarted, now=restarted, last=last) == opens
    assert current_slot(restarted, now=opens, last=last) == last + DAY


def test_after_a_restart_without_a_missed_slot_the_next_one_comes_as_before() -> None:
    last, restarted = first_slot(NOON), NOON + timedelta(hours=3)
    assert next_slot(restarted, now=restarted, last=last) == last + DAY
    late = last + DAY - timedelta(minutes=1)
    assert next_slot(late, now=late, last=last) == late + timedelta(minutes=5)


def test_a_start_that_a_wrong_clock_noted_in_the_future_stops_nothing() -> None:
    start = NOON + 900 * DAY
    assert current_slot(start, now=NOON) == first_slot(start) - 901 * DAY
    assert current_slot(start, now=NOON, last=NOON - timedelta(hours=2)) == NOON - timedelta(hours=2)
    assert next_slot(start, now=NOON) == first_slot(start) - 900 * DAY


def test_the_clocks_of_two_machines_may_differ_a_little() -> None:
    start = NOON + timedelta(seconds=30)
    assert current_slot(start, now=NOON) is None
    assert next_slot(start, now=NOON) == first_slot(start)


@given(MOMENTS, MOMENTS, MOMENTS)
@EXAMPLES
def test_slots_go_on_from_the_last_whatever_the_start(start: datetime, now: datetime, last: datetime) -> None:
    slot, following = current_slot(start, now=now, last=last), next_slot(start, now=now, last=last)
    assert following > now.astimezone(UTC)
    if slot is None:
        assert now.astimezone(UTC) < first_slot(start) <= following
    else:
        assert (slot - last.astimezone(UTC)) % DAY == timedelta(0)
        assert timedelta(0) <= now.astimezone(UTC) - slot < DAY
        assert following == slot + DAY


def test_starts_that_count_as_one_are_no_closer_than_the_wait_after_a_start() -> None:
    """Else a service that is restarted again and again would put off its uploads for ever."""
    assert ONE_START >= FIRST_UPLOAD_AFTER


@pytest.mark.parametrize(
    ("age", "day", "left"),
    [
        (timedelta(0), 0, 90),
        (DAY - timedelta(seconds=1), 0, 90),
        (DAY, 1, 89),
        (90 * DAY, 90, 0),
        (91 * DAY - timedelta(seconds=1), 90, 0),
        (91 * DAY, 91, -1),
        (-DAY, 0, 90),
    ],
)
def test_day_90_is_still_compliant_and_day_91_is_not(age: timedelta, day: int, left: int) -> None:
    assert (report_day(NOON, now=NOON + age), days_left(NOON, now=NOON + age)) == (day, left)


def test_days_are_numbered_from_the_day_the_server_is_known() -> None:
    first = first_slot(NOON)
    assert [day_number(NOON, first + days * DAY) for days in (0, 1, 211)] == [1, 2, 212]
    assert day_number(NOON + timedelta(hours=1), first) == 0, "it came before the server was added"


@given(
    st.lists(st.timedeltas(timedelta(0), timedelta(days=5)), max_size=8),
    st.timedeltas(timedelta(0), timedelta(days=2)),
)
@example([timedelta(minutes=5)] * 4 + [timedelta(seconds=11380), DAY + timedelta(seconds=1)], timedelta(seconds=73519))
@EXAMPLES
def test_whoever_misses_no_slot_has_no_gap_in_the_numbers(runs: list[timedelta], known_for: timedelta) -> None:
    """The service restarts after each of these runs; every slot that comes is planned, and the next go on from it."""
    started, last, numbers = NOON, None, []
    for run in [*runs, 3 * DAY]:
        newest = slot = current_slot(started, now=started + run, last=last)
        while slot is not None and slot >= (first_slot(started) if last is None else last + DAY):
            numbers.append(day_number(NOON - known_for, slot))
            slot -= DAY
        last, started = newest or last, started + run
    numbers = sorted(set(numbers))
    missed = [late - early for early, late in pairwise(numbers) if late - early > 1]
    # Only a service that ran less than five minutes at a time can let a day pass without any slot.
    assert not missed or any(run < timedelta(minutes=5) for run in runs)


@given(MOMENTS, MOMENTS, st.integers(0, 4000))
@EXAMPLES
def test_the_slot_of_a_day_has_its_number(started: datetime, since: datetime, day: int) -> None:
    slot = slot_of_day(first_slot(started), since=since, day=day)
    assert day_number(since, slot) == day
    assert (slot - first_slot(started)) % DAY == timedelta(0)
