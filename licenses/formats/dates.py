"""Which day does a date in a license file mean?"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        start=1,
    )
}
WRITTEN_DATE = re.compile(r"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{1,4})")
CSS_VERSION = re.compile(r"([0-9]{4})\.([0-9]{2})([0-9]{2})")
LONGEST_DATE = 11


@dataclass(frozen=True, slots=True)
class ReadDate:
    """`on` is None for never; `known` is False when the text is no date at all."""

    on: date | None
    known: bool


NEVER = ReadDate(on=None, known=True)
UNREADABLE = ReadDate(on=None, known=False)


def read_date(text: str) -> ReadDate:
    """Read `dd-mmm-yyyy`, `permanent` or a zero year; English month names in any case."""
    return read_short_date(text) if len(text) <= LONGEST_DATE else UNREADABLE


def css_date(version: str) -> date | None:
    """Read a Citrix version `YYYY.MMDD` as its Customer Success Services date."""
    if len(version) != len("2008.0206"):
        return None
    match = CSS_VERSION.fullmatch(version)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    return _real_date(year, month, day)


@lru_cache(maxsize=4096)
def read_short_date(text: str) -> ReadDate:
    """The same for a text that is known to be short; the cache must not keep long ones."""
    if text.lower() == "permanent":
        return NEVER
    match = WRITTEN_DATE.fullmatch(text)
    if match is None or match[2].lower() not in MONTHS:
        return UNREADABLE
    if int(match[3]) == 0:
        return NEVER
    year = _full_year(match[3])
    on = _real_date(year, MONTHS[match[2].lower()], int(match[1])) if year else None
    return ReadDate(on=on, known=True) if on else UNREADABLE


def _full_year(digits: str) -> int | None:
    """Two digits: 70-99 lie in the last century (ours); three digits mean nothing."""
    year = int(digits)
    if len(digits) <= 2:
        return year + (1900 if year >= 70 else 2000)
    return year if year >= 1900 else None


def _real_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
