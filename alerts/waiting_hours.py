"""When may a channel be told? After its quiet hours, or at the hour of its digest, by the clock on its wall. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def is_quiet(now: datetime, *, start: time, end: time, zone: ZoneInfo) -> bool:
    """Does the clock on the wall stand between the two? The begin is quiet, the end is not."""
    wall = now.astimezone(zone).time()
    return start <= wall < end if start < end else wall >= start or wall < end


def next_time(now: datetime, *, at: time, zone: ZoneInfo, weekday: int | None = None) -> datetime:
    """The first moment after `now` at which the clock on the wall shows `at`, on this day of the week (0 is Monday).

    A time that the clock jumps over comes as long after the jump as it stood after its begin; a time that comes twice
    counts twice, so whoever waits for it waits for the nearer one.
    """
    here = now.astimezone(zone)
    days = (here.date() + n * DAY for n in range(-1, 9))
    moments = (moment for day in days if weekday in {None, day.weekday()} for moment in _moments(day, at, zone))
    return min(moment for moment in moments if moment > now)


def _moments(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """As moments on the line of time: comparing within one zone would compare what is on the wall."""
    first, second = (datetime.combine(day, at, tzinfo=zone).replace(fold=fold) for fold in (0, 1))
    utc = ZoneInfo("UTC")
    one, other = first.astimezone(utc), second.astimezone(utc)
    return (one, other) if other > one else (one,)  # in a jump, fold=1 names an hour before it
