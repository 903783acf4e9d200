"""How did use develop? Bars and limit lines of a chart, as numbers for a drawing and as words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from languages.numbers import number
from languages.sentences import said_after_each_other
from licenses.usage import DayOfUse

HEIGHT = 160
TOP = 18  # room for the words on the highest line


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: `css` is bar, bar hot (at or over the contracted licenses) or missing."""

    css: str
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Limit:
    """A line across the chart with its words: above it, or below where a line close above would run through them."""

    y: float
    words: str
    dy: int = -5


@dataclass(frozen=True, slots=True)
class Chart:
    """Days of use against what is installed; `label` says the same to those who do not see it."""

    bars: tuple[Bar, ...]
    limits: tuple[Limit, ...]
    label: str


def chart_of(days: Sequence[DayOfUse], *, contracted: int, overdraft: int) -> Chart:
    """A bar a day, hatched where nothing was read, and lines at the contracted and at the total number."""
    peaks = [day.in_use for day in days if day.in_use is not None]
    most = max([contracted + overdraft, *peaks, 1])
    width = 100 / max(len(days), 1)
    bars = tuple(_bar(day, number * width, width * 0.72, most, contracted) for number, day in enumerate(days))
    return Chart(bars, tuple(_limits(contracted, overdraft, most)), _label(days, peaks, contracted, overdraft))


def _bar(day: DayOfUse, x: float, width: float, most: int, contracted: int) -> Bar:
    if day.in_use is None:
        return Bar("missing", round(x, 2), round(width, 2), TOP, HEIGHT - TOP)
    height = round(day.in_use * (HEIGHT - TOP) / most, 1)
    css = "bar hot" if contracted and day.in_use >= contracted else "bar"
    return Bar(css, round(x, 2), round(width, 2), round(HEIGHT - height, 1), height)


def _limits(contracted: int, overdraft: int, most: int) -> list[Limit]:
    lines = [(contracted, _("%(number)s contracted") % {"number": number(contracted)})] if contracted else []
    lines += (
        [(contracted + overdraft, _("%(number)s with overdraft") % {"number": number(contracted + overdraft)})]
        if overdraft
        else []
    )
    found = [Limit(round(HEIGHT - count * (HEIGHT - TOP) / most, 1), words) for count, words in lines]
    if len(found) > 1 and found[0].y - found[1].y < TOP:
        found[0] = replace(found[0], dy=TOP - 4)
    return found


def _label(days: Sequence[DayOfUse], peaks: Sequence[int], contracted: int, overdraft: int) -> str:
    if not peaks:
        said = ngettext(
            "No reading in %(days)d day: use is not known.", "No reading in %(days)d days: use is not known.", len(days)
        )
        return said % {"days": len(days)}
    missing = len(days) - len(peaks)
    said = ngettext(
        "Daily peak use over %(days)d day, from %(least)s to %(most)s.",
        "Daily peak use over %(days)d days, from %(least)s to %(most)s.",
        len(days),
    )
    words = [said % {"days": len(days), "least": number(min(peaks)), "most": number(max(peaks))}]
    limits = {"contracted": number(contracted), "overdraft": number(overdraft)}
    if contracted and overdraft:
        words.append(_("%(contracted)s contracted and %(overdraft)s overdraft.") % limits)
    elif contracted:
        words.append(_("%(contracted)s contracted.") % limits)
    if missing:
        unread = ngettext("%(days)d day has no reading.", "%(days)d days have no reading.", missing)
        words.append(unread % {"days": missing})
    return said_after_each_other(words)
