"""Do the age of a report and the future of a disk look as they are?"""

from datetime import date, timedelta

import pytest

from dashboard.gauges import END, age_gauge, disk_chart
from uploads.disk import Disk, DiskState
from uploads.disk_forecast import Reading, forecast

GB = 10**9
TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("day", "sign", "words"),
    [
        (1, "", "89 days are left."),
        (60, "plan", "30 days are left."),
        (83, "act", "7 days are left."),
        (89, "act", "1 day is left."),
        (90, "act", "0 days are left."),
        (91, "act", "It is 1 day too old."),
    ],
)
def test_the_age_is_told_in_words_and_presses_as_the_line_does(day: int, sign: str, words: str) -> None:
    gauge = age_gauge(day, period=90)
    assert gauge.sign == sign
    assert gauge.label == f"The last report is on day {day} of 90. {words}"


def test_the_last_good_day_stands_before_the_field_of_what_is_over() -> None:
    fresh, last, over, long_over = (age_gauge(day, period=90).x or 0 for day in (0, 90, 91, 4000))
    assert fresh == 0 < last == END < over <= long_over == (END + 100) / 2


def test_an_age_that_is_not_known_has_no_place() -> None:
    gauge = age_gauge(None, period=90)
    assert (gauge.x, gauge.sign) == (None, "")
    assert gauge.label == "The age of the last report is not known."


def a_disk(*, by: int, days: int = 30, free: int = 40 * GB) -> DiskState:
    ago = [days - 1 - number for number in range(days)]
    readings = tuple(Reading(TODAY - timedelta(days=one), free + one * by) for one in ago)
    return DiskState(Disk(100 * GB, free), forecast(readings, today=TODAY), None, readings)


def places(points: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split(",") for point in points.split())]


def test_a_disk_that_fills_leads_to_the_line_of_the_full_disk() -> None:
    chart = disk_chart(a_disk(by=2 * GB), today=TODAY)
    assert chart
    (start, end), past = places(chart.ahead), places(chart.past)
    assert start == past[-1]
    assert end[1] == chart.full < start[1] < past[0][1] <= 160
    assert chart.first == TODAY - timedelta(days=29)
    assert chart.last > TODAY + timedelta(days=20)


def test_a_disk_that_does_not_fill_has_no_future_line() -> None:
    chart = disk_chart(a_disk(by=0), today=TODAY)
    assert chart
    assert (chart.ahead, chart.fan) == ("", "")


def test_what_is_far_away_is_cut_at_the_edge_below_the_full_disk() -> None:
    chart = disk_chart(a_disk(by=GB // 10), today=TODAY)
    assert chart
    x, y = places(chart.ahead)[-1]
    assert x == 1000
    assert y > chart.full


def test_one_reading_is_no_development_and_no_disk_is_no_drawing() -> None:
    assert disk_chart(a_disk(by=GB, days=1), today=TODAY) is None
    assert disk_chart(DiskState(None, forecast((), today=TODAY), None), today=TODAY) is None
