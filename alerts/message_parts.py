"""How is one alert told in a message? In the words of its newest notice, with why it is told now; over when it is."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.content import Part, counted, counts_of, link_to
from alerts.hearing import Reason
from alerts.local_forms import a_day, a_moment, days
from alerts.models import Alert, Condition, Notice
from alerts.plain_text import lines, one_line
from alerts.severity import Severity
from languages.sentences import listed, said_after_each_other

MOST_SIGNS = 2000  # ours: what is longer is read on the page


def part_of(alert: Alert, notices: Sequence[Notice], *, names: Sequence[str]) -> Part:
    """An alert in the words of its newest notice; as over when it is, whatever was to be told."""
    last, is_over = notices[-1], alert.closed_at is not None
    return Part(
        alert=alert.pk,
        is_over=is_over,
        severity=last.severity,
        word=str(Reason.CLOSED.label) if is_over else str(Severity(last.severity).label),
        rule=alert.rule,
        title=one_line(last.title),
        detail=lines(_end(alert) if is_over else last.detail)[:MOST_SIGNS],
        action=_("Nothing is left to do.") if is_over else lines(last.action)[:MOST_SIGNS],
        why=_why(alert, notices),
        due=alert.due.isoformat() if alert.due and not is_over else "",
        rung=last.rung,
        reason=Reason.CLOSED if is_over else last.reason,
        servers=last.server_count,
        names=[one_line(name) for name in names],
        link=link_to(f"/alerts/{alert.pk}/"),
    )


def _end(alert: Alert) -> str:
    words = _("It began %(began)s UTC and was over %(ended)s UTC.")
    ended = a_moment(alert.closed_at) if alert.closed_at else ""
    return f"{words % {'began': a_moment(alert.opened_at), 'ended': ended}} {alert.closed_because}".strip()


def _why(alert: Alert, notices: Sequence[Notice]) -> str:
    """Why it is told now, in one sentence; and what nobody was told of before."""
    last = notices[-1]
    if alert.closed_at:
        return _("It ended by itself: the rules find it no more.")
    passed = sorted({*last.passed_over, *(one.rung for one in notices[:-1])} - {last.rung}, reverse=True)
    before = [str(step) for step in passed if step >= 0] if alert.due else []
    if not before:
        return _reason(alert, last)
    missed = _("Not told here before: the steps of %(steps)s days.") % {"steps": listed(before)}
    return said_after_each_other((_reason(alert, last), missed))


def _reason(alert: Alert, notice: Notice) -> str:
    if notice.reason == Reason.ESCALATED:
        return _("Nobody acknowledged it since it opened on %(day)s.") % {"day": a_day(alert.opened_at)}
    if notice.reason == Reason.WOKEN:
        return _("It was snoozed until now.")
    if alert.rule == Condition.USAGE and notice.severity != Severity.UNKNOWN:
        return _("The step of %(percent)s %% in use was reached.") % {"percent": 100 - notice.rung}
    return _step(notice.rung) if alert.due else _since(-notice.rung)


def _step(rung: int) -> str:
    if rung == 0:
        return _("This is the last day.")
    if rung > 0:
        words = _("The %(step)s-day step was reached: no more than %(days)s left.")
        return words % {"step": rung, "days": days(rung)}
    if rung == -1:
        return _("It is overdue.")
    return _("It has been overdue for %(days)s or longer.") % {"days": days(-rung)}


def _since(number: int) -> str:
    if number > 0:
        return _("It has lasted for %(days)s or longer.") % {"days": days(number)}
    return _("It has just been found.")


def subject_of(parts: Sequence[Part], *, is_digest: bool) -> str:
    """The title of the only alert, or how many there are and how much they press."""
    if len(parts) == 1 and not is_digest:
        word = str(Reason.ESCALATED.label) if parts[0].reason == Reason.ESCALATED else parts[0].word
        return (_("%(word)s: %(title)s") % {"word": word, "title": parts[0].title})[:255]
    number = len(parts)
    words = ngettext("%(count)s alert: %(which)s", "%(count)s alerts: %(which)s", number)
    if is_digest:
        words = ngettext("Digest, %(count)s alert: %(which)s", "Digest, %(count)s alerts: %(which)s", number)
    return words % {"count": number, "which": counted(counts_of(parts))}
