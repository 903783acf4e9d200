"""How is one alert told in a message? In the words of its newest notice, with why it is told now; over when it is."""

from collections.abc import Sequence

from alerts.content import Part, counted, counts_of, link_to
from alerts.hearing import Reason
from alerts.models import Alert, Condition, Notice
from alerts.plain_text import lines, one_line
from alerts.severity import Severity

MOST_SIGNS = 2000  # ours: what is longer is read on the page


def part_of(alert: Alert, notices: Sequence[Notice], *, names: Sequence[str]) -> Part:
    """An alert in the words of its newest notice; as over when it is, whatever was to be told."""
    last, is_over = notices[-1], alert.closed_at is not None
    return Part(
        alert=alert.pk,
        is_over=is_over,
        severity=last.severity,
        word="Over" if is_over else str(Severity(last.severity).label),
        rule=alert.rule,
        title=one_line(last.title),
        detail=lines(_end(alert) if is_over else last.detail)[:MOST_SIGNS],
        action="Nothing is left to do." if is_over else lines(last.action)[:MOST_SIGNS],
        why=_why(alert, notices),
        due=alert.due.isoformat() if alert.due and not is_over else "",
        rung=last.rung,
        reason=Reason.CLOSED if is_over else last.reason,
        servers=last.server_count,
        names=[one_line(name) for name in names],
        link=link_to(f"/alerts/{alert.pk}/"),
    )


def _end(alert: Alert) -> str:
    began, ended = f"{alert.opened_at:%Y-%m-%d %H:%M}", f"{alert.closed_at:%Y-%m-%d %H:%M}"
    return f"It began {began} UTC and was over {ended} UTC. {alert.closed_because}".strip()


def _why(alert: Alert, notices: Sequence[Notice]) -> str:
    """Why it is told now, in one sentence; and what nobody was told of before."""
    last = notices[-1]
    if alert.closed_at:
        return "It ended by itself: the rules find it no more."
    passed = sorted({*last.passed_over, *(one.rung for one in notices[:-1])} - {last.rung}, reverse=True)
    before = [str(step) for step in passed if step >= 0] if alert.due else []
    missed = f" Not told here before: the steps of {', '.join(before)} days." if before else ""
    return _reason(alert, last) + missed


def _reason(alert: Alert, notice: Notice) -> str:
    if notice.reason == Reason.ESCALATED:
        return f"Nobody acknowledged it since it opened on {alert.opened_at:%Y-%m-%d}."
    if notice.reason == Reason.WOKEN:
        return "It was snoozed until now."
    if alert.rule == Condition.USAGE and notice.severity != Severity.UNKNOWN:
        return f"The step of {100 - notice.rung} % in use was reached."
    return _step(notice.rung) if alert.due else _since(-notice.rung)


def _step(rung: int) -> str:
    if rung == 0:
        return "This is the last day."
    if rung > 0:
        return f"The {rung}-day step was reached: no more than {_days(rung)} left."
    return "It is overdue." if rung == -1 else f"It has been overdue for {_days(-rung)} or longer."


def _since(days: int) -> str:
    return f"It has lasted for {_days(days)} or longer." if days > 0 else "It has just been found."


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def subject_of(parts: Sequence[Part], *, is_digest: bool) -> str:
    """The title of the only alert, or how many there are and how much they press."""
    if len(parts) == 1 and not is_digest:
        word = "Nobody reacted" if parts[0].reason == Reason.ESCALATED else parts[0].word
        return f"{word}: {parts[0].title}"[:255]
    number = f"{len(parts)} alert{'' if len(parts) == 1 else 's'}"
    return f"{'Digest, ' if is_digest else ''}{number}: {counted(counts_of(parts))}"
