"""Is there any way past the table of moves? Not by the functions, and not in the database."""

from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from servers.models import LicenseServer
from tests.uploads.conftest import Worker
from tests.uploads.faulty_line import Line
from uploads import cis_client, policy
from uploads.models import Attempt, Upload
from uploads.outcomes import DELIVERED, Outcome
from uploads.settling import FOLLOWS, settle
from uploads.starting import NotStarted, retry_now
from uploads.states import BY_HAND, MOVES, OPEN, State, before
from uploads.transfer import claim

ENDED = [state for state in State if state not in OPEN | BY_HAND]


def in_state(server: LicenseServer, state: State, **facts: Any) -> Upload:
    """A row of that state that the database accepts; its claim, if it has one, has run out."""
    now = timezone.now()
    row: dict[str, Any] = {"bundle_sha256": "a" * 64, "size": 10, "period": now, "created_at": now}
    if state in {State.FAILED, State.REFUSED}:
        row["next_attempt_at"] = now
    if state == State.SENDING:
        row |= {"lease_until": now - policy.LEASE, "lease_holder": "dead"}
    if state == State.DELIVERED:
        row |= {"acknowledged_bytes": 10, "finished_at": now}
    return Upload.objects.create(server=server, program="telemetry", kind="compliance", state=state, **row | facts)


def test_every_state_has_its_moves_and_an_end_is_an_end() -> None:
    assert set(MOVES) == set(State)
    assert [state for state in State if not MOVES[state]] == ENDED
    assert set(ENDED) == {State.DELIVERED, State.CANCELED, State.OBSERVED}
    assert set(OPEN) | set(BY_HAND) | set(ENDED) == set(State)


def test_what_is_carried_by_hand_is_delivered_by_a_receipt_or_comes_back() -> None:
    assert MOVES[State.READY] == {State.QUEUED, State.CARRIED, State.DELIVERED, State.CANCELED}
    assert MOVES[State.CARRIED] == {State.READY, State.DELIVERED}, "never to the queue: it might arrive twice"
    assert before(State.CARRIED) == ["ready"], "only what is sealed and waits is taken along"


def test_before_reads_the_table_backwards() -> None:
    assert set(before(State.DELIVERED)) == {"sending", "ready", "carried"}
    assert set(before(State.SENDING)) == {"queued", "sending", "failed", "refused"}
    assert set(before(State.READY)) == {*OPEN, "carried"}
    assert set(before(State.CANCELED)) == {*OPEN, "ready"}
    assert before(State.OBSERVED) == [], "no upload of ours ever becomes an observed one"


@pytest.mark.parametrize("state", State)
def test_claiming_takes_only_what_may_be_sent(
    server: LicenseServer, clock: time_machine.Traveller, state: State
) -> None:
    upload = in_state(server, state)
    to = cis_client.destination_from_settings()
    assert (claim(upload.pk, destination=to, pause=lambda _: None) is not None) == (state in before(State.SENDING))
    upload.refresh_from_db()
    assert upload.state == (State.SENDING if state in OPEN else state)


@pytest.mark.parametrize("state", [state for state in State if state != State.SENDING])
@pytest.mark.parametrize("verdict", FOLLOWS)
def test_only_who_sends_can_settle(
    server: LicenseServer, clock: time_machine.Traveller, state: State, verdict: Attempt.Verdict
) -> None:
    upload = in_state(server, state, lease_holder="me")
    attempt = Attempt.objects.create(upload=upload, number=1, started_at=timezone.now())
    assert not settle(upload, attempt, Outcome(verdict, "CODE"), holder="me", at=timezone.now())
    upload.refresh_from_db()
    assert (upload.state, upload.result_code) == (state, "")


@pytest.mark.parametrize("verdict", FOLLOWS)
def test_who_sends_settles_as_it_ended(
    server: LicenseServer, clock: time_machine.Traveller, verdict: Attempt.Verdict
) -> None:
    upload = in_state(server, State.SENDING, lease_holder="me", acknowledged_bytes=10)
    attempt = Attempt.objects.create(upload=upload, number=1, started_at=timezone.now())
    assert settle(upload, attempt, Outcome(verdict, "CODE"), holder="me", at=timezone.now())
    assert (upload.state, upload.lease_holder, attempt.verdict) == (FOLLOWS[verdict], "", verdict)


def test_who_lost_the_lease_settles_nothing(server: LicenseServer, clock: time_machine.Traveller) -> None:
    upload = in_state(server, State.SENDING, lease_holder="other", acknowledged_bytes=10)
    attempt = Attempt.objects.create(upload=upload, number=1, started_at=timezone.now())
    assert not settle(upload, attempt, DELIVERED, holder="me", at=timezone.now())
    upload.refresh_from_db()
    assert (upload.state, upload.lease_holder, upload.result_code) == (State.SENDING, "other", "")
    assert attempt.verdict == Attempt.Verdict.ABANDONED


@pytest.mark.parametrize("state", State)
def test_trying_again_moves_only_what_waits(server: LicenseServer, clock: time_machine.Traveller, state: State) -> None:
    upload = in_state(server, state)
    if state in {*ENDED, State.CARRIED}:
        with pytest.raises(NotStarted, match="there is nothing to try again"):
            retry_now(upload, at=timezone.now())
    else:
        retry_now(upload, at=timezone.now())
    upload.refresh_from_db()
    assert upload.state == (State.QUEUED if state in {State.FAILED, State.REFUSED, State.READY} else state)


def test_a_retry_does_not_wait(
    server: LicenseServer, clock: time_machine.Traveller, line: Line, worker: Worker
) -> None:
    later = timezone.now() + policy.LEASE * 1000
    upload = in_state(server, State.FAILED, next_attempt_at=later, bundle_sha256="", size=0)
    assert worker.send(upload) is None
    retry_now(upload, at=timezone.now())
    worker.send(upload)
    assert upload.state == State.DELIVERED


IMPOSSIBLE: dict[str, tuple[State, dict[str, Any]]] = {
    "an unknown state": (State.QUEUED, {"state": "lost"}),
    "delivered with missing bytes": (State.DELIVERED, {"acknowledged_bytes": 9}),
    "delivered without an end": (State.DELIVERED, {"finished_at": None}),
    "delivered without a bundle": (State.DELIVERED, {"bundle_sha256": ""}),
    "failed without a next attempt": (State.FAILED, {"next_attempt_at": None}),
    "refused without a next attempt": (State.REFUSED, {"next_attempt_at": None}),
    "sending without a lease": (State.SENDING, {"lease_until": None}),
    "more acknowledged than there is": (State.SENDING, {"acknowledged_bytes": 11}),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_the_database_refuses(server: LicenseServer, case: str) -> None:
    state, facts = IMPOSSIBLE[case]
    upload = in_state(server, state)
    with pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(**facts)


def test_the_database_refuses_two_uploads_of_one_period(server: LicenseServer) -> None:
    first = in_state(server, State.QUEUED)
    with pytest.raises(IntegrityError, match=r"one_upload_a_period|UNIQUE"), transaction.atomic():
        in_state(server, State.DELIVERED, period=first.period)


def test_the_database_refuses_two_attempts_of_one_number(server: LicenseServer) -> None:
    upload = in_state(server, State.QUEUED)
    Attempt.objects.create(upload=upload, number=1, started_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(upload=upload, number=1, started_at=timezone.now())
