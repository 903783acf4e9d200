"""Does undoing a policy restore what was before, and only where nobody decided since?"""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from programs.catalog import program
from programs.ledger import append, lock
from programs.models import Action, ConsentDecision, Door
from programs.policy import PolicyRefused
from programs.policy_models import Policy, PolicyState, PolicyUndo
from programs.policy_undo import digest_of_undo, undo_plan
from programs.standing import Consent, state_of
from servers.models import LicenseServer
from tests.uploads.deciding import an_element, grant, holds, starts, withdraws
from tests.uploads.policies import applied, group, ledger, member, row_of, works
from tests.uploads.test_applying import A_CHOICE, A_SERVER, PROGRAMS, leaving, made
from uploads import undoing
from uploads.states import State

NOW = timezone.now


def asks(found: Policy, by: User, server: LicenseServer | None = None, **facts: Any) -> list[PolicyUndo]:
    digest = digest_of_undo(undo_plan(found, server=server))
    return undoing.ask_undo(found, digest=digest, by=by, now=NOW(), server=server, send=lambda _: True, **facts)


def approves(undo: PolicyUndo, by: User) -> PolicyUndo:
    return undoing.approve_undo(undo, digest=undo.digest, by=by, now=NOW(), send=lambda _: True)


def undone(found: Policy, by: User, second: User, server: LicenseServer | None = None) -> Policy:
    for one in asks(found, by, server):
        if one.starts:
            approves(one, second)
    return works(found)


def standing(server: LicenseServer) -> dict[str, tuple[bool, frozenset[str], frozenset[str]]]:
    states: dict[str, Consent] = {code: state_of(server, code) for code in PROGRAMS}
    return {code: (one.granted, one.agreed, one.refused) for code, one in states.items()}


def test_what_was_granted_ends_without_a_second_person(ada: User, dora: User) -> None:
    server = member("one")
    found = applied(ada, dora, sharing="call_home")
    upload = starts(server)
    (undo,) = asks(found, ada)
    assert (undo.state, undo.approver_id) == (PolicyUndo.State.WORKING, None)
    found = works(found)
    upload.refresh_from_db()
    assert (found.state, upload.state) == (PolicyState.UNDONE, State.CANCELED)
    assert ledger()[2:] == [("one", "call_home", "withdraw")]
    assert ConsentDecision.objects.last().reason == f"Undo of policy {found.pk} “Europe, minimum”, version 1, by ada."  # type: ignore[union-attr]


def test_what_was_withdrawn_takes_a_second_person(ada: User, dora: User) -> None:
    server = member("one")
    grant(server, "call_home")
    before = standing(server)
    found = applied(ada, dora, sharing="none")
    (undo,) = asks(found, ada)
    assert (undo.starts, undo.state) == (True, PolicyUndo.State.PROPOSED)
    works(found)
    assert standing(server) != before
    with pytest.raises(PolicyRefused, match="Somebody else has to approve"):
        approves(undo, User.objects.get(pk=ada.pk))
    with pytest.raises(IntegrityError, match="undo_that_starts_is_approved"), transaction.atomic():
        PolicyUndo.objects.filter(pk=undo.pk).update(state="working")
    with pytest.raises(IntegrityError, match="undo_takes_two_people"), transaction.atomic():
        PolicyUndo.objects.filter(pk=undo.pk).update(approver_id=ada.pk)
    approves(undo, dora)
    found = works(found)
    assert (standing(server), found.state) == (before, PolicyState.UNDONE)
    assert "by ada, approved by dora." in ConsentDecision.objects.last().reason  # type: ignore[union-attr]


def test_elements_that_were_held_back_are_held_back_again(ada: User, dora: User) -> None:
    server = member("one")
    grant(server, "call_home")
    holds(server, an_element())
    before = standing(server)
    undone(applied(ada, dora, sharing="ceip"), ada, dora)
    assert standing(server) == before


def test_of_a_mixed_fleet_what_ends_ends_at_once(ada: User, dora: User) -> None:
    on, off = member("on"), member("off")
    grant(on, "ceip")
    found = applied(ada, dora, sharing="call_home")
    ending, starting = asks(found, dora)
    works(found)
    assert not state_of(off, "call_home").granted
    assert state_of(on, "call_home").granted
    assert (ending.starts, starting.starts) == (False, True)
    approves(starting, ada)
    works(found)
    assert not state_of(on, "call_home").granted
    assert state_of(on, "ceip").granted


def test_where_somebody_decided_since_nothing_is_restored(ada: User, dora: User) -> None:
    server, other = member("one"), member("other")
    found = applied(ada, dora, sharing="call_home")
    withdraws(server, "call_home")
    grant(server, "call_home")
    obstacles = {one.row.server.name: one.obstacle for one in undo_plan(found)}
    assert obstacles == {"one": "decided_since", "other": ""}
    found = undone(found, ada, dora)
    assert (state_of(server, "call_home").granted, state_of(other, "call_home").granted) == (True, False)
    assert found.state == PolicyState.APPLIED


def test_who_decides_after_the_dry_run_is_not_overruled(ada: User, dora: User) -> None:
    server = member("one")
    found = applied(ada, dora, sharing="call_home")
    (undo,) = asks(found, ada)
    holds(server, an_element())
    works(found)
    undo.refresh_from_db()
    assert (undo.state, undo.left_alone, undo.done) == (PolicyUndo.State.DONE, 1, 1)
    assert state_of(server, "call_home").granted


def test_a_note_of_the_system_is_no_decision(ada: User, dora: User) -> None:
    server = member("one")
    found = applied(ada, dora, sharing="call_home")
    with transaction.atomic():
        lock()
        append(server, program=program("call_home"), action=Action.HELD, by="Licensing Manager", door=Door.SYSTEM)
    assert undo_plan(found)[0].obstacle == ""


def test_what_the_rules_forbid_now_is_not_restored(ada: User, dora: User) -> None:
    server = member("one")
    found = applied(ada, dora, sharing="call_home")
    LicenseServer.objects.update(is_provider=True)
    assert [one.obstacle for one in undo_plan(found)] == ["enforced"]
    with pytest.raises(PolicyRefused, match="nothing to undo"):
        asks(found, ada)
    assert row_of(found, server).undone_at is None


def test_what_may_not_be_held_back_any_more_is_not_restored_in_part(ada: User, dora: User) -> None:
    server = member("one")
    grant(server)
    holds(server, an_element("call_home"))
    LicenseServer.objects.update(is_provider=True)
    found = applied(ada, dora, sharing="call_home")
    assert [one.obstacle for one in undo_plan(found)] == ["enforced"]


def test_one_server_alone(ada: User, dora: User) -> None:
    server, other = member("one"), member("other")
    found = applied(ada, dora, sharing="call_home")
    found = undone(found, ada, dora, server)
    assert (state_of(server, "call_home").granted, state_of(other, "call_home").granted) == (False, True)
    assert found.state == PolicyState.APPLIED
    assert undone(found, ada, dora).state == PolicyState.UNDONE


def test_an_undo_is_bound_to_its_dry_run_and_asked_once(ada: User, dora: User) -> None:
    server = member("one")
    found = applied(ada, dora, sharing="call_home")
    digest = digest_of_undo(undo_plan(found))
    holds(server, an_element())
    with pytest.raises(PolicyRefused, match="Something changed"):
        undoing.ask_undo(found, digest=digest, by=ada, now=NOW(), send=lambda _: True)
    second = applied(ada, dora, sharing="ceip")
    asks(second, ada)
    Policy.objects.filter(pk=second.pk).update(state=PolicyState.APPLYING)
    with pytest.raises(PolicyRefused, match="being applied"):
        asks(second, ada)


def test_declining_an_undo_leaves_everything(ada: User, dora: User) -> None:
    grant(member("one"), "call_home")
    found = applied(ada, dora, sharing="none")
    (undo,) = asks(found, ada)
    undoing.decline_undo(undo, by=dora, now=NOW(), why="Keep it")
    rows = ledger()
    works(found)
    assert ledger() == rows
    with pytest.raises(PolicyRefused, match="Declined"):
        approves(undo, dora)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(specs=st.lists(A_SERVER, min_size=1, max_size=3), choice=A_CHOICE)
def test_undoing_restores_every_server(
    ada: User, dora: User, specs: list[dict[str, Any]], choice: dict[str, str]
) -> None:
    place = group(f"group {Policy.objects.count()} {ConsentDecision.objects.count()}")
    servers = [made(f"s{place.pk}-{number}", spec, group=place) for number, spec in enumerate(specs)]
    before, left = {server: standing(server) for server in servers}, leaving(servers)
    try:
        found = applied(ada, dora, of=place, **choice)
    except PolicyRefused:
        return
    kept = {one.row.server: one.obstacle for one in undo_plan(found) if one.obstacle}
    assert all(server.is_provider for server in kept)
    assert set(kept.values()) <= {"enforced"}  # who was granted what is enforced cannot take it back meanwhile
    if len(undo_plan(found)) > len(kept):
        found = undone(found, ada, dora)
    assert {one.row.server: one.obstacle for one in undo_plan(found)} == kept
    assert found.state == (PolicyState.APPLIED if kept else PolicyState.UNDONE)
    assert {server: standing(server) for server in servers if server not in kept} == {
        server: stood for server, stood in before.items() if server not in kept
    }
    assert {key for key in leaving(servers) ^ left if key[0] not in {server.pk for server in kept}} == set()
