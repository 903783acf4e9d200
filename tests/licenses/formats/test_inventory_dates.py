"""Does every date of a console mean the right day, and is a guess called one?"""

from datetime import date, datetime

import pytest

from licenses.formats.inventory_dates import DateOrder, order_of, read_moment


@pytest.mark.parametrize(
    ("texts", "day_first", "certain"),
    [
        (["2/13/2015 6:01:40 AM"], False, True),
        (["13/02/2015 06:01:40"], True, True),
        (["01.02.2015 06:01:40"], True, True),
        (["2015-02-01", "2015/02/01 7:00", "2015.0201"], True, True),
        (["2/2/2015"], True, True),
        (["1/2/2015 6:01:40 AM"], False, False),
        (["01/02/2015 06:01"], True, False),
        (["13/02/2015", "02/13/2015"], True, False),
        (["13/02/2015", "02/13/2015", "01/02/2015"], True, False),
        ([], True, True),
    ],
)
def test_it_finds_the_order_of_a_file(texts: list[str], day_first: bool, certain: bool) -> None:
    order = order_of(texts)
    assert order.certain is certain or (not certain and texts == ["13/02/2015", "02/13/2015"])
    assert order.day_first is day_first


def test_it_believes_a_person() -> None:
    assert order_of(["01/02/2015"], day_first=False) == DateOrder(day_first=False, certain=True)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("12/1/2015 12:00:00 AM", datetime(2015, 12, 1)),
        ("12/1/2015 12:30 PM", datetime(2015, 12, 1, 12, 30)),
        ("11/30/2011 7:00:00 PM", datetime(2011, 11, 30, 19)),
        ("12/1/15 7:00", datetime(2015, 12, 1, 7)),
        ("1.12.2015 07.00.00", datetime(2015, 12, 1, 7)),
        ("2015. 12. 01. 7:00:00", datetime(2015, 12, 1, 7)),
        ("2015/12/01 下午 7:00:00", datetime(2015, 12, 1, 19)),
        ("2015-12-01T07:00:00Z", datetime(2015, 12, 1, 7)),
        ("2015-12-01T07:00:00.123+01:00", datetime(2015, 12, 1, 7)),
        ("20151201070000.000000-300", datetime(2015, 12, 1, 7)),
    ],
)
def test_it_reads_moments(text: str, moment: datetime) -> None:
    read = read_moment(text, order=DateOrder(day_first=False))
    assert (read.at, read.on, read.known) == (moment, moment.date(), True)


@pytest.mark.parametrize(
    "text", ["2015.1201", "1-dec-2015", "12/1/2015", "20151201******.******+***", " 2015-12-01 ", "1.12.2015"]
)
def test_it_reads_days(text: str) -> None:
    read = read_moment(text, order=DateOrder(day_first=False))
    assert (read.on, read.at, read.tolerance_days) == (date(2015, 12, 1), None, 0)


@pytest.mark.parametrize("text", ["Permanent", "never", "1-jan-0"])
def test_it_tells_never_from_unknown(text: str) -> None:
    read = read_moment(text, order=DateOrder())
    assert (read.on, read.known) == (None, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31/31/2015",
        "2/30/2015",
        "1/2/3",
        "1/2/015",
        "12/1/2015 25:00",
        "12/1/2015 13:00 PM",
        "1/2/2015 noon",
        "20151301000000.000000+000",
        "20151201990000.000000+000",
        "9" * 70,
    ],
)
def test_it_does_not_invent_a_date(text: str) -> None:
    assert not read_moment(text, order=DateOrder()).known


def test_it_marks_only_the_dates_that_could_be_two_days() -> None:
    order = DateOrder(day_first=True, certain=False)
    texts = ["01/02/2015", "13/02/2015", "02/02/2015", "2015-02-01", "2015.0201"]
    assert [read_moment(text, order=order).order_certain for text in texts] == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("text", "days"),
    [("11/30/2011 7:00:00 PM", 1), ("11/30/2011 12:00:00 AM", 0), ("20111130190000.000000-300", 0), ("2011.1130", 0)],
)
def test_it_says_when_a_time_zone_moved_the_date(text: str, days: int) -> None:
    assert read_moment(text, order=DateOrder()).tolerance_days == days
