"""How fast does an upload travel, and how long will it take? Estimated from what was acknowledged, or not said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from uploads import policy
from uploads.models import Attempt, Upload
from uploads.states import State


@dataclass(frozen=True, slots=True)
class Progress:
    """What can be said now. `bytes_per_second` and `remaining` are estimates; None where none can be made yet.

    `silent_since` is since when nothing was acknowledged, once that is longer than a chunk should take.
    """

    bytes_per_second: float | None = None
    remaining: timedelta | None = None
    silent_since: datetime | None = None


def progress_of(upload: Upload, attempt: Attempt | None, *, now: datetime) -> Progress:
    """The progress of an upload in its running attempt. What an earlier attempt sent says nothing about this one."""
    if upload.state != State.SENDING or attempt is None:
        return Progress()
    began, last = attempt.started_at, upload.progress_at
    sent = upload.acknowledged_bytes - attempt.first_byte
    is_silent = now - max(began, last or began) >= policy.SILENT
    if last is None or last <= began or sent <= 0:
        return Progress(silent_since=began if is_silent else None)
    rate = sent / (last - began).total_seconds()
    if is_silent:
        return Progress(bytes_per_second=rate, silent_since=last)
    left = timedelta(seconds=(upload.size - upload.acknowledged_bytes) / rate)
    return Progress(bytes_per_second=rate, remaining=max(left - (now - last), timedelta()))
