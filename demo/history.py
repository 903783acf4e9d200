"""How does the upload history of the invented fleet come into the tables? Piece by piece, as each moment knew it."""

from datetime import datetime

from demo.many_rows import write_rows
from demo.sending import Journey
from uploads import bundle_store
from uploads.models import Attempt, Upload
from uploads.outcomes import Outcome
from uploads.sealing import seal
from uploads.settling import write_result_file
from uploads.states import State

ENDING = ("state", "finished_at", "next_attempt_at", "result_code", "cause", "acknowledged_bytes", "progress_at",
          "attempt_count", "bundle_deleted_at")  # fmt: skip


class History:
    """All uploads of a year, written down up to one moment after another.

    At each of them the tables say what was known then: an upload that failed and arrived a day later stands there as
    failed in between, so that whoever looks at that moment, and the rules do, sees what they would have seen.
    """

    def __init__(self, journeys: list[Journey]) -> None:
        self._ahead = sorted(journeys, key=lambda one: one.upload.created_at, reverse=True)
        self._unsettled: list[Journey] = []
        self._written: dict[int, int] = {}  # number of the upload → attempts that are in the table

    def write_until(self, moment: datetime) -> int:
        """What was begun by then, as far as it had come by then. Returns how many uploads were new."""
        new = []
        while self._ahead and self._ahead[-1].upload.created_at <= moment:
            new.append(self._ahead.pop())
        for journey in new:
            if journey.is_kept:
                _seal(journey)
        finals = {id(one): _as_of(one, moment) for one in new}
        write_rows(Upload, [one.upload for one in new])
        self._write_attempts([*new, *self._unsettled], moment)
        self._settle(moment)
        for journey in new:
            if finals[id(journey)]:
                _restore(journey, finals[id(journey)])
                self._unsettled.append(journey)
            elif journey.is_kept:
                _publish(journey)
        return len(new)

    def _settle(self, moment: datetime) -> None:
        """What has come further since, and what has ended."""
        changed, waiting = [], []
        for journey in self._unsettled:
            final = _as_of(journey, moment)
            changed.append(_copy(journey.upload))
            if final:
                _restore(journey, final)
                waiting.append(journey)
            elif journey.is_kept:
                _publish(journey)
        Upload.objects.bulk_update(changed, ENDING, batch_size=100)
        self._unsettled = waiting

    def _write_attempts(self, journeys: list[Journey], moment: datetime) -> None:
        rows = []
        for journey in journeys:
            known = self._written.get(journey.upload.pk, 0)
            due = [one for one in journey.attempts[known:] if one.started_at <= moment]
            for attempt in due:
                attempt.upload = journey.upload
            rows += due
            self._written[journey.upload.pk] = known + len(due)
        write_rows(Attempt, rows)


def _as_of(journey: Journey, moment: datetime) -> dict[str, object]:
    """Put the upload back to what was known at a moment; gives what it comes to later, empty where that is all."""
    known = [one for one in journey.attempts if one.started_at <= moment]
    if len(known) == len(journey.attempts):
        return {}
    upload = journey.upload
    final = {name: getattr(upload, name) for name in ENDING}
    upload.attempt_count, upload.finished_at, upload.acknowledged_bytes = len(known), None, 0
    upload.bundle_deleted_at = upload.progress_at = None
    if not known:
        upload.state, upload.result_code, upload.cause, upload.next_attempt_at = State.QUEUED, "", "", None
        return final
    last = known[-1]
    outcome = _outcome(last)
    states = {
        Attempt.Verdict.REFUSED: State.REFUSED,
        Attempt.Verdict.SEALED: State.READY,
        Attempt.Verdict.TRY_AGAIN: State.FAILED,
    }
    upload.state = states[outcome.verdict]
    upload.result_code, upload.cause = last.code, outcome.cause or ""
    upload.next_attempt_at = None if upload.state == State.READY else journey.attempts[len(known)].started_at
    return final


def _restore(journey: Journey, final: dict[str, object]) -> None:
    for name, value in final.items():
        setattr(journey.upload, name, value)


def _copy(upload: Upload) -> Upload:
    """Its row as it is now: the object goes on to its end while the row waits."""
    return Upload(pk=upload.pk, **{name: getattr(upload, name) for name in ENDING})


def _outcome(attempt: Attempt) -> Outcome:
    return Outcome(Attempt.Verdict(attempt.verdict), attempt.code, attempt.evidence, attempt.http_status)


def _seal(journey: Journey) -> None:
    """A real bundle, from what is in force at this server: what is kept can be looked at and downloaded."""
    upload = journey.upload
    at = journey.attempts[0].started_at
    bundle, ground = seal(upload.server, program_code=upload.program, kind=upload.kind, at=at)
    upload.bundle_sha256, upload.bundle_name, upload.size = bundle.sha256, bundle.name, bundle.size
    upload.sealed_as, upload.sealed_under = ground.sealed_as, ground.sealed_under
    if upload.state == State.DELIVERED:
        upload.acknowledged_bytes = journey.attempts[-1].bytes_sent = bundle.size


def _publish(journey: Journey) -> None:
    """Where scripts look for it, with the result file beside it."""
    upload, last = journey.upload, journey.attempts[-1]
    bundle_store.publish(upload.server, sha256=upload.bundle_sha256, name=upload.bundle_name)
    if last.verdict != Attempt.Verdict.SEALED and last.finished_at:
        write_result_file(upload, _outcome(last), at=last.finished_at)
