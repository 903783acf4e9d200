"""How were the licenses of the invented fleet used? A sample for each day, and beside it the peak that follows."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random

from demo.fleet import Grant, Story
from demo.many_rows import write_rows
from demo.members import Member
from licenses.models import DailyPeak, UsageSample

SOURCE = "lmstat"
LATELY = 14  # days with more than one sample


def fill_use(fleet: list[Member], *, now: datetime) -> None:
    """A year of samples. Of each day the peak is the highest of its samples, as everywhere."""
    samples: list[UsageSample] = []
    peaks: list[DailyPeak] = []
    for member in fleet:
        for feature, count in issued(member).items():
            dice = member.dice(f"use of {feature}")
            for day in _days(member, dice, now=now):
                found = list(_samples(member, feature, count, day, dice, now=now))
                if not found:
                    continue
                samples += found
                in_use = max(one.in_use or 0 for one in found)
                peaks.append(
                    DailyPeak(
                        server=member.server, feature=feature, day=day.date(), in_use=in_use, issued=count,
                        samples=len(found),
                    )
                )  # fmt: skip
    write_rows(UsageSample, samples)
    write_rows(DailyPeak, peaks)


def issued(member: Member) -> dict[str, int]:
    """How many licenses of each product are there, overdraft included, as `lmstat` counts."""
    found: dict[str, int] = {}
    for grant in member.machine.grants:
        found[grant.feature] = found.get(grant.feature, 0) + _all_of(grant)
    return found


def share(member: Member, day: datetime, dice: Random) -> float:
    """Which part of the licenses is in use at noon of a day: less at weekends, in August and over the holidays."""
    busy = member.machine.busy * (0.94 + 0.12 * dice.random())
    if day.weekday() >= 5:
        busy *= 0.22
    if day.month == 8 or (day.month == 12 and day.day > 22):
        busy *= 0.7
    if member.machine.story is Story.OVERDRAFT:
        return min(busy * 1.02, 1.0) if day.weekday() < 5 else busy
    return min(busy, 0.99)


def _all_of(grant: Grant) -> int:
    return grant.count + grant.overdraft


def _days(member: Member, dice: Random, *, now: datetime) -> Iterator[datetime]:
    """Every day of it at noon in the server's zone, today last; now and then nobody read anything."""
    today = now.astimezone(member.server.zone).date()
    silent = range(48, 54) if member.machine.story is Story.GAPS else ()
    for ago in range(member.first, member.last - 1, -1):
        if ago in silent or dice.random() < 0.004:
            continue
        yield datetime.combine(today - timedelta(days=ago), time(12), tzinfo=member.server.zone)


def _samples(
    member: Member, feature: str, count: int, noon: datetime, dice: Random, *, now: datetime
) -> Iterator[UsageSample]:
    part = share(member, noon, dice)
    hours = (9, 11, 14, 17) if now - noon < timedelta(days=LATELY) else (11,)
    for hour in hours:
        at = noon.replace(hour=hour, minute=dice.randrange(60))
        if at > now:
            continue
        level = part * (1.0 if hour == 11 else 0.7 + 0.25 * dice.random())
        yield UsageSample(
            server=member.server, feature=feature, at=at, in_use=round(count * level), issued=count, queued=0,
            reserved=0, source=SOURCE,
        )  # fmt: skip
