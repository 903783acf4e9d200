"""When did uploads of the invented fleet fail, and why? Some passed, some go on, and some days have no report."""

from demo import failures
from demo.failures import Failure
from demo.fleet import Story
from demo.members import Member

TUESDAY = 1
LASTING: dict[Story, tuple[Failure, int]] = {  # what fails to this day, and for how many days
    Story.TLS: (failures.TLS, 4),
    Story.NAME_UNKNOWN: (failures.NAME, 3),
    Story.REFUSED_LINE: (failures.CLOSED_PORT, 1),
}
SILENT: dict[Story, tuple[range, ...]] = {  # nobody looked on these days: the machine was switched off
    Story.GAPS: (range(48, 54), range(130, 139)),
    Story.CARRIED: (range(12, 14),),
}


def failing_days(member: Member, program: str) -> dict[int, Failure]:
    """How many days ago attempts failed, and for which cause. The programs of a server fail together."""
    story, found = member.machine.story, _passed(member)
    if story is Story.CARRIED:
        return {}
    if story is Story.FAILS_SINCE_TUESDAY:
        found[last_tuesday(member)] = failures.PROXY
    if story in LASTING:
        failure, days = LASTING[story]
        found |= dict.fromkeys(range(days), failure)
    if story is Story.TOO_LARGE and program == "call_home":
        found |= dict.fromkeys(range(3), failures.TOO_LARGE)
    return found


def silent_days(member: Member) -> frozenset[int]:
    """How many days ago there was no report at all."""
    return frozenset(day for days in SILENT.get(member.machine.story, ()) for day in days)


def last_tuesday(member: Member) -> int:
    """How many days ago the newest report of a Tuesday was due whose retry has come since."""
    zone = member.server.zone
    return next(ago for ago in range(1, 9) if member.slot(ago).astimezone(zone).weekday() == TUESDAY)


def _passed(member: Member) -> dict[int, Failure]:
    """A day here and there, sometimes two or three in a row; never one that would reach into the last two weeks."""
    dice, found, ago = member.dice("incidents"), {}, member.first
    while ago > 14:
        if dice.random() < member.machine.failures:
            failure = dice.choice(failures.PASSING)
            for day in range(ago, max(ago - dice.choice((1, 1, 1, 2, 3)), 14), -1):
                found[day] = failure
            ago -= 5
        ago -= 1
    return found
