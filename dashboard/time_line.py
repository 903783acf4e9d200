"""Where does each clock stand on the line, and where do its words go? Numbers for a drawing; a list says the same."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alerts.clock import Clock, Shape
from alerts.severity import Severity
from dashboard.label_lanes import Place, Wish, places_of
from languages import dates
from languages.sentences import listed

STEPS = (0, 7, 14, 30, 60, 90, 180, 365)  # days left, drawn equally far apart
BETWEEN = {0: 1, 7: 1, 14: 2, 30: 5, 60: 5, 90: 15, 180: 30}  # days from one small tick to the next
FIELD_DAYS = 30  # ours: what is over for longer stands at the left edge
LANES, LANE_HEIGHT, RULER = 3, 34, 26
NARROWEST = 920.0  # pixels: the drawing is left out below this width, and words do not scale
GAP = 8  # pixels between a leader and its words
NARROW, CAPITALS = frozenset(" .,:;'|!()[]ilIjtfr-"), 9.0
NAME_LENGTH = 34
YEARS_FROM = 1000
SIGNS = {Severity.ACT: "act", Severity.PLAN: "plan"}


@dataclass(frozen=True, slots=True)
class Scale:
    """From days to percent of the width: today and a year from now have their places, the steps between are equal."""

    today: float
    year: float

    def x(self, days: int) -> float:
        """Linear between two steps. What is over stands left of today, what is beyond a year at the right edge."""
        if days < 0:
            return round(self.today - (self.today - 1) * min(-days, FIELD_DAYS) / FIELD_DAYS, 2)
        for number, (start, end) in enumerate(pairwise(STEPS)):
            if days <= end:
                return round(self.today + self._step * (number + (days - start) / (end - start)), 2)
        return round((self.year + 100) / 2, 2)

    @property
    def _step(self) -> float:
        return (self.year - self.today) / (len(STEPS) - 1)


WIDE, SMALL = Scale(8, 94), Scale(4, 97)


@dataclass(frozen=True, slots=True)
class Step:
    """A graduation: its place on both drawings, and its date."""

    days: int
    x: float
    small_x: float
    on: date


@dataclass(frozen=True, slots=True)
class Label:
    """Words beside a mark: where its two lines and its leader stand, and to which side they run."""

    left: str
    name: str
    date: str
    y: int
    leader_to: int
    is_left: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One day on the line with one shape, for one clock or for several that share it."""

    x: float
    small_x: float
    shape: Shape
    sign: str
    y: int
    span: tuple[float, float] | None
    label: Label | None


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The whole drawing."""

    marks: tuple[Mark, ...]
    steps: tuple[Step, ...]
    ticks: tuple[float, ...]
    top: int
    height: int
    summary: str

    @property
    def bottom(self) -> int:
        """Where the ruler ends."""
        return self.top + RULER


def time_line(clocks: Sequence[Clock], *, today: date) -> TimeLine:
    """The drawing of every clock that has a date. Fixed dates stand above the ruler, all others below."""
    dated = sorted((one for one in clocks if one.is_on_the_line), key=lambda one: (one.days_left or 0, one.title))
    upper = _groups([one for one in dated if one.shape == Shape.FIXED])
    lower = _groups([one for one in dated if one.shape != Shape.FIXED])
    over, under = (places_of([_wish(group) for group in side], lanes=LANES) for side in (upper, lower))
    top = 23 + LANE_HEIGHT * _lanes_in(over)
    end = top + RULER
    marks = [_mark(group, place, top - 8, today=today) for group, place in zip(upper, over, strict=True)]
    marks += [_mark(group, place, end + 8, today=today) for group, place in zip(lower, under, strict=True)]
    return TimeLine(
        marks=tuple(marks),
        steps=tuple(Step(days, WIDE.x(days), SMALL.x(days), today + timedelta(days=days)) for days in STEPS),
        ticks=tuple(WIDE.x(day) for start, stop in pairwise(STEPS) for day in range(start, stop, BETWEEN[start])[1:]),
        top=top,
        height=end + 12 + LANE_HEIGHT * _lanes_in(under),
        summary=_summary(dated),
    )


def sign_of(clock: Clock) -> str:
    """act within 7 days and after, plan within 30, else none.

    What success sets back carries no color before half of its time is over: a backup of yesterday is no trouble.
    """
    if clock.period and clock.days_left is not None and clock.days_left * 2 >= clock.period:
        return ""
    return SIGNS.get(clock.severity, "")


def words_left(days: int) -> str:
    """The days in words; thousands of days say nothing."""
    if days == 0:
        return _("today")
    count, is_over = abs(days), days < 0
    if count >= YEARS_FROM:
        count //= 365
        years = ngettext("%(count)d year over", "%(count)d years over", count) if is_over else ""
        return (years or ngettext("%(count)d year", "%(count)d years", count)) % {"count": count}
    said = ngettext("%(count)d day over", "%(count)d days over", count) if is_over else ""
    return (said or ngettext("%(count)d day", "%(count)d days", count)) % {"count": count}


def short_left(days: int) -> str:
    """The same for the drawing, where a day is one letter."""
    if days == 0 or abs(days) >= YEARS_FROM:
        return words_left(days)
    if days < 0:
        return pgettext("days, on the line of deadlines", "%(days)s d over") % {"days": -days}
    return pgettext("days, on the line of deadlines", "%(days)s d") % {"days": days}


def _groups(clocks: Sequence[Clock]) -> list[list[Clock]]:
    """Those that share a day and a shape are one mark: a hundred licenses that end on one day are no crowd."""
    ordered = sorted(clocks, key=lambda one: (one.days_left or 0, one.shape))
    return [list(group) for _, group in groupby(ordered, key=lambda one: (one.days_left, one.shape))]


def _lanes_in(places: Sequence[Place | None]) -> int:
    return max((place.lane + 1 for place in places if place), default=0)


def _words(group: Sequence[Clock]) -> tuple[str, str, str]:
    first = group[0]
    others = len(group) - 1
    pattern = ngettext("%(name)s and %(count)d more", "%(name)s and %(count)d more", others) if others else "%(name)s"
    room = NAME_LENGTH - len(pattern % {"name": "", "count": others})
    name = first.title.replace(" licenses expire", " expire").replace(" license expires", " expires")
    name = name.replace("CSS date, ", "CSS, ")  # the list has it whole
    if len(name) > room:
        name = f"{name[: room - 1].rstrip()}…"
    return short_left(first.days_left or 0), pattern % {"name": name, "count": others}, _date(first)


def _date(clock: Clock) -> str:
    assert clock.due
    if clock.earliest and clock.latest and clock.earliest != clock.latest:
        ends = {"first": dates.day_of_month(clock.earliest), "last": dates.day_of_month(clock.latest)}
        said = _("%(first)s to %(last)s") % ends
    else:
        is_far = (clock.days_left or 0) > STEPS[-1] or (clock.days_left or 0) < -FIELD_DAYS
        said = dates.weekday(clock.due, with_year=is_far)
    if clock.shape == Shape.RESETS:
        return _("%(date)s, resets itself") % {"date": said}
    return _("%(date)s, forecast") % {"date": said} if clock.shape == Shape.FORECAST else said


def _wish(group: Sequence[Clock]) -> Wish:
    left, name, day = _words(group)
    wide = max(pixels(f"{left} {name}"), pixels(day))
    return Wish(WIDE.x(group[0].days_left or 0), wide * 100 / NARROWEST, GAP * 100 / NARROWEST)


def pixels(words: str) -> float:
    """How wide words of 13 pixels get. Ours: a generous estimate, for the widest of the usual fonts."""
    return sum(_letter(letter) for letter in words)


def _letter(letter: str) -> float:
    if letter in NARROW:
        return 4.6
    if not letter.isascii():
        return 14.0
    return CAPITALS if letter.isupper() or letter in "mw%@&_…" else 7.4


def _mark(group: Sequence[Clock], place: Place | None, y: int, *, today: date) -> Mark:
    first = group[0]
    days = first.days_left or 0
    span = None
    if first.earliest and first.latest:
        span = (WIDE.x((first.earliest - today).days), WIDE.x((first.latest - today).days))
    return Mark(
        x=WIDE.x(days),
        small_x=SMALL.x(days),
        shape=first.shape,
        sign=sign_of(first),
        y=y,
        span=span,
        label=_label(group, place, y) if place else None,
    )


def _label(group: Sequence[Clock], place: Place, y: int) -> Label:
    above = group[0].shape == Shape.FIXED
    away = LANE_HEIGHT * place.lane
    return Label(
        *_words(group),
        y=y - 26 - away if above else y + 18 + away,
        leader_to=y - 38 - away if above else y + 36 + away,
        is_left=place.is_left,
    )


def _summary(clocks: Sequence[Clock]) -> str:
    """For those who hear the drawing; the list that follows has each."""
    if not clocks:
        return _("No clock has a date yet.")
    signs = Counter(sign_of(one) for one in clocks)
    act, plan = signs["act"], signs["plan"]
    counts = [
        (act, ngettext("%(count)d within 7 days or over", "%(count)d within 7 days or over", act)),
        (plan, ngettext("%(count)d within 30 days", "%(count)d within 30 days", plan)),
        (later := len(clocks) - act - plan, ngettext("%(count)d later", "%(count)d later", later)),
    ]
    parts = listed(words % {"count": count} for count, words in counts if count)
    said = ngettext(
        "%(count)d clock: %(parts)s. The list below gives each.",
        "%(count)d clocks: %(parts)s. The list below gives each.",
        len(clocks),
    )
    return said % {"count": len(clocks), "parts": parts}
