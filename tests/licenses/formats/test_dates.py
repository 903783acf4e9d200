"""Does every written form of a date mean the right day?"""

from datetime import date

import pytest

from licenses.formats.dates import css_date, read_date


@pytest.mark.parametrize(
    "text", ["permanent", "PERMANENT", "1-jan-0", "1-jan-00", "01-Jan-000", "31-dec-0000", "99-jan-0"]
)
def test_it_reads_never(text: str) -> None:
    assert read_date(text).known
    assert read_date(text).on is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("06-feb-2027", date(2027, 2, 6)),
        ("6-FEB-2027", date(2027, 2, 6)),
        ("1-jan-20", date(2020, 1, 1)),
        ("1-jan-69", date(2069, 1, 1)),
        ("1-jan-70", date(1970, 1, 1)),
        ("31-dec-99", date(1999, 12, 31)),
    ],
)
def test_it_reads_a_day(text: str, day: date) -> None:
    assert read_date(text).on == day


@pytest.mark.parametrize(
    "text",
    ["", "soon", "31-feb-2027", "0-jan-2027", "1-okt-2027", "2027-01-01", "1-jan-105", "1-jan-0005", "١-jan-2027"],
)
def test_it_says_when_a_date_is_unreadable(text: str) -> None:
    assert not read_date(text).known


@pytest.mark.parametrize(
    ("version", "day"),
    [
        ("2008.0206", date(2008, 2, 6)),
        ("2037.1231", date(2037, 12, 31)),
        ("2008.0230", None),
        ("12.0", None),
        ("2011.11", None),
        ("2008.0206 ", None),
    ],
)
def test_it_reads_a_support_date_only_from_a_real_date(version: str, day: date | None) -> None:
    assert css_date(version) == day
