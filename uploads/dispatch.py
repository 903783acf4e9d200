"""What is due? Asked at every tick; the answer comes from the database alone.

A tick that comes late, twice or after a restart changes nothing: a period has one upload by constraint, and a message
for an upload that somebody works on is a message too many, not a second upload.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import takewhile

from django.db import transaction
from django.db.models import Q

from programs.catalog import Program, UploadKind, programs
from programs.participation import participations
from servers.models import LicenseServer
from uploads import policy
from uploads.carrying import return_to_queue
from uploads.handover import hand_over
from uploads.models import Tick, Trigger, Upload, UploadQuerySet
from uploads.planned import planned

TICK = "dispatch"


def tick(*, now: datetime, send: Callable[[int], bool] = hand_over) -> int:
    """Plan what is due, hand over what a worker may start, and note that somebody looked. Returns messages sent."""
    return_to_queue()
    plan_due(now=now)
    sent = hand_over_waiting(now=now, send=send)
    Tick.note(TICK, at=now)
    return sent


def plan_due(*, now: datetime) -> int:
    """A waiting upload for every slot that came and has none yet. Returns how many were new."""
    kinds = [(one, upload) for one in programs().values() for upload in one.uploads]
    due = [
        Upload(server=server, program=one.code, kind=upload.kind, period=slot, trigger=trigger, created_at=now)
        for server, (one, upload), slot, trigger in _slots(kinds, now=now)
    ]
    Upload.objects.bulk_create(due, ignore_conflicts=True, batch_size=500)
    return len(due)


def hand_over_waiting(*, now: datetime, send: Callable[[int], bool]) -> int:
    """Messages for what may start, never more than workers can have in hand. Returns how many were sent."""
    lost, ahead = now - policy.HANDED_OVER, now + policy.CLOCKS_DIFFER
    waits = Q(handed_over_at__gt=lost, handed_over_at__lte=ahead)  # claiming takes the mark away
    room = max(policy.MAX_HANDED_OVER - Upload.objects.unfinished().filter(waits).count(), 0)
    free = Q(handed_over_at__isnull=True) | Q(handed_over_at__lte=lost) | Q(handed_over_at__gt=ahead)
    waiting = Upload.objects.claimable(now=now).filter(free).order_by("period", "pk")
    sent = 0
    while room > sent:
        marked = _mark(waiting, most=min(policy.HANDED_OVER_AT_ONCE, room - sent), now=now)
        taken = sum(1 for _ in takewhile(send, marked))
        sent += taken
        if unsent := marked[taken:]:
            Upload.objects.filter(pk__in=unsent, handed_over_at=now).update(handed_over_at=None)
            break
        if not marked:
            break
    return sent


@transaction.atomic
def _mark(waiting: UploadQuerySet, *, most: int, now: datetime) -> list[int]:
    """Two ticks at once: rows that the other one holds are left to it, so each upload has one message."""
    ids = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most])
    Upload.objects.filter(pk__in=ids).update(handed_over_at=now)
    return ids


def _slots(
    kinds: list[tuple[Program, UploadKind]], *, now: datetime
) -> Iterator[tuple[LicenseServer, tuple[Program, UploadKind], datetime, Trigger]]:
    """Every kind of every server whose slot has come and was not planned yet.

    Where reports are carried by hand they are due all the same: a worker seals them, and a person takes them.
    """
    servers = list(LicenseServer.objects.in_service())
    known, answers = planned(servers, now=now), participations(servers)
    for server in servers:
        slot = known.slot_of(server, now=now)
        if slot is None:
            continue
        for one, upload in kinds:
            answer = answers[server.pk, one.code]
            if answer.is_due and not known.has(server, one.code, upload.kind, slot):
                yield server, (one, upload), slot, Trigger.CARRIED if answer.is_carried else Trigger.SCHEDULE
