"""Does a policy come about by two people on one dry run, and does it say what it would do?"""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from programs import policy
from programs.models import ConsentDecision
from programs.policy import PolicyRefused, PolicyWish
from programs.policy_models import Policy, PolicyEvent, PolicyRow, PolicyState
from programs.policy_plan import Choice, choice_of, digest_of, plan, servers_of
from programs.policy_standing import not_yet, totals_of
from servers.registry import archive_server, change_server
from tests.factories import at_once
from tests.uploads.deciding import grant, withdraws
from tests.uploads.policies import approved, drafted, group, member, proposed, row_of, tried

NOW = timezone.now


def test_a_dry_run_says_what_would_start_end_and_is_refused(ada: User) -> None:
    off, on, provider = member("off"), member("on"), member("provider", provider=True)
    grant(on, "call_home")
    found = tried(ada, sharing="ceip")
    assert row_of(found, off).facts["starts"] == ["ceip"]
    assert (row_of(found, on).facts["starts"], row_of(found, on).facts["ends"]) == (["ceip"], ["call_home"])
    assert row_of(found, provider).facts["rules"] == {"sharing": "enforced"}
    assert totals_of(found).outcomes == {"changes": 2, "already": 0, "refused": 1}
    assert totals_of(found).settings == {"sharing": {"changes": 2, "already": 0, "refused": 1}}


def test_what_is_chosen_already_is_already_so(ada: User) -> None:
    server = member("on")
    grant(server, "call_home")
    withdraws(server, "ceip")
    assert row_of(tried(ada, sharing="call_home"), server).outcome == "already"


def test_a_first_no_is_a_decision_and_changes_nothing_that_leaves(ada: User) -> None:
    server = member("new")
    row = row_of(tried(ada, sharing="none"), server)
    assert (row.outcome, row.facts["starts"], row.facts["ends"]) == ("changes", [], [])


def test_event_data_need_a_registration(ada: User) -> None:
    stranger, known = member("stranger"), member("known", registered=True)
    found = tried(ada, event_data="on")
    assert row_of(found, stranger).facts["rules"] == {"event_data": "unregistered"}
    assert row_of(found, known).facts["starts"] == ["event_data"]


def test_reporting_by_hand_ends_what_telemetry_sends(ada: User) -> None:
    server = member("one")
    assert row_of(tried(ada, reporting_mode="manual"), server).facts["ends"] == ["telemetry"]


def test_only_the_servers_of_its_group_that_are_in_service(ada: User) -> None:
    member("here")
    member("elsewhere", group=group("Asia"))
    archive_server(member("gone"))
    assert totals_of(tried(ada, sharing="ceip")).servers == 1


def test_without_a_group_it_is_for_all(ada: User) -> None:
    member("here")
    member("elsewhere", group=None)
    wish = PolicyWish(name="All", choice=Choice(sharing="none"))
    everywhere = policy.draft(wish, by=ada, now=NOW())
    assert servers_of(everywhere).count() == 2


def test_a_dry_run_asks_as_often_for_many_as_for_one(
    ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    member("one", registered=True)
    found = drafted(ada, sharing="call_home", event_data="on")
    for number in range(2):
        [member(f"more{number}-{one}") for one in range(6)]
        with django_assert_num_queries(3):
            plan(choice_of(found), servers_of(found))


def test_a_second_person_approves(ada: User, dora: User) -> None:
    member("one")
    found = approved(ada, dora, sharing="ceip", reason="Change CR-7")
    assert (found.state, found.proposer, found.approver) == (PolicyState.APPROVED, "ada", "dora")
    steps = list(PolicyEvent.objects.filter(policy=found).values_list("kind", "by", "note"))
    assert steps == [("approved", "dora", ""), ("proposed", "ada", "Change CR-7"), ("dry_run", "ada", ""),
                     ("drafted", "ada", "")]  # fmt: skip
    assert not ConsentDecision.objects.exists()


def test_the_proposer_never_approves(ada: User, dora: User) -> None:
    member("one")
    found = proposed(ada, sharing="ceip")
    again = User.objects.get(pk=ada.pk)  # another tab, another token: the same person
    for _ in range(2):
        with pytest.raises(PolicyRefused, match="You proposed this policy"):
            policy.approve(found, digest=found.digest, by=again, now=NOW())
    found.refresh_from_db()
    assert (found.state, found.approver_id) == (PolicyState.PROPOSED, None)


def test_the_database_refuses_one_person_and_an_approval_by_nobody(ada: User) -> None:
    member("one")
    found = proposed(ada, sharing="ceip")
    with pytest.raises(IntegrityError, match="policy_takes_two_people"), transaction.atomic():
        Policy.objects.filter(pk=found.pk).update(approver_id=ada.pk)
    with pytest.raises(IntegrityError, match="policy_agreed_by_two"), transaction.atomic():
        Policy.objects.filter(pk=found.pk).update(state=PolicyState.APPLYING)


@pytest.mark.parametrize(
    "statement", ["UPDATE programs_policyevent SET note = 'x'", "DELETE FROM programs_policyevent"]
)
def test_nobody_changes_the_timeline(ada: User, statement: str) -> None:
    drafted(ada, sharing="ceip")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert PolicyEvent.objects.get().note == ""


def test_an_approval_is_bound_to_what_was_seen(ada: User, dora: User) -> None:
    member("one")
    found = proposed(ada, sharing="ceip")
    with pytest.raises(PolicyRefused, match="newer dry run") as refused:
        policy.approve(found, digest="0" * 64, by=dora, now=NOW())
    assert refused.value.kind == "conflict"


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (lambda: member("new.example"), "Joined: new.example."),
        (lambda: archive_server(servers_of(Policy.objects.get()).get()), "Left: one."),
        (lambda: grant(servers_of(Policy.objects.get()).get(), "ceip"), "Not as they were: one."),
        (lambda: change_server(servers_of(Policy.objects.get()).get(), group=group("Asia")), "Left: one."),
    ],
    ids=["joined", "archived", "decided", "moved"],
)  # fmt: skip
def test_what_changed_meanwhile_is_said_and_nothing_is_approved_or_applied(
    ada: User, dora: User, happens: object, sentence: str
) -> None:
    member("one")
    found = approved(ada, dora, sharing="ceip")
    happens()  # type: ignore[operator]
    with pytest.raises(PolicyRefused, match="Something changed since this dry run") as refused:
        policy.begin_applying(found, digest=found.digest, by=dora, now=NOW())
    assert sentence in str(refused.value)
    again = policy.dry_run(found, by=ada, now=NOW())
    assert (again.state, again.approver_id, again.version) == (PolicyState.DRAFT, None, 1)


def test_a_decision_that_changes_nothing_of_what_was_shown_hinders_nobody(ada: User, dora: User) -> None:
    server = member("one")
    found = proposed(ada, sharing="ceip")
    withdraws(server, "event_data")
    assert policy.approve(found, digest=found.digest, by=dora, now=NOW()).state == PolicyState.APPROVED


def test_declining_ends_it_also_for_who_proposed_and_after_the_approval(ada: User, dora: User) -> None:
    member("one")
    for found in (proposed(ada, sharing="ceip"), approved(ada, dora, sharing="none")):
        assert policy.decline(found, by=ada, now=NOW(), why="Not now").state == PolicyState.DECLINED
        with pytest.raises(PolicyRefused, match="Declined"):
            policy.begin_applying(found, digest=found.digest, by=dora, now=NOW())


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"name": " "}, "a name of 1 to 100"),
        ({"name": "x" * 101}, "a name of 1 to 100"),
        ({"name": "a\u202eb"}, "a name of 1 to 100"),
        ({"choice": Choice()}, "at least one setting"),
        ({"choice": Choice(sharing="all")}, "not known here"),
        ({"reason": "x" * 501}, "at most 500"),
        ({"reason": "a\x00"}, "cannot be shown"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(ada: User, wish: dict[str, object], sentence: str) -> None:
    facts = {"name": "P", "choice": Choice(sharing="ceip"), **wish}
    with pytest.raises(PolicyRefused, match=sentence):
        policy.draft(PolicyWish(**facts), by=ada, now=NOW())  # type: ignore[arg-type]
    assert not Policy.objects.exists()


def test_a_policy_that_changes_nothing_is_not_proposed(ada: User) -> None:
    member("provider", provider=True)
    found = tried(ada, sharing="none")
    with pytest.raises(PolicyRefused, match="changes nothing"):
        policy.propose(found, digest=found.digest, by=ada, now=NOW())


def test_a_changed_draft_needs_another_dry_run(ada: User) -> None:
    member("one")
    found = tried(ada, sharing="ceip")
    wish = PolicyWish(name="Other", choice=Choice(sharing="none"), group=group())
    changed = policy.change(found, wish, by=ada, now=NOW())
    with pytest.raises(PolicyRefused, match="no dry run yet"):
        policy.propose(changed, digest=found.digest, by=ada, now=NOW())


def test_who_joined_is_not_reached_yet(ada: User) -> None:
    member("one")
    found = tried(ada, sharing="ceip")
    PolicyRow.objects.update(result="decided", decided_at=NOW())
    assert not_yet(found) == 0
    member("two")
    assert not_yet(found) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_does(ada: User, dora: User) -> None:
    member("one")
    found = proposed(ada, sharing="ceip")
    ends = at_once(lambda: policy.approve(found, digest=found.digest, by=dora, now=NOW()))
    assert sorted(type(end).__name__ for end in ends) == ["Policy", "PolicyRefused"]
    assert PolicyEvent.objects.filter(kind="approved").count() == 1


def test_the_digest_does_not_depend_on_the_order(ada: User) -> None:
    [member(name) for name in "abc"]
    found = drafted(ada, sharing="ceip")
    planned = plan(choice_of(found), servers_of(found))
    assert len({digest_of(found, planned), digest_of(found, planned[::-1])}) == 1


def test_servers_that_stand_alike_are_told_each_by_its_own_name(ada: User) -> None:
    servers = [member(name) for name in "abc"]
    grant(servers[1], "ceip")
    planned = plan(Choice(sharing="ceip"), servers)
    assert [one.server for one in planned] == servers
    assert [one.starts for one in planned] == [("ceip",), (), ("ceip",)]


@pytest.mark.parametrize("language", ["de", "ja"])
def test_the_digest_is_the_same_in_every_language(ada: User, dora: User, language: str) -> None:
    member("one")
    found = proposed(ada, sharing="ceip")
    with translation.override(language):
        assert policy.approve(found, digest=found.digest, by=dora, now=NOW()).language == language
