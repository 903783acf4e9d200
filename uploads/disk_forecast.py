"""When will the disk be full? Pure arithmetic over one reading a day; what cannot be known is said to be unknown.

The slope is the median of the slopes between all pairs of days, so one day on which somebody copied a film there and
deleted it again changes nothing. The range comes from the middle half of those slopes. All of it is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations
from statistics import quantiles

WINDOW = timedelta(days=30)  # older readings tell of other times
LEAST_SPAN = timedelta(days=14)  # less than two weeks may be one busy week
LEAST_READINGS = 8  # and every other day of them, at least
FARTHEST = timedelta(days=730)  # nobody believes a date beyond


class Outlook(StrEnum):
    """What can be said."""

    TOO_EARLY = "too_early"
    STEADY = "steady"
    FILLING = "filling"


@dataclass(frozen=True, slots=True)
class Reading:
    """Free bytes at one day."""

    day: date
    free: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The day when nothing is free any more, between `earliest` and `latest`; None is beyond two years, or never.

    `days_known` is how long there are readings, of the 14 that are needed.
    """

    outlook: Outlook
    days_known: int
    full_on: date | None = None
    earliest: date | None = None
    latest: date | None = None


def forecast(readings: Sequence[Reading], *, today: date) -> Forecast:
    """What the readings of the last 30 days say. Days without a reading are no zero, they are left out."""
    recent = sorted((one for one in readings if today - WINDOW <= one.day <= today), key=lambda one: one.day)
    span = recent[-1].day - recent[0].day if recent else timedelta(0)
    if span < LEAST_SPAN or len(recent) < LEAST_READINGS:
        return Forecast(Outlook.TOO_EARLY, span.days)
    slopes = [(later.free - before.free) / (later.day - before.day).days for before, later in combinations(recent, 2)]
    steep, middle, flat = quantiles(slopes, n=4, method="inclusive")
    last = recent[-1]
    full_on = _full_on(last, middle)
    if full_on is None:
        return Forecast(Outlook.STEADY, span.days)
    return Forecast(Outlook.FILLING, span.days, full_on, _full_on(last, steep), _full_on(last, flat))


def _full_on(last: Reading, slope: float) -> date | None:
    """The day on which a line of this slope, in bytes a day, reaches zero."""
    if slope >= 0:
        return None
    days = last.free / -slope
    return last.day + timedelta(days=int(days)) if days <= FARTHEST.days else None
