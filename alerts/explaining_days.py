"""Why did I hear nothing on that day? What the rules and channels did on one day, all alerts together."""

from collections import Counter
from datetime import date

from alerts.channel_models import Channel
from alerts.explaining_channels import Heard, heard_of
from alerts.explaining_looks import hours_of, looked
from alerts.explanation import Explanation, Step, answer, reason_in_words
from alerts.models import Notice

EXAMINED, NAMED = 500, 20  # ours: notices of one day that are looked at, and those whose steps are listed


def explain_day(day: date, *, channel: Channel | None = None, person: str = "") -> Explanation:
    """For a channel or recipient, or for all; the day is one in UTC."""
    start, end = hours_of(day)
    rows = Notice.objects.filter(at__gte=start, at__lt=end).select_related("alert").order_by("at", "id")
    count, first = rows.count(), looked(day)
    who = person or (f"“{channel.name}”" if channel else "")
    if not count:
        nothing = Step("Notices", f"On {day} nothing was to be said: no alert reached a step or ended.", ok=False)
        stop = nothing if first.ok else first
        return answer(False, f"{f'{who}: not told.' if who else 'Nobody was told.'} {stop.text}", [first, nothing])
    notices = list(rows[:EXAMINED])
    found = heard_of(notices, channel, person=person)
    steps = [first, *(step for notice in notices[:NAMED] for step in _steps(notice, found[notice.pk]))]
    if count > NAMED:
        steps.append(Step("More", f"{count - NAMED:,} more notices of that day are not listed here."))
    return _answer([one for many in found.values() for one in many], steps, count=count, day=day, who=who)


def _steps(notice: Notice, many: list[Heard]) -> list[Step]:
    said = Step(notice.get_reason_display(), f"“{notice.title}” was to be said, because {reason_in_words(notice)}.")
    return [said, *(step for one in many for step in one.steps)]


def _answer(every: list[Heard], steps: list[Step], *, count: int, day: date, who: str) -> Explanation:
    notices = f"{count:,} notice{'' if count == 1 else 's'}"
    told = sum(one.was_told is True for one in every)
    if told:
        subject = f"{who}: told" if who else "Told"
        return answer(True, f"{subject} {told:,} time{'' if told == 1 else 's'}; {notices} on {day}.", steps)
    subject = f"{who}: not told" if who else "Nobody was told"
    if count > EXAMINED:
        text = f"{subject} of the first {EXAMINED} of {notices} on {day}; the others were not looked at."
        return answer(None, text, steps)
    if not every:
        steps.append(Step("Channels", "There was no channel when they were to be said.", ok=False))
        return answer(False, f"{subject} of {notices} on {day}. {steps[-1].text}", steps)
    why = Counter(one.because for one in every).most_common(1)[0][0]
    return answer(
        False if all(one.was_told is False for one in every) else None, f"{subject} of {notices} on {day}. {why}", steps
    )  # fmt: skip
