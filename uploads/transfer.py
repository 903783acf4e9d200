"""How does a bundle travel? Claim, seal, log in, send chunk after chunk, settle: each step safe to be killed in."""

import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.tongues import in_english
from uploads import bundle_store, cis_client, kept_token, policy, stopping
from uploads.checked_bundle import CheckedBundle
from uploads.fence import TAKEN_OVER, Fenced, ToBeCarried, ask_fence, request_under_way
from uploads.models import Attempt, Trigger, Upload
from uploads.outcomes import DELIVERED, Outcome, is_worth_a_repeat, judge
from uploads.sealing import seal_for
from uploads.settling import give_back, settle
from uploads.states import State
from uploads.stopping import WorkerEnds

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(slots=True)
class Journey:
    """One attempt under way: the upload, who holds its lease, and the token that opens the receiver."""

    upload: Upload
    attempt: Attempt
    destination: cis_client.Destination
    holder: str
    pause: Callable[[float], None]
    token: str = ""
    logged_in_again: bool = False
    was_answered: bool = False


def transfer(upload_id: int, *, pause: Callable[[float], None] = time.sleep) -> Outcome | None:
    """Send the upload if it may be started; None when somebody else has it or goes on with it, or nothing is left."""
    with in_english():  # whatever is said on the way is evidence
        return _transferred(upload_id, pause)


def _transferred(upload_id: int, pause: Callable[[float], None]) -> Outcome | None:
    destination = cis_client.destination_from_settings()
    journey = claim(upload_id, destination=destination, pause=pause)
    if journey is None:
        return None
    try:
        outcome = _travel(journey)
    except ToBeCarried as waiting:
        outcome = judge(waiting)
    except WorkerEnds:
        give_back(journey.upload, journey.attempt, holder=journey.holder, at=timezone.now())
        return None
    except (OperationalError, InterfaceError):
        raise  # the database is away: whoever claims the row after this lease goes on where it stands
    except Exception as error:
        outcome = judge(error)
        log.log(_level(outcome), "Upload %s: %s", upload_id, outcome.code, exc_info=_is_ours(outcome))
    settle(journey.upload, journey.attempt, outcome, holder=journey.holder, at=timezone.now())
    return outcome


@transaction.atomic
def claim(upload_id: int, *, destination: cis_client.Destination, pause: Callable[[float], None]) -> Journey | None:
    """Take the upload by one conditional update: if no row changed, somebody else has it."""
    now, holder = timezone.now(), uuid4().hex
    taken = (
        Upload.objects.claimable(now=now)
        .filter(pk=upload_id)
        .update(
            state=State.SENDING,
            lease_until=now + policy.LEASE,
            lease_holder=holder,
            attempt_count=F("attempt_count") + 1,
            next_attempt_at=None,
            handed_over_at=None,
            destination=destination.address,
        )
    )
    if not taken:
        return None
    upload = Upload.objects.select_related("server").get(pk=upload_id)
    running = Attempt.objects.filter(upload=upload, verdict=Attempt.Verdict.RUNNING)
    running.update(verdict=Attempt.Verdict.ABANDONED, finished_at=now)
    attempt = Attempt.objects.create(
        upload=upload,
        number=upload.attempt_count,
        started_at=now,
        destination=destination.address,
        first_byte=upload.acknowledged_bytes,
    )
    return Journey(upload, attempt, destination, holder, pause)


def _travel(journey: Journey) -> Outcome:
    with suppress(ToBeCarried):  # a report for a courier is sealed as well; then no request begins
        ask_fence(journey.upload, holder=journey.holder)
    seal_for(journey.upload, at=timezone.now(), under_way=_lease_keeper(journey))
    with bundle_store.open_to_send(journey.upload.bundle_sha256, start=journey.upload.acknowledged_bytes) as bundle:
        _remember(journey)
        journey.token = kept_token.token_for(journey.destination)
        if not journey.token:
            _log_in(journey)
        try:
            _send_rest(journey, bundle)
        except cis_client.Refusal as refusal:
            if refusal.status != 404 or not journey.upload.remote_id:
                raise
            # The receiver forgot the bundle (it cleans up what stays unfinished): begin again from the first byte.
            _remember(journey, remote_id="", acknowledged_bytes=0)
            Attempt.objects.filter(pk=journey.attempt.pk).update(first_byte=0)
            _send_rest(journey, bundle)
    return DELIVERED


def _send_rest(journey: Journey, bundle: CheckedBundle) -> None:
    upload = journey.upload
    if not upload.remote_id:
        remote = _repeated(
            journey,
            lambda: cis_client.create_bundle(
                journey.destination, journey.token, size=upload.size, name=upload.bundle_name
            ),
        )
        _remember(journey, remote_id=remote.id, chunk_bytes=remote.chunk_bytes, acknowledged_bytes=0)
        bundle.rewind()
    while upload.acknowledged_bytes < upload.size:
        _stop_if_told()
        _send_chunk(journey, bundle.read(upload.chunk_bytes or policy.CHUNK_BYTES))


def _send_chunk(journey: Journey, data: bytes) -> None:
    offset = journey.upload.acknowledged_bytes

    def deliver() -> None:
        cis_client.send_chunk(
            journey.destination, journey.token, remote_id=journey.upload.remote_id, offset=offset, data=data
        )
        journey.attempt.bytes_sent += len(data)
        # Still inside the fence: whoever waits there cancels nothing that has just arrived whole.
        _remember(journey, acknowledged_bytes=offset + len(data), progress_at=timezone.now())

    _repeated(journey, deliver)


def _repeated(journey: Journey, request: Callable[[], T]) -> T:
    """Ask the fence, then make the request; again, with growing pauses, for what may pass by itself."""
    number = 1
    while True:
        try:
            with request_under_way(journey.upload, holder=journey.holder):
                answer = request()
            journey.was_answered = True
            return answer
        except Exception as error:
            if _may_log_in_again(journey, error):
                _log_in(journey)
                continue
            _pause_or_raise(journey, error, number=number)
            number += 1


def _log_in(journey: Journey) -> None:
    def one_step(request: Callable[[], str]) -> str:
        answer = _repeated(journey, request)
        _remember(journey)
        return answer

    journey.token = cis_client.log_in(journey.destination, each=one_step)
    kept_token.keep(journey.destination, journey.token)


def _may_log_in_again(journey: Journey, error: Exception) -> bool:
    """A token can end in the middle of a long upload, or since an earlier one: one new log-in for each attempt."""
    if not isinstance(error, cis_client.Refusal) or error.status not in {401, 403} or not journey.token:
        return False
    kept_token.forget()
    if error.status == 403:
        return False
    first, journey.logged_in_again = not journey.logged_in_again, True
    return first


def _pause_or_raise(journey: Journey, error: Exception, *, number: int) -> None:
    asked_for = error.retry_after if isinstance(error, cis_client.Refusal) else None
    if number >= policy.TRIES_PER_CHUNK or not is_worth_a_repeat(error):
        raise error
    left = asked_for if asked_for is not None else _backoff(journey, number)
    if left > policy.LONGEST_PAUSE_SECONDS:
        raise error
    while True:
        piece = min(left, policy.PAUSE_PIECE_SECONDS)
        journey.pause(piece)
        _remember(journey)
        _stop_if_told()
        left -= piece
        if left <= 0:
            return


def _backoff(journey: Journey, number: int) -> float:
    """Long enough to outlast a router that restarts, unless a person waits to hear that nobody is there at all."""
    is_watched = journey.upload.trigger == Trigger.PERSON and not journey.was_answered
    pauses = policy.HASTY_PAUSES_SECONDS if is_watched else policy.PAUSES_SECONDS
    return pauses[number - 1] * random.uniform(1.0, policy.JITTER)  # noqa: S311  # jitter, no secret


def _stop_if_told() -> None:
    if stopping.is_told():
        raise WorkerEnds


def _lease_keeper(journey: Journey) -> Callable[[], None]:
    """For long work of our own: prolongs the lease whenever a quarter of it has passed."""
    due = timezone.now() + policy.LEASE / 4

    def keep() -> None:
        nonlocal due
        if timezone.now() >= due:
            _remember(journey)
            due = timezone.now() + policy.LEASE / 4

    return keep


def _remember(journey: Journey, **facts: object) -> None:
    """Write progress and a longer lease, if the lease is still ours. Raises Fenced when it is not."""
    lease: datetime = timezone.now() + policy.LEASE
    ours = Upload.objects.filter(pk=journey.upload.pk, state=State.SENDING, lease_holder=journey.holder)
    if not ours.update(lease_until=lease, **facts):
        raise Fenced(TAKEN_OVER)
    for name, value in facts.items():
        setattr(journey.upload, name, value)


def _is_ours(outcome: Outcome) -> bool:
    """Is it a defect of this program, which wants a traceback in the log?"""
    return outcome.code.endswith(("_INTERNAL", "_GATE"))


def _level(outcome: Outcome) -> int:
    return logging.ERROR if _is_ours(outcome) else logging.WARNING
