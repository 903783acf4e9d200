"""What did the license server itself upload? Its own result file, log and bundles, kept as observed uploads.

They stand in the same history as ours, carry their own evidence, and count for the 90 days where they say success.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from programs.catalog import programs
from servers.models import LicenseServer
from uploads.causes import cause_of
from uploads.models import Attempt, Trigger, Upload
from uploads.result_file import Result
from uploads.states import State


@dataclass(frozen=True, slots=True)
class Observation:
    """One upload as a file of the license server tells it. `code` is "" where the file does not say how it ended."""

    program: str
    kind: str
    at: datetime
    code: str
    evidence: str
    target: str = ""
    bundle_sha256: str = ""
    bundle_name: str = ""
    size: int = 0


def of_result(result: Result, *, evidence: str) -> Observation:
    """A result, under the program whose uploads have its type; an unknown type stays as it came."""
    known = [
        (one.code, upload.kind)
        for one in programs().values()
        for upload in one.uploads
        if upload.result_type == result.upload_type
    ]
    program, kind = known[0] if known else (result.upload_type[:32] or "unknown", "unknown")
    return Observation(program, kind, result.at, result.code[:64], evidence, target=result.target[:255])


@transaction.atomic
def observe(server: LicenseServer, seen: Observation) -> bool:
    """Keep it, once for its program and moment. True when it, or how it ended, is new here.

    The bundle and the result of one upload may carry the same second: then each adds what the other does not say.
    """
    upload, is_new = Upload.objects.get_or_create(
        server=server,
        program=seen.program,
        kind=seen.kind,
        period=seen.at,
        defaults={
            "trigger": Trigger.OBSERVED,
            "state": State.OBSERVED,
            "created_at": seen.at,
            **_bundle(seen),
            **_end(seen),
        },
    )
    says_the_end = bool(seen.code) and (is_new or _lacks(upload, "result_code"))
    news = (_end(seen) if says_the_end else {}) | (_bundle(seen) if _lacks(upload, "bundle_sha256") else {})
    if news and not is_new:
        Upload.objects.filter(pk=upload.pk).update(**news)
    if says_the_end:
        _add_attempt(upload, seen)
    return is_new or says_the_end


def _lacks(upload: Upload, name: str) -> bool:
    """Uploads of our own know everything about themselves."""
    return upload.state == State.OBSERVED and not getattr(upload, name)


def _bundle(seen: Observation) -> dict[str, object]:
    return {"bundle_sha256": seen.bundle_sha256, "bundle_name": seen.bundle_name[:64], "size": seen.size}


def _end(seen: Observation) -> dict[str, object]:
    return {
        "finished_at": seen.at if seen.code else None,
        "result_code": seen.code,
        "cause": cause_of(seen.code, evidence=seen.evidence) or "",
        "destination": seen.target,
        "attempt_count": 1 if seen.code else 0,
    }


def _add_attempt(upload: Upload, seen: Observation) -> None:
    Attempt.objects.create(
        upload=upload,
        number=1,
        started_at=seen.at,
        finished_at=seen.at,
        verdict=Attempt.Verdict.OBSERVED,
        code=seen.code,
        evidence=seen.evidence.replace("\x00", "\ufffd"),  # PostgreSQL refuses NUL
        destination=seen.target,
    )
