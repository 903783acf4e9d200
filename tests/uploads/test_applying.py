"""Does applying do to every server exactly what the dry run showed, once, whatever is killed, and through the fence?"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from programs import policy
from programs.catalog import programs
from programs.ledger import verify
from programs.models import Action, ConsentDecision, Door
from programs.participation import participations
from programs.policy_models import Outcome, Policy, PolicyEvent, PolicyRow, PolicyState, Result
from programs.policy_standing import texts_of
from servers.models import LicenseServer
from servers.registry import archive_server
from tests.factories import at_once
from tests.uploads.deciding import an_element, grant, holds, in_thread, starts, withdraws
from tests.uploads.policies import applied, approved, begun, group, ledger, member, row_of, tried, works
from uploads import applying, fence_lock
from uploads.models import Upload
from uploads.states import State

NOW = timezone.now
PROGRAMS = ("call_home", "ceip", "event_data")
A_SERVER = st.fixed_dictionaries(
    {
        "provider": st.booleans(),
        "registered": st.booleans(),
        "mode": st.sampled_from(["electronic", "manual"]),
        "history": st.lists(
            st.tuples(st.sampled_from(PROGRAMS), st.sampled_from(["on", "off", "part", "hold"])), max_size=5
        ),
    }
)
A_CHOICE = st.fixed_dictionaries(
    {
        "sharing": st.sampled_from(["", "call_home", "ceip", "none"]),
        "event_data": st.sampled_from(["", "on", "off"]),
        "reporting_mode": st.sampled_from(["", "electronic", "manual"]),
    }
).filter(lambda choice: any(choice.values()))


def made(name: str, spec: dict[str, Any], **facts: Any) -> LicenseServer:
    """A server with a history, as far as the rules allow it."""
    server = member(name, registered=spec["registered"], reporting_mode=spec["mode"], **facts)
    for code, deed in spec["history"]:
        if code == "event_data" and not spec["registered"]:
            continue
        if deed == "on":
            grant(server, code)
        elif deed == "part":
            grant(server, code, elements=[an_element(code)])
        elif deed == "off":
            withdraws(server, code)
        elif ConsentDecision.objects.granted([server.pk]) >= {(server.pk, code)}:
            holds(server, an_element(code), code=code)
    LicenseServer.objects.filter(pk=server.pk).update(is_provider=spec["provider"])
    return server


def noting(messages: list[int]) -> Callable[[int], bool]:
    """A broker that keeps what it is given."""

    def send(pk: int) -> bool:
        messages.append(pk)
        return True

    return send


def leaving(servers: list[LicenseServer]) -> set[tuple[int, str]]:
    """Everything that leaves now, by server and program."""
    fresh = LicenseServer.objects.filter(pk__in=[server.pk for server in servers])
    return {key for key, answer in participations(fresh).items() if answer.sends}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(specs=st.lists(A_SERVER, min_size=1, max_size=4), choice=A_CHOICE)
def test_applying_does_what_the_dry_run_showed(
    ada: User, dora: User, specs: list[dict[str, Any]], choice: dict[str, str]
) -> None:
    place = group(f"group {Policy.objects.count()} {ConsentDecision.objects.count()}")
    servers = [made(f"s{place.pk}-{number}", spec, group=place) for number, spec in enumerate(specs)]
    before, rows_before = leaving(servers), ConsentDecision.objects.count()
    if not any(row.outcome == Outcome.CHANGES for row in PolicyRow.objects.of(tried(ada, of=place, **choice))):
        return  # there is nothing to propose, and so nothing to apply
    found = works(begun(ada, dora, of=place, **choice))
    after = leaving(servers)
    for server in servers:
        row = row_of(found, server)
        assert row.result == {"changes": "decided"}.get(row.outcome, row.outcome)
        assert {(server.pk, code) for code in row.facts["starts"]} == {
            key for key in after - before if key[0] == server.pk
        }
        assert {(server.pk, code) for code in row.facts["ends"]} == {
            key for key in before - after if key[0] == server.pk
        }
        assert bool(row.decisions) is (row.outcome == Outcome.CHANGES)
        assert row.acknowledged_at
    decided = ConsentDecision.objects.filter(sequence__gt=rows_before)
    assert {one.door for one in decided} == {Door.POLICY}
    assert sorted(one.sequence for one in decided) == sorted(
        n for row in PolicyRow.objects.of(found) for n in row.decisions
    )
    assert verify().is_whole


def test_every_decision_names_the_policy_and_both_people(ada: User, dora: User) -> None:
    server = member("one")
    found = applied(ada, dora, sharing="ceip", reason="CR-7")
    said = f"Policy {found.pk} “Europe, minimum”, version 1, proposed by ada, approved by dora. CR-7"
    assert ledger() == [("one", "call_home", "withdraw"), ("one", "ceip", "grant")]
    assert {(row.reason, row.decided_by, row.decided_by_id) for row in ConsentDecision.objects.all()} == {
        (said, "dora", dora.pk)
    }
    assert row_of(found, server).decisions == [1, 2]


def test_it_takes_an_approval(ada: User, dora: User) -> None:
    member("one")
    found = approved(ada, dora, sharing="ceip")
    assert applying.work_on(found.pk, now=NOW(), most=9, send=lambda _: True) == 0
    assert ledger() == []


def test_what_waits_to_be_sent_ends_with_it(ada: User, dora: User) -> None:
    server = member("one")
    grant(server, "call_home")
    upload = starts(server)
    found = applied(ada, dora, sharing="none")
    upload.refresh_from_db()
    assert (upload.state, row_of(found, server).canceled) == (State.CANCELED, 1)


def test_it_is_acknowledged_only_when_the_request_under_way_is_over(ada: User, dora: User) -> None:
    server = member("one")
    grant(server, "call_home")
    found = begun(ada, dora, sharing="none")
    waited: list[float] = []
    messages: list[int] = []
    holds_it, may_go = threading.Event(), threading.Event()

    def request() -> None:
        with fence_lock.shared(server, "call_home"):
            holds_it.set()
            may_go.wait(timeout=30)

    thread = in_thread(request)
    assert holds_it.wait(timeout=30)
    done = applying.work_on(found.pk, now=NOW(), pause=waited.append, send=noting(messages))
    may_go.set()
    thread.join()
    row = row_of(found, server)
    assert (done, row.result, row.acknowledged_at, messages) == (0, Result.DECIDED, None, [])
    assert waited
    found = works(found)
    assert (found.state, bool(row_of(found, server).acknowledged_at)) == (PolicyState.APPLIED, True)
    assert len(ledger()) == 3


def test_what_changed_after_the_approval_is_left_alone(ada: User, dora: User) -> None:
    server, gone, other = member("one"), member("gone"), member("other")
    found = begun(ada, dora, sharing="ceip")
    grant(server, "call_home")
    archive_server(gone)
    found = works(found)
    results = {row.server.name: row.result for row in PolicyRow.objects.of(found).select_related("server")}
    assert results == {"one": Result.CHANGED_SINCE, "gone": Result.CHANGED_SINCE, "other": Result.DECIDED}
    assert ledger()[1:] == [("other", "call_home", "withdraw"), ("other", "ceip", "grant")]
    assert other.pk in {key for key, _ in leaving([other])}


def test_a_text_that_changed_after_the_approval_is_not_agreed_to(ada: User, dora: User) -> None:
    server = member("one")
    found = begun(ada, dora, sharing="ceip")
    Policy.objects.filter(pk=found.pk).update(texts={"sharing": "0" * 64})
    assert row_of(works(found), server).result == Result.CHANGED_SINCE
    assert ledger() == []


def test_small_batches_lead_to_the_same_end(ada: User, dora: User) -> None:
    servers = [member(f"s{number}") for number in range(5)]
    found = works(begun(ada, dora, sharing="ceip"), most=2)
    assert found.state == PolicyState.APPLIED
    assert len(ledger()) == 2 * len(servers)


def test_nothing_is_decided_twice(ada: User, dora: User) -> None:
    server = member("one")
    found = begun(ada, dora, sharing="ceip")
    row = row_of(found, server)
    assert [applying.apply_to(row, found) for _ in range(3)] == [True, True, True]
    assert len(ledger()) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_decide_once(ada: User, dora: User) -> None:
    [member(f"s{number}") for number in range(4)]
    found = begun(ada, dora, sharing="ceip")
    at_once(lambda: applying.work_on(found.pk, now=NOW(), send=lambda _: True))
    found.refresh_from_db()
    assert found.state == PolicyState.APPLIED
    assert len(ledger()) == len(set(ledger())) == 8
    assert PolicyEvent.objects.filter(kind="applied").count() == 1
    assert verify().is_whole


def test_what_no_worker_goes_on_with_is_handed_over_again(ada: User, dora: User) -> None:
    member("one")
    found, messages = begun(ada, dora, sharing="ceip"), list[int]()
    assert applying.resume(now=NOW(), send=noting(messages)) == 0
    assert applying.resume(now=NOW() + applying.LEFT_BEHIND, send=noting(messages)) == 1
    assert messages == [found.pk]


def test_an_earlier_policy_of_the_same_group_is_superseded(ada: User, dora: User) -> None:
    member("one")
    first = applied(ada, dora, sharing="ceip")
    second = applied(ada, dora, sharing="none")
    first.refresh_from_db()
    assert (first.state, second.state) == (PolicyState.SUPERSEDED, PolicyState.APPLIED)


def test_who_joined_gets_it_when_it_is_applied_again(ada: User, dora: User) -> None:
    member("one")
    found = applied(ada, dora, sharing="ceip")
    late = member("late")
    again = policy.dry_run(found, by=ada, now=NOW())
    assert (again.version, again.state) == (2, PolicyState.DRAFT)
    assert {row.server.name: row.outcome for row in PolicyRow.objects.of(again)} == {
        "one": "already",
        "late": "changes",
    }
    again = policy.propose(again, digest=again.digest, by=ada, now=NOW())
    again = policy.approve(again, digest=again.digest, by=dora, now=NOW())
    works(policy.begin_applying(again, digest=again.digest, by=dora, now=NOW()))
    assert ledger()[2:] == [(late.name, "call_home", "withdraw"), (late.name, "ceip", "grant")]
    assert "version 2" in ConsentDecision.objects.filter(server=late)[0].reason


def test_a_way_of_reporting_hands_what_is_sealed_to_the_courier(ada: User, dora: User) -> None:
    server = member("one")
    upload = Upload.objects.create(
        server=server, program="telemetry", kind="compliance", period=NOW(), created_at=NOW(), bundle_sha256="ab" * 32,
        bundle_name="a.zip", size=9,
    )  # fmt: skip
    applied(ada, dora, reporting_mode="manual")
    upload.refresh_from_db()
    server.refresh_from_db()
    assert (upload.state, server.reporting_mode) == (State.READY, "manual")
    assert ConsentDecision.objects.get().action == Action.REPORT_MANUALLY


def test_every_program_is_known_to_the_plan() -> None:
    assert set(PROGRAMS) | {"telemetry"} == set(programs())


def test_the_ledger_keeps_the_text_that_the_approver_read(ada: User, dora: User) -> None:
    member("one")
    with translation.override("de"):
        found = begun(ada, dora, sharing="none")
        shown = texts_of(found)["sharing"]
    works(found)
    assert {(row.text_sha256, row.language) for row in ConsentDecision.objects.all()} == {
        (shown.sha256, shown.language)
    }
