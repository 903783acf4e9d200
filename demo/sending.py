"""Which uploads does the invented fleet have behind it? Every day of every program, with every attempt at it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from demo.failures import Failure
from demo.fleet import Story
from demo.incidents import failing_days, silent_days
from demo.members import Member
from programs.catalog import UploadKind, programs
from programs.codes import CALL_HOME, CEIP, EVENT_DATA, TELEMETRY
from programs.schedule import EVERY, TRY_AGAIN_AFTER
from uploads.models import Attempt, Trigger, Upload
from uploads.result_file import SUCCESS
from uploads.states import State

DESTINATION = "cis.example:443"
CARRIED_BEFORE = 22  # days: what is older than that came back with a receipt
Verdict = Attempt.Verdict


@dataclass(slots=True)
class Journey:
    """One upload as it ended or stands today, its attempts, and whether its bundle is kept, so that it must be real."""

    upload: Upload
    attempts: list[Attempt] = field(default_factory=list)
    is_kept: bool = False


def journeys_of(member: Member) -> Iterator[Journey]:
    """Every upload of this server, the oldest first."""
    if member.machine.story is Story.UNKNOWN:
        return
    silent = silent_days(member)
    for code, begins in _programs(member).items():
        failing = failing_days(member, code)
        for kind in programs()[code].uploads:
            dice = member.dice(f"{code} {kind.kind}")
            size = dice.randrange(540, 950)  # what sealed ones have
            newest = next(ago for ago in range(member.last, member.days) if ago not in failing and ago not in silent)
            for ago in range(min(begins, member.first), member.last - 1, -1):
                if ago in silent:
                    continue
                made = _carried if member.machine.story is Story.CARRIED else _sent
                journey = made(member, code, kind, ago, failing=failing, dice=dice, size=size + dice.randrange(40))
                yield journey if _keeps_bundle(journey, is_newest=ago == newest) else _without_bundle(journey, kind)


def _programs(member: Member) -> dict[str, int]:
    """Which programs report, and for how many days."""
    story, agreed = member.machine.story, max(member.days - 25, 1)
    found = {TELEMETRY: member.first}
    if story is Story.CARRIED:
        return found
    if story is Story.PROVIDER:
        return found | {CALL_HOME: member.first}
    if member.machine.sharing in {CALL_HOME, CEIP}:
        found[member.machine.sharing] = agreed
    if story is Story.REGISTERED:
        found[EVENT_DATA] = agreed - 3
    return found


def _sent(
    member: Member, code: str, kind: UploadKind, ago: int, *, failing: dict[int, Failure], dice: Random, size: int
) -> Journey:
    due = member.slot(ago)
    upload = _upload(member, code, kind, due, size=size)
    journey, at, tried = Journey(upload), due + timedelta(seconds=dice.randrange(3, 16)), ago
    while tried in failing and tried >= member.last:
        _fail(journey, failing[tried], at=at, seconds=dice.randrange(1, 95))
        at, tried = at + TRY_AGAIN_AFTER + timedelta(seconds=dice.randrange(20)), tried - 1
    if tried >= member.last:
        _deliver(journey, at=at, seconds=dice.randrange(1, 4))
    return journey


def _keeps_bundle(journey: Journey, *, is_newest: bool) -> bool:
    """As retention keeps them: what did not arrive, and the newest of each kind that did."""
    journey.is_kept = is_newest or journey.upload.state != State.DELIVERED
    return journey.is_kept


def _without_bundle(journey: Journey, kind: UploadKind) -> Journey:
    """It arrived, and its bytes were let go when the next one did: nothing but its digest is left."""
    upload = journey.upload
    said = f"{upload.server.guid} {upload.program} {kind.kind} {upload.period}"
    upload.bundle_sha256 = sha256(said.encode()).hexdigest()
    upload.bundle_name = f"{kind.file_prefix}{int(upload.period.timestamp())}.zip"
    upload.bundle_deleted_at = journey.attempts[-1].started_at + EVERY
    return journey


def _upload(member: Member, code: str, kind: UploadKind, due: datetime, *, size: int) -> Upload:
    return Upload(
        server=member.server, program=code, kind=kind.kind, period=due, created_at=due + timedelta(seconds=2),
        size=size, destination=DESTINATION, attempt_count=0,
    )  # fmt: skip


def _fail(journey: Journey, failure: Failure, *, at: datetime, seconds: int) -> None:
    upload = journey.upload
    ended = at + timedelta(seconds=seconds)
    _attempt(
        journey, failure.verdict, failure.code, at=at, ended=ended, evidence=failure.evidence, status=failure.status
    )
    upload.state = State.REFUSED if failure.is_refused else State.FAILED
    upload.result_code, upload.cause, upload.next_attempt_at = failure.code, failure.cause, ended + TRY_AGAIN_AFTER


def _deliver(journey: Journey, *, at: datetime, seconds: int) -> None:
    upload = journey.upload
    ended = at + timedelta(seconds=seconds)
    _attempt(journey, Verdict.DELIVERED, SUCCESS, at=at, ended=ended, sent=upload.size)
    upload.state, upload.finished_at, upload.result_code, upload.cause = State.DELIVERED, ended, SUCCESS, ""
    upload.acknowledged_bytes, upload.next_attempt_at, upload.progress_at = upload.size, None, ended


def _carried(
    member: Member, code: str, kind: UploadKind, ago: int, *, failing: dict[int, Failure], dice: Random, size: int
) -> Journey:
    """Sealed at its slot; what is older came back with the receipt of its month."""
    due = member.slot(ago)
    journey = Journey(_upload(member, code, kind, due, size=size))
    upload = journey.upload
    upload.trigger, upload.destination = Trigger.CARRIED, ""
    _attempt(journey, Verdict.SEALED, "", at=due, ended=due + timedelta(seconds=2))
    upload.state = State.READY
    if ago >= CARRIED_BEFORE:
        back = member.slot(max(ago // 30 * 30, CARRIED_BEFORE)) + timedelta(hours=9)
        words = f"Typed in by mara.jansen and not proved: case number DEMO-{back:%y%m}, uploaded on {back:%Y-%m-%d}."
        _attempt(journey, Verdict.DELIVERED, SUCCESS, at=back, ended=back, evidence=words)
        upload.state, upload.finished_at, upload.result_code = State.DELIVERED, back, SUCCESS
        upload.acknowledged_bytes = size
    return journey


def _attempt(
    journey: Journey, verdict: Verdict, code: str, *, at: datetime, ended: datetime, evidence: str = "",
    status: int | None = None, sent: int = 0,
) -> None:  # fmt: skip
    journey.upload.attempt_count += 1
    journey.attempts.append(
        Attempt(
            upload=journey.upload, number=journey.upload.attempt_count, started_at=at, finished_at=ended,
            verdict=verdict, code=code, evidence=evidence, http_status=status, bytes_sent=sent,
            destination=journey.upload.destination,
        )
    )  # fmt: skip
