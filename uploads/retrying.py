"""When is a failed upload tried again? After 24 hours; sooner near day 90, where that was asked for."""

from datetime import datetime

from django.conf import settings

from programs.catalog import programs
from programs.deadline import retry_wait
from programs.schedule import TRY_AGAIN_AFTER
from uploads.models import Attempt, Upload
from uploads.reporting import reporting_of


def next_attempt(upload: Upload, verdict: Attempt.Verdict, *, at: datetime) -> datetime:
    """The due time of the next try of an upload that failed at `at`.

    Only a required program has a last day; before its first delivery the days count from when the server was added.
    """
    known = programs().get(upload.program)
    has_a_last_day = known is not None and known.is_mandatory
    if verdict == Attempt.Verdict.REFUSED or not has_a_last_day or not settings.UPLOAD_DEADLINE_AWARE:
        return at + TRY_AGAIN_AFTER
    since = reporting_of(upload.server, program_code=upload.program).last_success or upload.server.created_at
    return at + retry_wait(since, now=at, deadline_aware=True)
