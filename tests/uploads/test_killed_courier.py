"""Is a report that a person carries lost or doubled when a process is killed? At every move of its row.

They are the moves of `uploads.states.MOVES` from READY and CARRIED on; the others are in `test_killed_at_every_step`.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings
from time_machine import Traveller

from programs.catalog import program
from programs.ledger import append
from programs.models import Action, Door
from programs.schedule import EVERY
from servers.models import LicenseServer
from tests.uploads.courier import a_day, believe, gathered, imported, manual_server, taken, volumes_of
from tests.uploads.deciding import ELECTRONIC, report
from tests.uploads.killed_worker import RECEIPT, Step
from tests.uploads.test_killed_at_every_step import Kill, forge, kill
from uploads.courier_models import ManualReport
from uploads.manual_report import give_up
from uploads.models import Upload
from uploads.states import MOVES, State

__all__ = ["forge", "kill"]
pytestmark = [pytest.mark.usefixtures("small_chunks"), pytest.mark.django_db(transaction=True)]
MOMENTS = ("before", "within", "after")
# How each move comes about: what stands there before, and what is done.
Way = tuple[State, str, Callable[[LicenseServer], object]]


def nothing(_server: LicenseServer) -> None:
    pass


def gathered_and_given_up(server: LicenseServer) -> None:
    give_up(gathered(server), by="ben", at=timezone.now())


WAYS: dict[tuple[State, State], Way] = {
    (State.READY, State.CARRIED): (State.READY, "gather", nothing),
    (State.READY, State.QUEUED): (State.READY, "electronic", nothing),
    (State.READY, State.DELIVERED): (State.READY, "receipt", gathered_and_given_up),
    (State.CARRIED, State.READY): (State.CARRIED, "give up", gathered),
    (State.CARRIED, State.DELIVERED): (State.CARRIED, "receipt", gathered),
}
BY_LESS_BEING_AGREED_TO = {(State.READY, State.CANCELED)}


@pytest.fixture
def server(settings: Settings, clock: Traveller) -> LicenseServer:
    """A server whose day was sealed by hand."""
    found = manual_server()
    a_day()
    return found


def test_every_move_is_tried() -> None:
    moves = {(state, to) for state in (State.READY, State.CARRIED) for to in MOVES[state]}
    assert moves == set(WAYS) | BY_LESS_BEING_AGREED_TO


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("move", WAYS, ids="-".join)
def test_at_every_move(
    *, server: LicenseServer, kill: Kill, settings: Settings, tmp_path: Path, move: tuple[State, State], moment: str
) -> None:
    (came_from, to), (stands, work, arrange) = move, WAYS[move]
    arrange(server)
    receipt = a_receipt(tmp_path) if work == "receipt" else b""
    (Path(settings.DATA_DIR) / RECEIPT).write_bytes(receipt)
    upload = Upload.objects.get(kind="compliance")
    assert upload.state == came_from == stands
    kill(upload, Step("move", moment), work)
    # Going back to the queue is one statement without a transaction around it: it is committed as soon as it is done.
    is_done = moment == "after" or (work, moment) == ("electronic", "within")
    states = set(Upload.objects.values_list("state", flat=True))
    assert states == {to if is_done else came_from}, "both kinds moved, or none"
    again(server, work, receipt)
    assert set(Upload.objects.values_list("state", flat=True)) == {to}
    assert Upload.objects.count() == 2


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_less_was_agreed_to_is_canceled_with_gathering_the_rest_or_not_at_all(
    server: LicenseServer, kill: Kill, clock: Traveller, moment: str
) -> None:
    append(server, program=program("telemetry"), action=Action.REFUSE_ELEMENTS, by="dora", door=Door.PAGE)
    clock.shift(EVERY)
    a_day()
    done = {State.CANCELED: 2, State.CARRIED: 2}
    kill(Upload.objects.order_by("period")[0], Step("move", moment), "gather")
    assert Counter(Upload.objects.values_list("state", flat=True)) == (done if moment == "after" else {State.READY: 4})
    assert gathered(server).items.count() == 2
    assert Counter(Upload.objects.values_list("state", flat=True)) == done


def a_receipt(folder: Path) -> bytes:
    """Signed by the real receiver for all that was gathered, and believed here."""
    receipt = taken(folder / "store", volumes_of(ManualReport.objects.get(), folder / "volumes"))
    believe(receipt)
    return receipt


def again(server: LicenseServer, work: str, receipt: bytes) -> None:
    """What a person does who does not know whether it was done."""
    server.refresh_from_db()
    if work == "gather":
        assert gathered(server).items.count() == 2
    elif work == "electronic":
        report(server, ELECTRONIC)
    elif work == "receipt":
        imported(receipt)
        assert [one.attempts.filter(verdict="delivered").count() for one in Upload.objects.all()] == [1, 1]
    else:
        give_up(ManualReport.objects.get(), by="ben", at=timezone.now())
