"""Which clocks run on a server, which do not, and which could not be judged? The words beside the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from alerts.clock import Clock, Shape, State
from dashboard.alert_places import Place, place_of
from dashboard.time_line import TimeLine, sign_of, time_line, words_left
from servers.models import LicenseServer

SHOWN = 20


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock in the list: how long it has, and where to look."""

    clock: Clock
    place: Place | None
    is_now: bool = False

    @property
    def left(self) -> str:
        """The days in words; what stands still or is full now was not over for a day."""
        return _("Now") if self.is_now else words_left(self.clock.days_left or 0)

    @property
    def sign(self) -> str:
        """The shape of how much it presses, "" for none."""
        return sign_of(self.clock)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The line with its list, nearest first, and what has no date.

    `dark` nobody could judge, `open_ended` runs without a date, `idle` does not run here.
    """

    line: TimeLine
    rows: tuple[ClockRow, ...]
    shown: tuple[ClockRow, ...]
    dark: tuple[Clock, ...]
    open_ended: tuple[Clock, ...]
    idle: tuple[Clock, ...]

    @property
    def nearest(self) -> ClockRow | None:
        """What comes first."""
        return self.rows[0] if self.rows else None


def clock_list(
    clocks: Sequence[Clock], server: LicenseServer | None, *, today: date, all_of_them: bool = False
) -> Clocks:
    """What the pages show of the clocks of a server, or of the installation; a long list is cut unless asked for."""
    known = [one for one in clocks if one.days_left is not None]
    known.sort(key=lambda one: (one.days_left or 0, one.title))
    rows = tuple(
        ClockRow(one, place_of(one.kind, server, feature=one.feature), _is_now(one, today=today)) for one in known
    )
    others = [one for one in clocks if one.days_left is None]
    return Clocks(
        line=time_line(known, today=today),
        rows=rows,
        shown=rows if all_of_them else rows[:SHOWN],
        dark=tuple(one for one in others if one.state == State.UNKNOWN),
        open_ended=tuple(one for one in others if one.state not in {State.UNKNOWN, State.NOT_APPLICABLE}),
        idle=tuple(one for one in others if one.state == State.NOT_APPLICABLE),
    )


def _is_now(clock: Clock, *, today: date) -> bool:
    """Over, and not since a day that lies behind us. What success sets back counts whole days, so there it never is."""
    left = clock.days_left or 0
    if clock.due is None:
        return left == -1
    return clock.shape != Shape.RESETS and left < 0 and clock.due >= today
