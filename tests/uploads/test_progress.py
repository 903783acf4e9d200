"""Is nothing estimated that cannot be known yet, and is silence told as such?"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.uploads.conftest import CHUNK_BYTES, Worker
from tests.uploads.faulty_line import BUNDLE, CHUNK, Line, answers, passes
from uploads import policy
from uploads.models import Attempt, Upload
from uploads.progress import Progress, progress_of
from uploads.states import State


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def an_attempt(*, acknowledged: int, before: int = 0, took: float = 10, ago: float = 0) -> tuple[Upload, Attempt]:
    """One that began `took` seconds before the last chunk was acknowledged, which is `ago` seconds ago."""
    last = timezone.now() - seconds(ago)
    upload = Upload(state=State.SENDING, size=1000, acknowledged_bytes=acknowledged, progress_at=last)
    return upload, Attempt(started_at=last - seconds(took), first_byte=before)


def test_it_estimates_from_what_this_attempt_sent(clock: time_machine.Traveller) -> None:
    found = progress_of(*an_attempt(acknowledged=600, before=500), now=timezone.now())
    assert found == Progress(bytes_per_second=10, remaining=seconds(40))


def test_time_goes_by_between_two_chunks(clock: time_machine.Traveller) -> None:
    found = progress_of(*an_attempt(acknowledged=500, ago=4), now=timezone.now())
    assert (found.remaining, found.silent_since) == (seconds(6), None)
    assert progress_of(*an_attempt(acknowledged=900, ago=4), now=timezone.now()).remaining == seconds(0)


@pytest.mark.parametrize(
    "facts",
    [{"acknowledged": 0}, {"acknowledged": 500, "before": 500}, {"acknowledged": 200, "before": 500},
     {"acknowledged": 500, "took": 0}],
)  # fmt: skip
def test_it_estimates_nothing_before_it_can_be_known(clock: time_machine.Traveller, facts: dict[str, int]) -> None:
    assert progress_of(*an_attempt(**facts), now=timezone.now()) == Progress()


def test_it_says_since_when_nothing_was_acknowledged(clock: time_machine.Traveller) -> None:
    ago = policy.SILENT.total_seconds()
    upload, attempt = an_attempt(acknowledged=500, ago=ago)
    found = progress_of(upload, attempt, now=timezone.now())
    assert found == Progress(bytes_per_second=50, silent_since=upload.progress_at)


def test_an_attempt_without_any_chunk_is_silent_since_it_began(clock: time_machine.Traveller) -> None:
    upload, attempt = an_attempt(acknowledged=500, before=500, took=-100)  # the last chunk belongs to an earlier one
    attempt.started_at = timezone.now() - policy.SILENT
    upload.progress_at = attempt.started_at - seconds(70)
    assert progress_of(upload, attempt, now=timezone.now()) == Progress(silent_since=attempt.started_at)


def test_what_waits_has_no_progress(clock: time_machine.Traveller) -> None:
    assert progress_of(Upload(state=State.QUEUED), None, now=timezone.now()) == Progress()


@pytest.mark.usefixtures("small_chunks")
def test_a_transfer_writes_down_when_and_from_where(
    line: Line, worker: Worker, upload: Upload, clock: time_machine.Traveller
) -> None:
    line.fail(CHUNK, passes, *[answers(400)])
    worker.send(upload)
    assert (upload.acknowledged_bytes, upload.progress_at) == (CHUNK_BYTES, timezone.now())
    clock.shift(86_400)
    worker.send(upload)
    assert [one.first_byte for one in upload.attempts.all()] == [0, CHUNK_BYTES]
    assert upload.progress_at == timezone.now()


@pytest.mark.usefixtures("small_chunks")
def test_an_attempt_that_begins_again_counts_from_the_first_byte(
    line: Line, worker: Worker, upload: Upload, clock: time_machine.Traveller
) -> None:
    line.fail(CHUNK, passes, answers(400))
    worker.send(upload)
    clock.shift(86_400)
    line.fail(CHUNK, answers(404))
    worker.send(upload)
    assert (upload.state, line.steps().count(BUNDLE)) == (State.DELIVERED, 2)
    assert upload.attempts.last().first_byte == 0  # type: ignore[union-attr]
