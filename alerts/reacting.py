"""What may a person say to an alert? I have seen it, tell me later, or neither after all. Each is written down."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from alerts.local_forms import a_moment, as_the_installation_speaks
from alerts.models import Alert, AlertEvent
from alerts.severity import Severity

LONGEST_SNOOZE = timedelta(days=365)  # ours: who wants a longer silence mutes the threshold, where everybody sees it
Act = AlertEvent.Act


class NotPossible(Exception):
    """Nothing was changed; the text says why and what to do."""


class AlreadyOver(NotPossible):
    """The trouble ended; there is nothing left to react to."""


def still_open(alert: Alert) -> Alert:
    """The alert itself, where a person means this one. Raises AlreadyOver."""
    if alert.closed_at:
        words = _("This trouble is over since %(moment)s UTC. Nothing was changed.")
        raise AlreadyOver(words % {"moment": a_moment(alert.closed_at)})
    return alert


def acknowledge(alerts: Iterable[Alert], *, by: User, now: datetime) -> int:
    """Somebody has seen them. It keeps quiet until they press more, or are over. Returns how many it was new to."""
    return _change(
        [one for one in alerts if not one.acknowledged_at or one.severity != one.acknowledged_severity],
        Act.ACKNOWLEDGED, by=by, now=now, acknowledged_at=now, acknowledged_by=by.username,
    )  # fmt: skip


def take_back(alerts: Iterable[Alert], *, by: User, now: datetime) -> int:
    """Nobody has seen them after all."""
    return _change(
        [one for one in alerts if one.acknowledged_at],
        Act.TAKEN_BACK, by=by, now=now, acknowledged_at=None, acknowledged_by="", acknowledged_severity="",
    )  # fmt: skip


def snooze(alerts: Iterable[Alert], *, until: datetime, reason: str, by: User, now: datetime) -> int:
    """Nothing is told until then, however much they press. Raises NotPossible."""
    if not now < until <= now + LONGEST_SNOOZE:
        raise NotPossible(_("Choose a moment in the future, at most a year ahead. Nothing was snoozed."))
    words = " ".join(reason.split())[:500]
    if not words:
        raise NotPossible(_("Say why it may wait, so that others understand the silence. Nothing was snoozed."))
    with as_the_installation_speaks():
        text = _("until %(moment)s UTC: %(reason)s") % {"moment": a_moment(until), "reason": words}
    return _change(
        list(alerts), Act.SNOOZED, by=by, now=now, text=text[:700],
        snoozed_until=until, snoozed_by=by.username, snooze_reason=words,
    )  # fmt: skip


def wake(alerts: Iterable[Alert], *, by: User, now: datetime) -> int:
    """End a snooze before its time."""
    return _change(
        [one for one in alerts if one.snoozed_until],
        Act.WOKEN, by=by, now=now, snoozed_until=None, snoozed_by="", snooze_reason="",
    )  # fmt: skip


@transaction.atomic
def _change(
    alerts: list[Alert], act: AlertEvent.Act, *, by: User, now: datetime, text: str = "", **facts: object
) -> int:
    """To those that are still open; each with its event."""
    changed = 0
    for alert in Alert.objects.select_for_update().open().filter(pk__in=[one.pk for one in alerts]):
        for name, value in facts.items():
            setattr(alert, name, value)
        if act == Act.ACKNOWLEDGED:
            alert.acknowledged_severity = Severity(alert.severity)
        alert.save()
        AlertEvent.objects.create(alert=alert, act=act, at=now, by=by.username, text=text)
        changed += 1
    return changed
