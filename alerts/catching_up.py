"""Who was not told of what is open, and can be told now? A channel that is new, changed, mended, or back after a day.

Without it, a channel that is added six days before an end would hear of it on the last but one.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from alerts.channel_models import Channel, Delivery, Message
from alerts.hearing import Reason, Verdict, decide
from alerts.local_forms import as_the_installation_speaks
from alerts.models import Notice
from alerts.routing import BATCH, facts_of, hearer_of

OPEN_BEFORE = _("It was open before the channel could be told.")
LOST = 20  # messages that are looked at; whoever lost more is told by the newest


@transaction.atomic
@as_the_installation_speaks()
def catch_up(channel: Channel, *, now: datetime, lost: Collection[Message] | None = None) -> int:
    """Decide anew about the newest notice of every open alert that never arrived there. Returns how many will be told.

    With `lost`, only about what went into these messages.
    """
    notices = list(_not_arrived(channel, lost).select_related("alert"))
    hearer = hearer_of(Channel.objects.prefetch_related("groups", "servers").get(pk=channel.pk))
    facts = facts_of(notices, [hearer], muted=frozenset(one.alert_id for one in notices if one.alert.is_muted))
    rows = []
    for notice in notices:
        decision = decide(facts.said(notice), hearer, now=now)
        because = decision.because if decision.due_at is None else f"{OPEN_BEFORE} {decision.because}"
        rows.append(
            Delivery(
                notice=notice, channel=channel, verdict=decision.verdict, because=because[:255], due_at=decision.due_at
            )
        )
    Delivery.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["notice", "channel"],
        update_fields=["verdict", "because", "due_at", "message"],
    )  # fmt: skip
    return sum(row.verdict != Verdict.SKIPPED for row in rows)


def given_up(channel: Channel) -> list[Message]:
    """Messages with open alerts that were tried for a day and found nobody. What was refused is none of them."""
    failed = Message.objects.filter(
        channel=channel, state=Message.State.FAILED, deliveries__notice__alert__closed_at__isnull=True
    ).distinct()[:LOST]
    return [one for one in failed if one.answers and one.answers[-1]["said"] == "again"]


def _not_arrived(channel: Channel, lost: Collection[Message] | None) -> QuerySet[Notice]:
    """The newest of each open alert, unless it arrived. An escalation channel counts from the escalation."""
    reasons = [Reason.ESCALATED] if channel.is_escalation else [Reason.STEP, Reason.WOKEN]
    same = Notice.objects.filter(alert=OuterRef("alert"), reason__in=reasons).order_by("-at", "-pk")
    arrived = Delivery.objects.filter(notice=OuterRef("pk"), channel=channel).exclude(
        Q(verdict=Verdict.SKIPPED) | Q(message__state=Message.State.FAILED)
    )
    found = Notice.objects.filter(~Exists(arrived), alert__closed_at__isnull=True, pk=Subquery(same.values("pk")[:1]))
    if lost is not None:
        found = found.filter(deliveries__message__in=lost, deliveries__channel=channel)
    return found.order_by("pk")
