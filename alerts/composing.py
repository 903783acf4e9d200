"""What goes into one message? Everything that is due for a channel now, one part for each problem, fixed once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from alerts.channel_models import Channel, Delivery, Message
from alerts.content import Content, counts_of, where_to_look
from alerts.hearing import Reason, Verdict, silenced
from alerts.local_forms import a_moment, as_the_installation_speaks
from alerts.message_parts import part_of, subject_of
from alerts.models import Alert, AlertServer, Notice
from alerts.routing import any_of, said_of
from alerts.severity import Severity

MOST_PARTS = 20  # ours: more is a list to read on the page, not a message
MOST_NAMES = 5
BATCH = 500
Reached = tuple[Alert, list[Notice]]


def compose_due(*, now: datetime) -> list[Message]:
    """A message for every channel that has something to tell now."""
    rows = Delivery.objects.filter(verdict__in=[Verdict.WAITING, Verdict.HELD], due_at__lte=now)
    channels = sorted(set(rows.values_list("channel_id", flat=True)))
    return [message for one in channels if (message := compose(one, now=now))]


@transaction.atomic
@as_the_installation_speaks()
def compose(channel_id: int, *, now: datetime) -> Message | None:
    """One message of what is due; None when nothing is left to tell. Two at once make one: the row is locked."""
    channel = Channel.ever.select_for_update(no_key=True).get(pk=channel_id)
    due = channel.deliveries.filter(verdict__in=[Verdict.WAITING, Verdict.HELD], due_at__lte=now)
    deliveries = list(due.select_related("notice__alert").order_by("notice__at", "notice_id"))
    dropped = {one.pk: why for one in deliveries if (why := _why_not(channel, one, now=now))}
    dropped |= _ends_without_begin(channel, [one for one in deliveries if one.pk not in dropped])
    told = [one for one in deliveries if one.pk not in dropped]
    message = _message(channel, told, now=now) if told else None
    sent = _("It went into the message of %(moment)s UTC.") % {"moment": a_moment(now)}
    _write_down([one.pk for one in told], Verdict.SENT, sent, message=message)
    for because in sorted(set(dropped.values())):
        _write_down([pk for pk, why in dropped.items() if why == because], Verdict.SKIPPED, because)
    return message


def _write_down(ids: Sequence[int], verdict: str, because: str, *, message: Message | None = None) -> None:
    """The same for all of them, which is many times faster than each for itself."""
    for start in range(0, len(ids), BATCH):
        rows = Delivery.objects.filter(pk__in=ids[start : start + BATCH])
        rows.update(verdict=verdict, because=because[:255], message=message)


def _why_not(channel: Channel, delivery: Delivery, *, now: datetime) -> str:
    """What happened since it was decided that forbids it now; "" when nothing did."""
    if not channel.is_enabled:
        return _("The channel was disabled before it was told.")
    if channel.broken_at:
        return _("The channel broke before it was told: %(broken_because)s") % {
            "broken_because": channel.broken_because,
        }
    alert = delivery.notice.alert
    if alert.closed_at and not channel.tells_end:
        return _("It was over before it was told, and the channel does not tell when something is over.")
    return silenced(said_of(delivery.notice), now=now)


def _ends_without_begin(channel: Channel, deliveries: Sequence[Delivery]) -> dict[int, str]:
    """Ends of what the channel was to be told of, until somebody said that it need not be."""
    begun = {one.notice.alert_id for one in deliveries if one.notice.reason != Reason.CLOSED}
    ends = [one for one in deliveries if one.notice.reason == Reason.CLOSED and one.notice.alert_id not in begun]
    if not ends:
        return {}
    same = any_of("notice__alert", {one.notice.alert_id for one in ends})
    sent = channel.deliveries.filter(same, verdict=Verdict.SENT)
    told = set(sent.values_list("notice__alert_id", flat=True))
    because = _("It is over, and the channel was never told that it began.")
    return {one.pk: because for one in ends if one.notice.alert_id not in told}


def _message(channel: Channel, deliveries: Sequence[Delivery], *, now: datetime) -> Message:
    by_alert: defaultdict[int, list[Notice]] = defaultdict(list)
    for one in deliveries:
        by_alert[one.notice.alert_id].append(one.notice)
    reached = sorted(((notices[-1].alert, notices) for notices in by_alert.values()), key=_pressing)
    names = _names_of(alert.pk for alert, _ in reached[:MOST_PARTS])
    parts = [part_of(alert, notices, names=names[alert.pk]) for alert, notices in reached]
    content = Content(
        kind="alerts" if channel.digest == Channel.Digest.NONE else "digest",
        subject=subject_of(parts, is_digest=channel.digest != Channel.Digest.NONE),
        channel=channel.name,
        parts=parts[:MOST_PARTS],
        left_out=counts_of(parts[MOST_PARTS:]),
        where=where_to_look(),
    )
    return Message.objects.create(
        channel=channel, subject=content.subject, content=content.as_json(), composed_at=now, next_try_at=now
    )


def _pressing(reached: Reached) -> tuple[bool, int, str, int]:
    """What is over comes last; then what presses most, then what ends first."""
    alert, notices = reached
    return bool(alert.closed_at), -Severity(notices[-1].severity).rank, str(alert.due or "9999"), alert.pk


def _names_of(alert_ids: Iterable[int]) -> defaultdict[int, list[str]]:
    """The first few servers of each alert, by name, in one query."""
    place = Window(RowNumber(), partition_by=F("alert_id"), order_by=[F("server__name"), F("id")])
    rows = AlertServer.objects.filter(alert_id__in=list(alert_ids), gone_at__isnull=True)
    found: defaultdict[int, list[str]] = defaultdict(list)
    few = rows.annotate(place=place).filter(place__lte=MOST_NAMES).order_by("alert_id", "place")
    for alert_id, name in few.values_list("alert_id", "server__name"):
        found[alert_id].append(name)
    return found
