"""Is a server decided once and wholly when the worker of a policy is killed? At each step of applying and undoing.

A kill is a SIGKILL of a process that runs the product's code (`killed_worker`).
"""

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from time_machine import Traveller

from accounts.models import User
from programs.ledger import verify
from programs.policy_models import PolicyRow, PolicyState, PolicyUndo, Result
from tests.uploads.deciding import grant, starts
from tests.uploads.killed_worker import Order, Step, Workshop
from tests.uploads.policies import applied, begun, ledger, member, works
from tests.uploads.test_killed_at_every_step import KILLED, forge
from tests.uploads.test_undoing import approves, asks
from uploads.models import Upload
from uploads.states import State

__all__ = ["forge"]
pytestmark = pytest.mark.django_db(transaction=True)
APPLYING = [
    Step("uploads.applying:_decide", "before", 2),  # the first server is done, the second is not begun
    Step("uploads.applying:_decide", "after", 2),  # decided, not committed
    Step("uploads.applying:_decided", "after", 2),
    Step("uploads.applying:close_what_ended", "before", 2),  # committed, not acknowledged
    Step("uploads.applying:close_what_ended", "after", 2),
    Step("uploads.applying:end_applying", "before"),
]
UNDOING = [
    Step("uploads.undoing:_restore", "before", 2),
    Step("uploads.undoing:_restore", "after", 2),
    Step("uploads.undoing:close_what_ended", "before", 2),
    Step("uploads.undoing:close_what_ended", "after", 2),
    Step("uploads.undoing:_note_progress", "before"),
    Step("uploads.undoing:_finish", "before"),
]


def killed(forge: Workshop, settings: Settings, policy_id: int, step: Step) -> None:
    given = {"DATA_DIR": str(settings.DATA_DIR), "SECRET_KEY": settings.SECRET_KEY}
    database = str(connection.settings_dict["NAME"])
    order = Order("policy", policy_id, timezone.now().isoformat(), step, database, settings=given)
    assert forge.run(order) == KILLED, f"{step} was not reached"


@pytest.mark.parametrize("step", APPLYING, ids=str)
def test_applying_goes_on(
    *, ada: User, dora: User, forge: Workshop, settings: Settings, clock: Traveller, step: Step
) -> None:
    for name in "ab":
        server = member(name)
        grant(server, "call_home")
        starts(server)
    found = begun(ada, dora, sharing="ceip")
    killed(forge, settings, found.pk, step)
    found = works(found)
    assert found.state == PolicyState.APPLIED
    assert sorted(ledger()[2:]) == [
        (name, code, action) for name in "ab" for code, action in (("call_home", "withdraw"), ("ceip", "grant"))
    ]
    assert all(row.acknowledged_at and row.result == Result.DECIDED for row in PolicyRow.objects.of(found))
    assert verify().is_whole
    assert {upload.state for upload in Upload.objects.all()} == {State.CANCELED}


@pytest.mark.parametrize("step", UNDOING, ids=str)
def test_undoing_goes_on(
    *, ada: User, dora: User, forge: Workshop, settings: Settings, clock: Traveller, step: Step
) -> None:
    for name in "ab":
        grant(member(name), "call_home")
    found = applied(ada, dora, sharing="none")
    (undo,) = asks(found, ada)
    approves(undo, dora)
    killed(forge, settings, found.pk, step)
    found = works(found)
    undo.refresh_from_db()
    assert (found.state, undo.state, undo.left_alone) == (PolicyState.UNDONE, PolicyUndo.State.DONE, 0)
    assert sorted(ledger()[6:]) == [(name, "call_home", "grant") for name in "ab"]
    assert verify().is_whole
