"""Why was I told of this alert, or why not? From the rows that looking, routing and sending left; nothing is guessed.

Which rule looked and when, what it saw, which ladder counted and which step was reached, what people said to it, what
was to be said, and for each channel what was decided, sent and answered.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.channel_models import Channel
from alerts.clock import Kind
from alerts.explaining_channels import Heard, heard_of
from alerts.explaining_looks import hours_of, looked
from alerts.explanation import (
    Explanation,
    Step,
    answer,
    moment,
    reached_in_words,
    reason_in_words,
    steps_passed,
    was_to_be_said,
)
from alerts.local_forms import a_day, a_number
from alerts.models import Alert, AlertEvent, AlertServer, Condition, Notice, Threshold
from alerts.severity import Severity
from alerts.thresholds import Ladder, Ladders
from languages.sentences import listed, said_after_each_other

NAMED, MOST_NOTICES = 3, 20  # ours: the newest say why; all of them stand with the alert
QUIETING = {AlertEvent.Act.ACKNOWLEDGED, AlertEvent.Act.SNOOZED}


def explain(alert: Alert, *, channel: Channel | None = None, person: str = "", day: date | None = None) -> Explanation:
    """For one channel, recipient and day (in UTC), or for all of them together."""
    notices = _notices(alert, day)
    found = heard_of(notices, channel, person=person)
    every = [one for notice in notices for one in found[notice.pk]]
    steps = [looked(day), *_before(alert, day)]
    for notice in notices:
        steps += [_said(notice), *(step for one in found[notice.pk] for step in one.steps)]
    if not notices:
        steps.append(_nothing_said(alert, day))
    elif not every:
        steps.append(Step(_("Channels"), _("There was no channel when this was to be said."), ok=False))
    return _answer(every, steps, who=person or (f"“{channel.name}”" if channel else ""))


def _answer(every: list[Heard], steps: list[Step], *, who: str) -> Explanation:
    """The sentence is about what matters most: somebody was told, it waits, or it stopped somewhere."""
    told = [one for one in every if one.was_told]
    waiting = [one for one in every if one.was_told is None]
    if told:
        last = told[-1]
        facts = {"who": who or listed(dict.fromkeys(f"“{one.channel.name}”" for one in told))}
        words = _("%(who)s: told, because %(reason)s.")
        if last.at:
            facts["moment"], words = moment(last.at), _("%(who)s: told on %(moment)s, because %(reason)s.")
        return answer(True, words % (facts | {"reason": reason_in_words(last.notice)}), steps)
    if waiting:
        last = waiting[-1]
        words = _("%(who)s: not told so far.") if last.is_known else _("%(who)s: not known whether told.")
        return answer(None, f"{words % {'who': who or f'“{last.channel.name}”'}} {last.because}", steps)
    subject = _("%(who)s: not told.") % {"who": who} if who else _("Nobody was told.")
    if not every:
        return answer(False, f"{subject} {steps[-1].text}", steps)
    newest = [one for one in every if one.notice.pk == every[-1].notice.pk]
    names: defaultdict[str, list[str]] = defaultdict(list)  # by reason: the same one is said once
    for one in newest:
        names[one.because].append(f"“{one.channel.name}”")
    reasons = [because if who else f"{listed(channels)}: {because}" for because, channels in names.items()]
    return answer(False, f"{subject} {said_after_each_other(reasons[:NAMED])}", steps)


def _notices(alert: Alert, day: date | None) -> list[Notice]:
    """The newest of that day or of all, oldest first."""
    rows = alert.notices.select_related("alert").order_by("-at", "-id")
    if day is not None:
        start, end = hours_of(day)
        rows = rows.filter(at__gte=start, at__lt=end)
    return list(rows[:MOST_NOTICES])[::-1]


def _before(alert: Alert, day: date | None) -> Iterator[Step]:
    """What stood before anything was to be said."""
    rule = alert.get_rule_display()
    yield Step(
        _("Rule: %(rule)s") % {"rule": rule},
        _("“%(rule)s” found it first on %(first)s and last on %(last)s.") % {
            "rule": rule,
            "first": moment(alert.opened_at),
            "last": moment(alert.seen_at),
        },
        ok=day is None or alert.opened_at.date() <= day, at=alert.opened_at,
    )  # fmt: skip
    yield Step(_("What it saw"), _seen(alert), is_kept=True)
    yield _ladder_step(alert)
    if alert.is_muted:
        yield Step(_("Muted"), _("Its ladder is muted now: it opens an alert and tells nobody."), ok=False)
    for event in alert.events.all():
        if day is None or event.at.date() <= day:
            words = _("By %(person)s, %(text)s") if event.text else _("By %(person)s.")
            yield Step(
                str(event.get_act_display()), words % {"person": event.by, "text": event.text},
                ok=event.act not in QUIETING, at=event.at,
            )  # fmt: skip


def _seen(alert: Alert) -> str:
    rest = alert.servers.count() - NAMED  # asked in any case: the page costs the same for one server and for a thousand
    rows = list(alert.servers.select_related("server")[:NAMED])
    if not rows:
        return f"{alert.title}. {alert.detail}"
    words = said_after_each_other(f"{row.server.name}: {row.evidence or alert.detail}" for row in rows)
    if rest <= 0:
        return words
    more = ngettext("And on %(count)s more.", "And on %(count)s more.", rest)
    return said_after_each_other((words, more % {"count": a_number(rest)}))


def _ladder_step(alert: Alert) -> Step:
    if alert.severity == Severity.UNKNOWN:
        return Step(_("Ladder"), _("What cannot be judged stands on no ladder: it is said once, when it is found."))
    ladder = ladder_of(alert)
    reached = reached_in_words(alert.rung, rule=alert.rule, due=alert.due)
    facts = {"source": ladder.source, "steps": steps_in_words(alert.rule, ladder), "reached": reached}
    text = _("%(source)s: %(steps)s. Last: %(reached)s.") % facts
    changed = Threshold.objects.filter(pk=ladder.pk or 0).values_list("changed_at", "changed_by").first()
    first = alert.notices.first()
    if changed and first and changed[0] > first.at:
        later = _("%(person)s set it on %(moment)s, after the first notice; what counted then is not known.")
        set_by = {"person": changed[1], "moment": moment(changed[0])}
        return Step(_("Ladder"), f"{text} {later % set_by}", ok=None, at=changed[0])
    return Step(_("Ladder"), text)


def ladder_of(alert: Alert) -> Ladder:
    """The one that counts now, for the first of its servers."""
    rows = AlertServer.objects.filter(alert=alert).select_related("server")
    row = rows.filter(gone_at__isnull=True).first() or rows.first()
    group, server = (row.server.group_id, row.server_id) if row else (None, None)
    return Ladders.read().find(alert.rule, group=group, feature=alert.feature, server=server)


def steps_in_words(rule: str, ladder: Ladder) -> str:
    """The steps on which it speaks."""
    if rule == Condition.USAGE:
        return _("at %(steps)s %% in use") % {"steps": listed(ladder.percent)}
    if rule not in Kind.values:
        return _("when it begins, after 1 and 7 days, and then every 7 days")
    words = _("at %(steps)s days left, then 1 and 7 days over, and every 7 days")
    return words % {"steps": listed(ladder.days)}


def _said(notice: Notice) -> Step:
    text = was_to_be_said(notice)
    if notice.passed_over:
        passed = _("Steps that passed while nobody looked: %(steps)s.") % {"steps": steps_passed(notice, notice.alert)}
        text = said_after_each_other((text, passed))
    return Step(str(notice.get_reason_display()), text, at=notice.at)


def _nothing_said(alert: Alert, day: date | None) -> Step:
    if day is None:
        return Step(_("Notices"), _("Nothing was to be said so far."), ok=False)
    if alert.opened_at.date() > day:
        return Step(_("Notices"), _("On %(day)s it was not found yet.") % {"day": a_day(day)}, ok=False)
    if alert.closed_at and alert.closed_at.date() < day:
        words = _("On %(day)s it was over already, since %(moment)s.")
        return Step(_("Notices"), words % {"day": a_day(day), "moment": moment(alert.closed_at)}, ok=False)
    start = hours_of(day)[0]
    last = alert.notices.select_related("alert").filter(at__lt=start).last()
    text = _("On %(day)s no new step was reached, and it did not end.") % {"day": a_day(day)}
    if last:
        words = _("The last thing said was on %(moment)s: %(reason)s.")
        text = f"{text} {words % {'moment': moment(last.at), 'reason': reason_in_words(last)}}"
    return Step(_("Notices"), text, ok=False)
