"""Which messages go, and when? Those that ended long ago, where a later one arrived and nothing is open any more.

A delivery outlives its message: it still says that there was one, and that the answers are not kept any more.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from alerts.channel_models import Delivery, Message
from servers.installation import in_force

State = Message.State
BATCH = 500  # rows in one go: a fraction of a second, even on a slow disk
MOST_BATCHES = 20  # in one tick; the rest has its turn in the next one


def forget_messages(*, now: datetime) -> int:
    """Delete messages that ended more than HISTORY_DAYS ago, in portions. Returns how many."""
    limit, gone = now - timedelta(days=in_force().history_days), 0
    for _ in range(MOST_BATCHES):
        some = list(forgettable(limit).order_by("composed_at", "pk").values_list("pk", flat=True)[:BATCH])
        Message.objects.filter(pk__in=some).delete()
        gone += len(some)
        if len(some) < BATCH:
            break
    return gone


def forgettable(limit: datetime) -> QuerySet[Message]:
    """Not the last that arrived on a channel, nor what was lost since: they tell since when it is silent.

    Nor what an open alert was said in, because a channel that comes back is told what it lost.
    """
    arrived = Message.objects.filter(
        channel=OuterRef("channel"), state=State.DELIVERED, composed_at__gt=OuterRef("composed_at")
    )
    is_open = Delivery.objects.filter(message=OuterRef("pk"), notice__alert__closed_at=None)
    ended = Message.objects.filter(state__in=[State.DELIVERED, State.FAILED], finished_at__lt=limit)
    return ended.filter(Exists(arrived), ~Exists(is_open))
