"""How old is the last report, and how does the disk fill? Numbers for two small drawings, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from uploads.disk import Disk, DiskState
from uploads.disk_forecast import WINDOW, Forecast, Reading

END = 92.0  # percent of the width where the last good day stands; what is over lies beyond
STEPS = (0, 30, 60, 90)
ACT_DAYS, PLAN_DAYS = 7, 30
WIDE, HIGH, TOP = 1000, 160, 18  # the drawing of the disk; TOP leaves room for the words on the line of the full disk
LEAST_AHEAD, MOST_AHEAD = 30, 180  # days of the future that are drawn


@dataclass(frozen=True, slots=True)
class AgeGauge:
    """A ruler of as many days as a report is good for. `x` is None while no age is known."""

    steps: tuple[tuple[int, float], ...]
    plan_from: float
    act_from: float
    end: float
    x: float | None
    sign: str
    label: str


def age_gauge(day: int | None, *, period: int) -> AgeGauge:
    """Where day `day` of `period` stands. The last day is still good; what is over stands at the right edge."""
    left = None if day is None else period - day
    sign = "" if left is None or left > PLAN_DAYS else "plan" if left > ACT_DAYS else "act"
    return AgeGauge(
        steps=tuple((step, _x(step, period)) for step in STEPS if step <= period),
        plan_from=_x(period - PLAN_DAYS, period),
        act_from=_x(period - ACT_DAYS, period),
        end=END,
        x=None if day is None else _x(day, period),
        sign=sign,
        label=_age_words(day, left, period),
    )


def _x(day: int, period: int) -> float:
    return round(min(max(day, 0) * END / period, (END + 100) / 2), 2)


def _age_words(day: int | None, left: int | None, period: int) -> str:
    if day is None or left is None:
        return _("The age of the last report is not known.")
    said = _("The last report is on day %(day)d of %(period)d.") % {"day": day, "period": period}
    if left < 0:
        rest = ngettext("It is %(count)d day too old.", "It is %(count)d days too old.", -left) % {"count": -left}
    else:
        rest = ngettext("%(count)d day is left.", "%(count)d days are left.", left) % {"count": left}
    return f"{said} {rest}"


@dataclass(frozen=True, slots=True)
class DiskChart:
    """What was used day by day, and where that leads. `past` and `fan` are points of a drawing 1,000 wide."""

    past: str
    ahead: str
    fan: str
    today: float
    full: int
    total: int
    first: date
    last: date


def disk_chart(state: DiskState, *, today: date) -> DiskChart | None:
    """The drawing, or None where fewer than two days were read: a single point is no development."""
    recent = [one for one in state.readings if today - WINDOW <= one.day <= today]
    if state.disk is None or len(recent) < 2:
        return None
    ahead = _days_ahead(state.forecast, today)
    first = recent[0].day
    scale = _Scale(first, (today - first).days + ahead, state.disk.total)
    return DiskChart(
        past=" ".join(scale.point(one.day, state.disk.total - one.free) for one in recent),
        ahead=_ahead(state.forecast, recent, state.disk, scale),
        fan=_fan(state.forecast, recent, state.disk, scale),
        today=round(scale.x(today) / 10, 2),
        full=TOP,
        total=state.disk.total,
        first=first,
        last=date.fromordinal(today.toordinal() + ahead),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    days: int
    total: int

    def x(self, day: date) -> float:
        return round(min((day - self.first).days / max(self.days, 1), 1) * WIDE, 1)

    def point(self, day: date, used: int) -> str:
        height = (HIGH - TOP) * used / self.total if self.total else 0
        return f"{self.x(day)},{round(HIGH - height, 1)}"


def _days_ahead(found: Forecast, today: date) -> int:
    """So far that the forecast is in the drawing, within reason."""
    known = [day for day in (found.full_on, found.latest) if day]
    farthest = max(((day - today).days + 3 for day in known), default=0)
    return min(max(farthest, LEAST_AHEAD), MOST_AHEAD)


def _ahead(found: Forecast, recent: Sequence[Reading], disk: Disk, scale: _Scale) -> str:
    """From the last reading straight to the day when it is full; cut at the edge of the drawing."""
    if found.full_on is None:
        return ""
    return " ".join(_line(recent[-1], found.full_on, disk, scale))


def _fan(found: Forecast, recent: Sequence[Reading], disk: Disk, scale: _Scale) -> str:
    """Between the earliest and the latest day; without a latest one it is open to the edge."""
    if found.full_on is None or found.earliest is None:
        return ""
    start, early = _line(recent[-1], found.earliest, disk, scale)
    late = _line(recent[-1], found.latest, disk, scale)[1] if found.latest else f"{WIDE},{start.partition(',')[2]}"
    corner = [] if found.latest else [f"{WIDE},{TOP}"]
    return " ".join([start, early, *corner, late])


def _line(last: Reading, full_on: date, disk: Disk, scale: _Scale) -> tuple[str, str]:
    """Two points: the last reading, and the day of the full disk or where the line leaves the drawing."""
    used = disk.total - last.free
    edge = date.fromordinal(scale.first.toordinal() + scale.days)
    if full_on <= edge or full_on <= last.day:
        return scale.point(last.day, used), scale.point(full_on, disk.total)
    share = (edge - last.day).days / (full_on - last.day).days
    return scale.point(last.day, used), scale.point(edge, used + round(last.free * share))
