"""May the next byte leave? Asked before every request, of the database and never of memory.

Every request of a transfer stands between two signs (`request_under_way`): a shared lock for its server and program is
held, and only then is the database asked. A withdrawal first writes its decision and then waits until nobody holds
that lock (`close_fence`). So a request either began before and is waited for, or finds the decision and does not begin.
"""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.tongues import in_english
from programs.catalog import program
from programs.models import ConsentDecision
from programs.participation import Participation, participation
from programs.participation import State as Choice
from servers.models import LicenseServer
from uploads import fence_lock, policy
from uploads.causes import Cause
from uploads.models import Attempt, Preview, Upload, UploadQuerySet
from uploads.states import OPEN, State, before

TAKEN_OVER = "Another worker took this upload over."
DEMO_STAYS_HERE = "This server is invented. Uploads of a demo go to the sandbox receiver alone."
AGREED_TO_LESS = "Less was agreed to after this bundle was sealed, so it does not leave."
STILL_UNDER_WAY = _("It is decided. One request that began before is still under way; nothing follows it.")
CANCELED = "CTX_UPLOADER_ERROR_CANCELED"


class Fenced(Exception):
    """Nothing more may leave for this upload; the text is the reason that a person reads."""


class ToBeCarried(Fenced):
    """Reports of this server travel by hand: it may be sealed, and then it waits for a person."""


class FenceStillOpen(Exception):
    """What was decided stands, but a request that began before is still under way; the text says so."""


def ask_fence(upload: Upload, *, holder: str) -> None:
    """Raises Fenced when participation ended, less is agreed to than was sealed, somebody canceled, or took over.

    An invented server of a demo sends to the sandbox and nowhere else, whatever folder its rows came into.
    Raises ToBeCarried when all is well and only the network is closed.
    """
    server = LicenseServer.objects.get(pk=upload.server_id)
    if server.is_demo and not settings.SANDBOX:
        raise Fenced(DEMO_STAYS_HERE)
    answer = participation(program(upload.program), server)
    if not answer.is_due:
        raise Fenced(as_evidence(answer))
    if upload.bundle_sha256 and not is_still_agreed(upload, now_as=answer.state):
        raise Fenced(AGREED_TO_LESS)
    ours = Upload.objects.filter(pk=upload.pk, state=State.SENDING, lease_holder=holder)
    row = ours.values_list("cancel_asked_at", "cancel_reason").first()
    if row is None:
        raise Fenced(TAKEN_OVER)
    if row[0]:
        raise Fenced(row[1])
    if answer.is_carried:
        raise ToBeCarried(as_evidence(answer))


def as_evidence(answer: Participation) -> str:
    """Why, as an attempt keeps it."""
    with in_english():
        return answer.reason


def is_still_agreed(sealed: Upload | Preview, *, now_as: Choice) -> bool:
    """Does what was agreed to still cover a bundle that was sealed before?"""
    if sealed.sealed_as == Choice.ENFORCED and now_as != Choice.ENFORCED:
        return False  # all was sealed because nobody was asked; now somebody is
    narrowed = ConsentDecision.objects.narrowed_since
    return not narrowed(sealed.server_id, sealed.program, number=sealed.sealed_under)


@contextmanager
def request_under_way(upload: Upload, *, holder: str) -> Iterator[None]:
    """Around one request: whoever closes the fence waits for it. Raises Fenced before it begins."""
    with fence_lock.shared(upload.server, upload.program):
        ask_fence(upload, holder=holder)
        yield


def close_fence(
    server: LicenseServer,
    *,
    program_code: str,
    reason: str,
    keep_unsealed: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Wait for the request that is under way, then cancel what is open; returns how many uploads that were.

    Call it after the decision was committed: from then on no new request begins, and when this returns not one more
    byte leaves. `keep_unsealed` leaves what is not sealed yet: it will be sealed as decided now. Raises FenceStillOpen
    when the request takes longer than a lease; everything is canceled then too.
    """
    is_quiet = wait_until_quiet(server, program_code, pause)
    canceled = _cancel_open(server, program_code, reason=reason, keep_unsealed=keep_unsealed)
    if not is_quiet:
        raise FenceStillOpen(str(STILL_UNDER_WAY))
    return canceled


def wait_until_quiet(server: LicenseServer, program_code: str, pause: Callable[[float], None]) -> bool:
    """Did a moment come in which no request is under way? False when none came for as long as a lease."""
    for _try in range(policy.FENCE_TRIES):
        if fence_lock.is_free(server, program_code):
            return True
        pause(policy.FENCE_PAUSE_SECONDS)
    return False


def _cancel_open(server: LicenseServer, program_code: str, *, reason: str, keep_unsealed: bool) -> int:
    """What waits for a courier is canceled like the rest; what was taken along already is out of reach."""
    open_here = stoppable(server, program_code, OPEN | {State.READY})
    if keep_unsealed:
        open_here = open_here.exclude(Q(bundle_sha256="") & ~Q(state=State.SENDING))
    return cancel_rows(open_here, reason=reason)


@transaction.atomic
def cancel_rows(rows: UploadQuerySet, *, reason: str) -> int:
    """Cancel uploads whose fence is closed; returns how many. What arrived to the last byte is not among them."""
    return take_away(_not_arrived(rows), State.CANCELED, reason=reason)


def stoppable(server: LicenseServer, program_code: str, states: Collection[State]) -> UploadQuerySet:
    """Uploads of these states that have not arrived."""
    return _not_arrived(Upload.objects.filter(server_id=server.pk, program=program_code, state__in=states))


def _not_arrived(uploads: UploadQuerySet) -> UploadQuerySet:
    """Without those acknowledged to the last byte: they have nothing left to send, and their worker says so."""
    return uploads.exclude(state=State.SENDING, size__gt=0, acknowledged_bytes=F("size"))


def take_away(uploads: UploadQuerySet, target: State, *, reason: str, **facts: Any) -> int:
    """Move them out of their workers' hands: the lease goes and the attempt under way is over. In a transaction."""
    now = timezone.now()
    ids = list(uploads.select_for_update().values_list("pk", flat=True))
    Attempt.objects.filter(upload__in=ids, verdict=Attempt.Verdict.RUNNING).update(
        verdict=Attempt.Verdict.CANCELED, code=CANCELED, evidence=reason, finished_at=now
    )
    if target == State.CANCELED:
        facts |= {"finished_at": now, "result_code": CANCELED, "cause": Cause.STOPPED}
    moved = Upload.objects.filter(pk__in=ids, state__in=before(target))
    return moved.update(state=target, next_attempt_at=None, lease_until=None, lease_holder="", **facts)
