"""Are dates, distances, numbers and sizes said as the reader says them, and in English as ever?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import override

from languages import dates, numbers

DAY = date(2026, 5, 3)
MOMENT = datetime(2026, 5, 3, 4, 5, tzinfo=UTC)
HOUR = 3600


def test_english_dates_are_day_month_year() -> None:
    assert dates.day(DAY) == "3 May 2026"
    assert dates.day_of_month(DAY) == "3 May"
    assert dates.month(DAY) == "May 2026"
    assert (dates.weekday(DAY), dates.weekday(DAY, with_year=True)) == ("Sun 3 May", "Sun 3 May 2026")
    assert dates.moment(MOMENT) == "Sun 3 May, 04:05"
    assert dates.moment(MOMENT, with_year=True) == "Sun 3 May 2026, 04:05"
    assert dates.short_moment(MOMENT) == "3 May 04:05"


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_is_named_as_the_clock_of_the_machine_names_it(number: int) -> None:
    assert dates.month(date(2026, number, 1)) == f"{date(2026, number, 1):%b %Y}"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (HOUR - 1, "59 minutes ago"),
        (3 * HOUR, "3 hours ago"),
        (24 * HOUR, "1 day ago"),
        (364 * 24 * HOUR, "364 days ago"),
        (800 * 24 * HOUR, "2 years ago"),
        (-1, "in less than a minute"),
        (-60, "in 1 minute"),
        (-2 * 24 * HOUR, "in 2 days"),
        (-365 * 24 * HOUR, "in 1 year"),
    ],
)
def test_a_distance_is_said_in_the_largest_unit_that_fits(seconds: float, words: str) -> None:
    assert dates.distance(seconds) == words


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1,234,567.50"),
        ("de", "1.234.567,50"),
        ("fr", "1\xa0234\xa0567,50"),
        ("es", "1\xa0234\xa0567,50"),
        ("ja", "1,234,567.50"),
        ("zh-hans", "1,234,567.50"),
    ],
)
def test_a_number_has_the_marks_of_the_language(language: str, said: str) -> None:
    with override(language):
        assert numbers.number(1_234_567.5, decimals=2) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (999_999, "1,000.0 KB"),
        (1_234_567, "1.23 MB"),
        (9_999_999_999, "10,000.00 MB"),
        (10**10, "10.0 GB"),
        (1_234 * 10**9, "1,234.0 GB"),
    ],
)
def test_a_size_has_the_unit_that_people_count_in(count: int, said: str) -> None:
    assert numbers.size(count) == said


def test_a_speed_is_a_size_for_each_second() -> None:
    assert numbers.speed(2_500.7) == "2.5 KB/s"


@pytest.mark.parametrize(
    ("seconds", "said", "roughly"),
    [
        (0.04, "0.0 s", "1 s"),
        (59.4, "59.4 s", "59 s"),
        (60, "1:00 min", "1:00 min"),
        (3599.9, "59:59 min", "1:00 h"),
        (3725, "1:02 h", "1:02 h"),
    ],
)
def test_a_duration_is_said_as_exactly_as_it_is_known(seconds: float, said: str, roughly: str) -> None:
    assert numbers.span(timedelta(seconds=seconds)) == said
    assert numbers.rough_span(timedelta(seconds=seconds)) == roughly


@pytest.mark.parametrize(("count", "said"), [(0, "0 %"), (90, "90 %"), (100, "100 %")])
def test_a_percentage_has_its_sign(count: int, said: str) -> None:
    assert numbers.percent(count) == said
