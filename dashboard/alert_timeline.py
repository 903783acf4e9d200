"""What happened to an alert, in order? What was said, to whom with which answer, and what people did about it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from alerts.channel_models import Delivery, Message
from alerts.explaining_channels import NOT_KEPT
from alerts.explanation import rung_in_words, steps_passed
from alerts.models import Alert, AlertEvent, Notice
from dashboard.channel_list import last_answer
from dashboard.language import as_kept
from languages.sentences import between_sentences, full_stop

SHOWN = 200  # the newest of each kind


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story. Words that were written down are marked with their language."""

    at: datetime
    sign: str
    title: str
    detail: str


def timeline_of(alert: Alert) -> list[Moment]:
    """From the newest to the oldest; three queries."""
    notices = list(Notice.objects.filter(alert=alert).order_by("-at", "-id")[:SHOWN])
    rows = Delivery.objects.filter(notice__in=notices).select_related("notice", "channel", "message")
    events = AlertEvent.objects.filter(alert=alert).order_by("-at", "-id")[:SHOWN]
    moments = [  # what follows from what stands before it, for those of one moment
        *_end(alert),
        *(_event(one) for one in events),
        *(_delivery(one) for one in rows.order_by("-id")),
        *(_notice(one, alert) for one in notices),
        Moment(alert.opened_at, "info", _("Opened"), ""),
    ]
    return sorted(moments, key=lambda one: one.at, reverse=True)


def _end(alert: Alert) -> list[Moment]:
    if not alert.closed_at:
        return []
    return [Moment(alert.closed_at, "well", _("Closed by itself"), as_kept(alert.closed_because))]


def step_words(notice: Notice, alert: Alert) -> str:
    """What made us speak: the step that was reached, by its rule, or another reason."""
    if notice.reason != Notice.Reason.STEP:
        return str(Notice.Reason(notice.reason).label)
    return _("Step reached: %(step)s") % {"step": rung_in_words(notice.rung, rule=alert.rule, due=alert.due)}


def _notice(notice: Notice, alert: Alert) -> Moment:
    missed = _("Passed over while nobody looked: %(steps)s.") % {"steps": steps_passed(notice, alert)}
    sign = {"act": "act", "plan": "plan", "unknown": "blank"}.get(notice.severity, "info")
    titles = (step_words(notice, alert), as_kept(notice.title))
    title = format_html_join(full_stop(), "{}", ((one,) for one in titles))
    details = [one for one in (as_kept(notice.detail), missed if notice.passed_over else "") if one]
    detail = format_html_join(between_sentences(), "{}", ((one,) for one in details))
    return Moment(notice.at, "well" if notice.reason == Notice.Reason.CLOSED else sign, title, detail)


def _delivery(delivery: Delivery) -> Moment:
    message, because = delivery.message, as_kept(delivery.because)
    name = {"channel": delivery.channel.name}
    if delivery.verdict == Delivery.Verdict.SKIPPED:
        return Moment(delivery.notice.at, "off", _("%(channel)s was not told") % name, because)
    if message is None and delivery.verdict == Delivery.Verdict.SENT:
        title = _("What %(channel)s answered is not known any more") % name
        return Moment(delivery.notice.at, "blank", title, str(NOT_KEPT))
    if message is None or message.state in {Message.State.WAITING, Message.State.SENDING}:
        return Moment(delivery.due_at or delivery.notice.at, "hold", _("%(channel)s waits") % name, because)
    at = message.finished_at or message.composed_at
    if message.state == Message.State.FAILED:
        return Moment(at, "act", _("%(channel)s could not be told") % name, last_answer(message))
    return Moment(at, "well", _("%(channel)s was told") % name, last_answer(message) or because)


def _event(event: AlertEvent) -> Moment:
    done = {"act": AlertEvent.Act(event.act).label, "person": event.by}
    return Moment(event.at, "user", _("%(act)s by %(person)s") % done, event.text)
