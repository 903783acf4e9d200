"""Do two tokens bring a policy about, and can those of one person never do it alone?"""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from programs.models import ConsentDecision
from programs.policy_models import Policy, PolicyState
from tests.api.calling import V1, calling, get, is_problem, patch, post
from tests.uploads.deciding import grant
from tests.uploads.policies import applied, approved, member, proposed, works

WISH = {"name": "Europe, minimum", "group": "Europe", "sharing": "ceip", "reason": "CR-7"}


def step(client: Client, pk: int, name: str, **said: str) -> Any:
    digest = get(client, f"/policies/{pk}").json()["digest"]
    return post(client, f"/policies/{pk}/{name}", {"digest": digest, **said})


def test_two_people_bring_it_about(ada: User, dora: User) -> None:
    server, _ = member("one"), member("csp", provider=True)
    hers, his = calling(ada), calling(dora)
    drafted = post(hers, "/policies", WISH)
    assert drafted.status_code == 201
    pk = drafted.json()["id"]
    assert drafted["Location"] == f"{V1}/policies/{pk}"
    assert drafted.json()["totals"] == {"changes": 1, "already": 0, "refused": 1}
    rows = {row["name"]: row for row in get(hers, f"/policies/{pk}/servers").json()["results"]}
    assert (rows["one"]["starts"], rows["csp"]["sharing"]) == (["ceip"], "refused")
    assert rows["csp"]["words"] == ["Service-provider licenses are found on it, so Call Home is enforced."]
    assert step(hers, pk, "propose").json()["state"] == "proposed"
    assert step(his, pk, "approve", why="Seen").json()["approver"] == "dora"
    assert step(his, pk, "apply").json()["state"] == "applying"
    works(Policy.objects.get())
    assert get(hers, f"/policies/{pk}").json()["results"] == {"decided": 1, "refused": 1}
    (row,) = get(hers, f"/policies/{pk}/servers?result=decided").json()["results"]
    assert row["decisions"] == [one.sequence for one in ConsentDecision.objects.filter(server=server)]
    kinds = [event["kind"] for event in get(hers, f"/policies/{pk}/events").json()["results"]]
    assert kinds == ["applied", "begun", "approved", "proposed", "dry_run", "drafted"]


def test_the_proposer_approves_with_no_token(ada: User, dora: User) -> None:
    member("one")
    policy = proposed(ada, sharing="ceip")
    for client in (calling(ada), calling(ada)):
        assert is_problem(answer := step(client, policy.pk, "approve"), 422)
        assert answer.json()["detail"] == "You proposed this policy. Somebody else has to approve it."


def test_a_repeat_under_one_key_drafts_once(ada: User) -> None:
    member("one")
    client = calling(ada)
    first, again = (post(client, "/policies", WISH, key="k") for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert again["Idempotency-Replayed"] == "true"
    assert Policy.objects.count() == 1


def test_what_changed_meanwhile_is_a_conflict(ada: User, dora: User) -> None:
    server = member("one")
    policy = approved(ada, dora, sharing="ceip")
    grant(server, "ceip")
    assert is_problem(answer := step(calling(ada), policy.pk, "apply"), 409)
    assert "Not as they were: one." in answer.json()["detail"]
    assert post(calling(ada), f"/policies/{policy.pk}/dry-run").json()["state"] == "draft"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "P"},
        {"name": "P", "sharing": "all"},
        {"name": "P", "sharing": "ceip", "group": "Nowhere"},
        {"name": "P", "sharing": "ceip", "grup": "Europe"},
        {"name": "P\u0000", "sharing": "ceip"},
        {"name": ["P"], "sharing": {"x": 1}},
    ],
)
def test_a_wish_that_makes_no_sense_is_a_problem(ada: User, body: dict[str, object]) -> None:
    answer = post(calling(ada), "/policies", body)
    is_refused_by_the_floor = body in ({"name": "P"}, {"name": "P", "sharing": "all"})
    assert is_problem(answer, 422 if is_refused_by_the_floor else 400)
    assert not Policy.objects.exists()


def test_another_choice_is_a_draft_again(ada: User) -> None:
    member("one")
    policy = proposed(ada, sharing="ceip")
    changed = patch(calling(ada), f"/policies/{policy.pk}", {"name": "Other", "sharing": "none", "group": "Europe"})
    assert (changed.json()["state"], changed.json()["proposer"], changed.json()["name"]) == ("draft", "", "Other")


def test_declining_says_why(ada: User, dora: User) -> None:
    member("one")
    policy = proposed(ada, sharing="ceip")
    assert post(calling(dora), f"/policies/{policy.pk}/decline", {"why": "No"}).json()["state"] == "declined"
    assert get(calling(ada), f"/policies/{policy.pk}/events").json()["results"][0]["note"] == "No"
    assert is_problem(step(calling(dora), policy.pk, "approve"), 409)


def test_an_undo_that_lets_data_leave_again_takes_two(ada: User, dora: User) -> None:
    server = member("one")
    grant(server, "call_home")
    policy = applied(ada, dora, sharing="none")
    hers, his = calling(ada), calling(dora)
    plan = get(hers, f"/policies/{policy.pk}/undo?server=one").json()
    assert [(row["name"], row["starts"]) for row in plan["servers"]] == [("one", ["call_home"])]
    (asked,) = post(hers, f"/policies/{policy.pk}/undo?server=one", {"digest": plan["digest"]}).json()
    assert (asked["state"], asked["starts"]) == ("proposed", True)
    where = f"/policy-undos/{asked['id']}/approve"
    assert is_problem(post(hers, where, {"digest": asked["digest"]}), 422)
    assert post(his, where, {"digest": asked["digest"]}).json()["state"] == "working"
    assert works(policy).state == PolicyState.UNDONE


def test_an_undo_can_be_declined(ada: User, dora: User) -> None:
    grant(member("one"), "call_home")
    policy = applied(ada, dora, sharing="none")
    digest = get(calling(ada), f"/policies/{policy.pk}/undo").json()["digest"]
    (asked,) = post(calling(ada), f"/policies/{policy.pk}/undo", {"digest": digest}).json()
    assert post(calling(dora), f"/policy-undos/{asked['id']}/decline", {}).json()["state"] == "declined"
