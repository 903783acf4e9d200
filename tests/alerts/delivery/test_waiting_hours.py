"""Do quiet hours and digests follow the clock on the wall, also in the nights in which it jumps?"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.waiting_hours import is_quiet, next_time

AMSTERDAM, LORD_HOWE = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Australia/Lord_Howe")
ZONES = ["UTC", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]


def at(text: str, zone: ZoneInfo = AMSTERDAM) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("wall", "quiet"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("05:59", True), ("06:00", False)],
)
def test_the_night_begins_and_ends_on_the_wall(wall: str, *, quiet: bool) -> None:
    now = at(f"2026-01-10T{wall}")
    assert is_quiet(now, start=time(22), end=time(6), zone=AMSTERDAM) is quiet


def test_quiet_hours_can_lie_within_one_day() -> None:
    quiet = [
        is_quiet(at(f"2026-01-10T{hour:02}:00"), start=time(9), end=time(17), zone=AMSTERDAM) for hour in range(24)
    ]
    assert [hour for hour, is_so in enumerate(quiet) if is_so] == list(range(9, 17))


@pytest.mark.parametrize(
    ("now", "until", "expected"),
    [
        ("2026-01-10T23:00", time(6), "2026-01-11T05:00Z"),  # winter
        ("2026-07-10T23:00", time(6), "2026-07-11T04:00Z"),  # summer
        ("2026-03-28T23:00", time(6), "2026-03-29T04:00Z"),  # the night in which an hour is missing
        ("2026-10-24T23:00", time(6), "2026-10-25T05:00Z"),  # the night that has one more
        ("2026-03-29T01:30", time(2, 30), "2026-03-29T01:30Z"),  # 02:30 does not come: 03:30 summer time
        ("2026-10-25T01:30", time(2, 30), "2026-10-25T00:30Z"),  # 02:30 comes twice: the nearer
    ],
)
def test_the_end_of_the_night_is_what_the_wall_shows(now: str, until: time, expected: str) -> None:
    assert next_time(at(now), at=until, zone=AMSTERDAM) == datetime.fromisoformat(expected)


def test_between_the_two_half_past_twos_it_waits_for_the_second() -> None:
    first = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45 summer time
    assert next_time(first, at=time(2, 30), zone=AMSTERDAM) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_digest_of_the_week_comes_on_its_day() -> None:
    tuesday = at("2026-03-10T09:42")
    assert next_time(tuesday, at=time(7), zone=AMSTERDAM, weekday=0) == at("2026-03-16T07:00")
    assert next_time(tuesday, at=time(12), zone=AMSTERDAM, weekday=1) == at("2026-03-10T12:00")
    assert next_time(at("2026-03-16T07:00"), at=time(7), zone=AMSTERDAM, weekday=0) == at("2026-03-23T07:00")


@given(
    now=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    start=st.times(),
    end=st.times(),
    zone=st.sampled_from(ZONES),
)
def test_whenever_the_night_ends_it_is_over_within_a_day_and_not_quiet(
    now: datetime, start: time, end: time, zone: str
) -> None:
    if start == end:
        return
    after = next_time(now, at=end, zone=ZoneInfo(zone))
    assert timedelta() < after - now <= timedelta(hours=25)
    wall = after.astimezone(ZoneInfo(zone)).time()
    if wall == end.replace(fold=wall.fold):  # else the clock jumped over it
        assert not is_quiet(after, start=start, end=end, zone=ZoneInfo(zone))


@given(
    now=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    hour=st.integers(0, 23),
    day=st.integers(0, 6),
    zone=st.sampled_from(ZONES),
)
def test_a_week_has_one_digest(now: datetime, hour: int, day: int, zone: str) -> None:
    first = next_time(now, at=time(hour), zone=ZoneInfo(zone), weekday=day)
    assert timedelta() < first - now <= timedelta(days=7, hours=1)
    assert first.astimezone(ZoneInfo(zone)).weekday() == day
