"""Is anything lost or doubled when a worker is killed? At every step of an upload, and at every move of its row.

The moves are those of `uploads.states.MOVES`, each one before its statement, between statement and commit, and after
the commit. A kill is a SIGKILL of a process that runs the product's code (`killed_worker`).
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from time_machine import Traveller

from programs.schedule import TRY_AGAIN_AFTER
from servers.models import LicenseServer
from tests.uploads.conftest import CHUNK_BYTES, Peer, Worker, begin, ended, licensed_server, sealed
from tests.uploads.deciding import MANUAL, report
from tests.uploads.faulty_line import CHUNK, IDENTITY, Line, answers
from tests.uploads.killed_steps import BEFORE_THE_FIRST_BYTE, WITH_BYTES
from tests.uploads.killed_worker import Order, Step, Workshop, workshop
from uploads import bundle_store, policy
from uploads.models import Attempt, Upload
from uploads.result_file import FILE_NAME, read
from uploads.sealing import seal_for
from uploads.states import MOVES, State

pytestmark = [pytest.mark.usefixtures("small_chunks"), pytest.mark.django_db(transaction=True)]
KILLED = -9
LATER = TRY_AGAIN_AFTER + policy.LEASE
MOMENTS = ("before", "within", "after")
CARRIED = {State.READY, State.CARRIED}  # their moves are tried in `test_killed_courier`
Verdict = Attempt.Verdict


@pytest.fixture(scope="module")
def forge() -> Iterator[Workshop]:
    with workshop() as running:
        yield running


Kill = Callable[..., None]


@pytest.fixture
def kill(forge: Workshop, settings: Settings, clock: Traveller) -> Kill:
    """Do a piece of work and die at a step of it. Fails when that step was never reached."""

    def at(upload: Upload, step: Step, work: str = "transfer") -> None:
        names = ("CIS_URL", "CIS_USERNAME", "CIS_PASSWORD", "CIS_PRODUCT_KEY", "DATA_DIR", "SECRET_KEY")
        given: dict[str, Any] = {name: str(getattr(settings, name)) for name in names}
        sizes = {"CHUNK_BYTES": CHUNK_BYTES, "MAX_CHUNK_BYTES": CHUNK_BYTES}
        database = str(connection.settings_dict["NAME"])
        order = Order(work, upload.pk, timezone.now().isoformat(), step, database, settings=given, policy=sizes)
        assert forge.run(order) == KILLED, f"{step} was not reached"
        upload.refresh_from_db()

    return at


@pytest.fixture
def upload(line: Line, clock: Traveller) -> Upload:
    return begin(licensed_server("ls1.example.org"))


def assert_delivered_once(upload: Upload, peer: Peer, clock: Traveller) -> None:
    """The next workers bring it to its end: one whole bundle, no byte elsewhere, and a true history."""
    for _ in range(3):
        if upload.state == State.DELIVERED:
            break
        clock.shift(LATER)
        Worker().send(upload)
    assert (upload.state, peer.whole(upload)) == (State.DELIVERED, [upload.bundle_sha256])
    assert peer.bytes_of(upload) == upload.size
    assert_true_history(upload)
    file = bundle_store.resource_folder(upload.server) / "cache" / FILE_NAME
    assert read(file.read_bytes()).is_success


def assert_true_history(upload: Upload) -> None:
    """A row for each try, the abandoned ones marked, and nothing that the constraints forbid."""
    attempts = list(upload.attempts.all())
    assert [one.number for one in attempts] == list(range(1, upload.attempt_count + 1))
    assert all(one.finished_at for one in attempts)
    assert Verdict.RUNNING not in {one.verdict for one in attempts}
    upload.validate_constraints()
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("step", BEFORE_THE_FIRST_BYTE, ids=str)
def test_before_the_first_byte(upload: Upload, kill: Kill, peer: Peer, clock: Traveller, step: Step) -> None:
    kill(upload, step)
    assert (upload.state, upload.acknowledged_bytes) == (State.SENDING, 0)
    assert_delivered_once(upload, peer, clock)
    assert [one.verdict for one in upload.attempts.all()] == [Verdict.ABANDONED, Verdict.DELIVERED]


@pytest.mark.parametrize("step", WITH_BYTES, ids=str)
def test_with_bytes_under_way(
    *, upload: Upload, kill: Kill, peer: Peer, line: Line, clock: Traveller, step: Step
) -> None:
    sealed(upload, bytes(range(250)) * 4)
    kill(upload, step)
    known, stored = upload.acknowledged_bytes, peer.bytes_of(upload)
    assert known <= stored <= known + CHUNK_BYTES
    line.clear()
    assert_delivered_once(upload, peer, clock)
    assert line.offsets() == list(range(known, upload.size, CHUNK_BYTES))  # nothing before it is sent again


def test_nobody_takes_it_while_the_lease_of_the_dead_one_lasts(upload: Upload, kill: Kill, clock: Traveller) -> None:
    kill(upload, Step("uploads.transfer:claim"))
    clock.shift(policy.LEASE * 0.99)
    assert Worker().send(upload) is None
    assert timedelta(seconds=60) >= policy.LEASE


def waits(state: State) -> Callable[[Upload, Line], None]:
    """Brings the upload into a state in which a worker may take it."""

    def arrange(upload: Upload, line: Line) -> None:
        facts: dict[str, Any] = {"state": state}
        if state in {State.FAILED, State.REFUSED}:
            facts["next_attempt_at"] = timezone.now()
        if state == State.SENDING:
            facts |= {"lease_until": timezone.now() - policy.LEASE, "lease_holder": "dead"}
        Upload.objects.filter(pk=upload.pk).update(**facts)

    return arrange


def meets(status: int, times: int) -> Callable[[Upload, Line], None]:
    return lambda _upload, line: line.fail(CHUNK, *[answers(status)] * times)


def nothing(_upload: Upload, _line: Line) -> None:
    pass


# How each move comes about: what stands there before, what is done, and which move of that work it is.
Way = tuple[Callable[[Upload, Line], None], str, int]
WAYS: dict[tuple[State, State], Way] = {
    **{(state, State.SENDING): (waits(state), "transfer", 1) for state in MOVES if State.SENDING in MOVES[state]},
    (State.SENDING, State.DELIVERED): (nothing, "transfer", 2),
    (State.SENDING, State.FAILED): (meets(503, 3), "transfer", 2),
    (State.SENDING, State.REFUSED): (meets(400, 1), "transfer", 2),
    (State.FAILED, State.QUEUED): (waits(State.FAILED), "retry", 1),
    (State.REFUSED, State.QUEUED): (waits(State.REFUSED), "retry", 1),
}
STOPPED = [State.QUEUED, State.SENDING, State.FAILED, State.REFUSED]


def test_every_move_is_tried() -> None:
    moves = {(state, to) for state, following in MOVES.items() for to in following if state not in CARRIED}
    ends = {(state, to) for state in STOPPED for to in (State.CANCELED, State.READY)}
    assert moves == set(WAYS) | ends


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("move", WAYS, ids="-".join)
def test_at_every_move(
    *, upload: Upload, kill: Kill, peer: Peer, line: Line, clock: Traveller, move: tuple[State, State], moment: str
) -> None:
    (came_from, to), (arrange, work, nth) = move, WAYS[move]
    arrange(upload, line)
    kill(upload, Step("move", moment, nth), work)
    # A retry is one statement without a transaction around it: it is committed as soon as it is done.
    assert upload.state == (to if moment == "after" or (work, moment) == ("retry", "within") else came_from)
    assert_delivered_once(upload, peer, clock)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("state", STOPPED)
def test_a_change_to_reports_by_hand_killed_at_its_move_is_in_force(
    *, upload: Upload, kill: Kill, line: Line, clock: Traveller, state: State, moment: str
) -> None:
    """The decision is committed before anything moves, so nothing is sent whatever becomes of the row."""
    seal_for(upload, at=timezone.now())
    waits(state)(upload, line)
    kill(upload, Step("move", moment), "by hand")
    assert upload.state == (State.READY if moment == "after" else state)
    assert_nothing_leaves(upload, line, clock, end=State.READY)
    report(upload.server, MANUAL)
    assert Upload.objects.get().state == State.READY


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("state", STOPPED)
def test_canceling_killed_at_its_move_is_in_force(
    *, upload: Upload, kill: Kill, line: Line, clock: Traveller, state: State, moment: str
) -> None:
    """It is asked for before the row moves, so the fence is closed and the next worker ends it."""
    waits(state)(upload, line)
    kill(upload, Step("move", moment), "cancel")
    assert upload.state == (State.CANCELED if moment == "after" else state)
    assert_nothing_leaves(upload, line, clock, end=State.CANCELED)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_killed_while_it_writes_that_the_network_is_closed(
    *, upload: Upload, kill: Kill, line: Line, clock: Traveller, moment: str
) -> None:
    LicenseServer.objects.update(reporting_mode=MANUAL)
    kill(upload, Step("move", moment, 2))
    assert upload.state == (State.READY if moment == "after" else State.SENDING)
    assert_nothing_leaves(upload, line, clock, end=State.READY)


def assert_nothing_leaves(upload: Upload, line: Line, clock: Traveller, *, end: State) -> None:
    """No worker sends anything for it any more, and the next one that looks writes so."""
    clock.shift(LATER)
    outcome = Worker().send(upload)
    assert outcome is None or ended(outcome) in {("canceled", "CANCELED"), ("sealed", "")}
    assert upload.state == end
    assert IDENTITY not in line.steps()
    assert_true_history(upload)
