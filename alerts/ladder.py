"""When does a clock speak? On the steps of a ladder of days, and then ever again until somebody mends it. Pure."""

from collections.abc import Sequence
from functools import lru_cache

DEFAULT = (180, 90, 30, 14, 7, 1, 0)  # days left
OVERDUE = (-1, -7)  # the first day after, a week after, and from there every week
EVERY = 7
MOST_DAYS = 3650


@lru_cache(maxsize=1024)
def steps_of(ladder: tuple[int, ...], *, period: int | None = None) -> tuple[int, ...]:
    """The steps for a clock, the farthest first.

    A clock that success sets back to `period` days would stand on its upper steps while all is well; it has those
    below half of it. (90 days: 30, 14, 7, 1, 0; 30 days: 14, 7, 1, 0.)
    """
    wanted = sorted(set(ladder), reverse=True)
    return tuple(step for step in wanted if period is None or step * 2 < period)


def rung_of(days_left: int, steps: Sequence[int]) -> int | None:
    """The step that was reached last; None above the first. Negative steps are days after the end."""
    if days_left >= 0:
        return min((step for step in steps if step >= days_left), default=None)
    return _overdue_rung(-days_left)


def passed_over(before: int | None, rung: int, steps: Sequence[int]) -> tuple[int, ...]:
    """The steps between the last one that was told and this one: nobody looked while they were reached."""
    start = before if before is not None else max([*steps, 0]) + 1
    between = [step for step in steps if rung < step < start]
    lowest = -OVERDUE[0]
    over = [-day for day in (lowest, *range(EVERY, -rung, EVERY)) if rung < -day < start]
    return tuple(sorted({*between, *over}, reverse=True))


def _overdue_rung(days: int) -> int:
    return OVERDUE[0] if days < EVERY else -(days // EVERY) * EVERY
