"""What follows from the end of an attempt? The row, the attempt and the result file, all of them or none."""

import logging
from datetime import datetime

from django.db import transaction

from programs.catalog import programs
from uploads import bundle_store, result_file
from uploads.models import Attempt, Trigger, Upload
from uploads.outcomes import Outcome
from uploads.retrying import next_attempt
from uploads.states import State

log = logging.getLogger(__name__)
Verdict = Attempt.Verdict
FOLLOWS = {
    Verdict.DELIVERED: State.DELIVERED,
    Verdict.TRY_AGAIN: State.FAILED,
    Verdict.REFUSED: State.REFUSED,
    Verdict.CANCELED: State.CANCELED,
    Verdict.SEALED: State.READY,
}


def settle(upload: Upload, attempt: Attempt, outcome: Outcome, *, holder: str, at: datetime) -> bool:
    """Write the end down. False when another worker took the upload over: then only our attempt is closed."""
    target = FOLLOWS[outcome.verdict]
    ends = target in {State.DELIVERED, State.CANCELED}
    again = None if ends or target == State.READY else next_attempt(upload, outcome.verdict, at=at)
    if target == State.READY and not attempt.bytes_sent:
        attempt.destination = upload.destination = ""  # no connection was opened
    with transaction.atomic():
        ours = Upload.objects.filter(pk=upload.pk, state=State.SENDING, lease_holder=holder)
        moved = ours.update(
            state=target,
            finished_at=at if ends else None,
            next_attempt_at=again,
            lease_until=None,
            lease_holder="",
            result_code=outcome.code,
            destination=upload.destination,
            cause=outcome.cause or "",
            trigger=_trigger(upload, target),
        )
        _close(attempt, outcome if moved else None, at=at)
        if moved and target != State.READY:
            # Before the commit: whoever is killed in between repeats the last chunk and writes the file again.
            write_result_file(upload, outcome, at=at)
    if moved:
        upload.refresh_from_db()
    return bool(moved)


@transaction.atomic
def give_back(upload: Upload, attempt: Attempt, *, holder: str, at: datetime) -> None:
    """Let the next worker go on at once: the lease ends now instead of running out."""
    ours = Upload.objects.filter(pk=upload.pk, state=State.SENDING, lease_holder=holder)
    if ours.update(lease_until=at, lease_holder="", handed_over_at=None):
        attempt.evidence = f"Its worker was told to end. The next one goes on at byte {upload.acknowledged_bytes}."
    _close(attempt, None, at=at)


def _trigger(upload: Upload, target: State) -> str:
    """A daily upload that its worker found by hand in the end is one that is carried."""
    is_carried = target == State.READY and upload.trigger == Trigger.SCHEDULE
    return Trigger.CARRIED if is_carried else upload.trigger


def write_result_file(upload: Upload, outcome: Outcome, *, at: datetime) -> None:
    """Keep the product's result file of this server true. Only telemetry has one."""
    if (upload.program, upload.kind) != ("telemetry", "compliance"):
        return
    try:
        result_file.write(bundle_store.resource_folder(upload.server) / "cache", result_of(upload, outcome, at=at))
    except OSError:
        # The row is the truth: a full disk must not keep the end of an attempt from being written down.
        log.exception("The result file of upload %s could not be written", upload.pk)


def result_of(upload: Upload, outcome: Outcome, *, at: datetime) -> result_file.Result:
    """The outcome in the words of the product's result file."""
    return result_file.Result(
        code=outcome.code,
        message=outcome.evidence,
        at=at,
        upload_type=_result_type(upload),
        target=upload.destination,
    )


def _result_type(upload: Upload) -> str:
    """The type that is declared for uploads with a result file; the others say their program's code, which is ours."""
    known = programs().get(upload.program)
    return (known.upload(upload.kind).result_type if known else None) or upload.program


def last_result(upload: Upload) -> result_file.Result | None:
    """The result of the newest attempt that ended; None before the first."""
    attempt = upload.attempts.exclude(verdict__in=[Verdict.RUNNING, Verdict.ABANDONED, Verdict.SEALED]).last()
    if attempt is None or attempt.finished_at is None:
        return None
    outcome = Outcome(Verdict(attempt.verdict), attempt.code, attempt.evidence, attempt.http_status)
    return result_of(upload, outcome, at=attempt.finished_at)


def _close(attempt: Attempt, outcome: Outcome | None, *, at: datetime) -> None:
    if outcome is None and not Attempt.objects.filter(pk=attempt.pk, verdict=Verdict.RUNNING).exists():
        attempt.save(update_fields=["bytes_sent"])  # who closed the fence closed it already
        return
    attempt.finished_at = at
    if outcome is None:
        attempt.verdict = Verdict.ABANDONED
    else:
        attempt.verdict, attempt.code = outcome.verdict, outcome.code
        attempt.evidence, attempt.http_status = outcome.evidence, outcome.status
    names = ["finished_at", "verdict", "code", "evidence", "http_status", "bytes_sent", "destination"]
    attempt.save(update_fields=names)
