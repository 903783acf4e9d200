"""Why did I hear nothing on that day? What the rules and channels did on one day, all alerts together."""

from collections import Counter
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.channel_models import Channel
from alerts.explaining_channels import Heard, heard_of
from alerts.explaining_looks import hours_of, looked
from alerts.explanation import Explanation, Step, answer, was_to_be_said
from alerts.local_forms import a_day, a_number
from alerts.models import Notice

EXAMINED, NAMED = 500, 20  # ours: notices of one day that are looked at, and those whose steps are listed


def explain_day(day: date, *, channel: Channel | None = None, person: str = "") -> Explanation:
    """For a channel or recipient, or for all; the day is one in UTC."""
    start, end = hours_of(day)
    rows = Notice.objects.filter(at__gte=start, at__lt=end).select_related("alert").order_by("at", "id")
    count, first = rows.count(), looked(day)
    who = person or (f"“{channel.name}”" if channel else "")
    if not count:
        words = _("On %(day)s nothing was to be said: no alert reached a step or ended.") % {"day": a_day(day)}
        nothing = Step(_("Notices"), words, ok=False)
        subject = _("%(who)s: not told.") % {"who": who} if who else _("Nobody was told.")
        return answer(False, f"{subject} {(nothing if first.ok else first).text}", [first, nothing])
    notices = list(rows[:EXAMINED])
    found = heard_of(notices, channel, person=person)
    steps = [first, *(step for notice in notices[:NAMED] for step in _steps(notice, found[notice.pk]))]
    if count > NAMED:
        more = ngettext(
            "%(count)s more notices of that day are not listed here.",
            "%(count)s more notices of that day are not listed here.",
            count - NAMED,
        )
        steps.append(Step(_("More"), more % {"count": a_number(count - NAMED)}))
    return _answer([one for many in found.values() for one in many], steps, count=count, day=day, who=who)


def _steps(notice: Notice, many: list[Heard]) -> list[Step]:
    said = Step(str(notice.get_reason_display()), was_to_be_said(notice))
    return [said, *(step for one in many for step in one.steps)]


def _answer(every: list[Heard], steps: list[Step], *, count: int, day: date, who: str) -> Explanation:
    notices = ngettext("%(count)s notice", "%(count)s notices", count) % {"count": a_number(count)}
    facts = {"who": who, "notices": notices, "day": a_day(day), "first": EXAMINED}
    told = sum(one.was_told is True for one in every)
    if told:
        return answer(True, _times_told(told, who) % facts, steps)
    if count > EXAMINED:
        words = _("Nobody was told of the first %(first)s of %(notices)s on %(day)s; the others were not looked at.")
        if who:
            words = _(
                "%(who)s: not told of the first %(first)s of %(notices)s on %(day)s; the others were not looked at."
            )
        return answer(None, words % facts, steps)
    words = (
        _("%(who)s: not told of %(notices)s on %(day)s.") if who else _("Nobody was told of %(notices)s on %(day)s.")
    )
    if not every:
        steps.append(Step(_("Channels"), _("There was no channel when they were to be said."), ok=False))
        return answer(False, f"{words % facts} {steps[-1].text}", steps)
    why = Counter(one.because for one in every).most_common(1)[0][0]
    was_told = False if all(one.was_told is False for one in every) else None
    return answer(was_told, f"{words % facts} {why}", steps)


def _times_told(times: int, who: str) -> str:
    words = ngettext(
        "Told %(times)s time; %(notices)s on %(day)s.", "Told %(times)s times; %(notices)s on %(day)s.", times
    )
    if who:
        words = ngettext(
            "%(who)s: told %(times)s time; %(notices)s on %(day)s.",
            "%(who)s: told %(times)s times; %(notices)s on %(day)s.",
            times,
        )
    return words.replace("%(times)s", a_number(times))
