"""Do two people bring a policy about on the pages, and can one never do it alone?"""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from programs.models import ConsentDecision
from programs.policy_models import Policy, PolicyState, PolicyUndo
from servers.registry import archive_server
from tests.dashboard.conftest import Login
from tests.uploads.deciding import an_element, grant, holds, withdraws
from tests.uploads.policies import applied, approved, begun, group, member, proposed, tried, works

WISH = {"name": "Europe, minimum", "sharing": "ceip", "event_data": "", "reporting_mode": "", "reason": "CR-7"}


def press(client: Client, name: str, policy: Policy, **words: str) -> str:
    policy.refresh_from_db()
    answer = client.post(reverse(name, args=[policy.pk]), {"digest": policy.digest, **words}, follow=True)
    policy.refresh_from_db()
    return text(answer.content.decode())


def look(client: Client, policy: Policy, query: str = "") -> str:
    return text(client.get(reverse("policy", args=[policy.pk]) + query).content.decode())


def text(page: str) -> str:
    """What a person reads of it."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_two_people_bring_it_about(ada: User, dora: User, login: Login) -> None:
    server, provider = member("one"), member("csp", provider=True)
    hers, his = login(ada), login(dora)
    answer = hers.post(reverse("new_policy"), {**WISH, "group": group().pk})
    policy = Policy.objects.get()
    assert answer["Location"] == reverse("policy", args=[policy.pk])
    page = look(hers, policy)
    assert "Would start sending ids of the server by Customer Experience Improvement Program." in page
    assert "Service-provider licenses are found on it, so Call Home is enforced." in page
    assert "May approve: dora." in page
    assert "It waits for a second person." in press(hers, "propose_policy", policy)
    assert "You proposed this, so somebody else has to approve it." in look(hers, policy)
    assert "Approved. Nothing was applied yet." in press(his, "approve_policy", policy, why="Seen")
    assert "Apply to 1 server" in look(hers, policy)
    press(hers, "apply_policy", policy)
    assert policy.state == PolicyState.APPLYING
    works(policy)
    page = look(hers, policy)
    assert "Decided: 1" in page
    assert "Refused: 1" in page
    assert "Approved, dora Version 1. “Seen”." in page
    assert [row.server for row in ConsentDecision.objects.all()] == [server, server]
    assert provider.pk not in set(ConsentDecision.objects.values_list("server", flat=True))


def test_the_proposer_approves_in_no_tab(ada: User, dora: User, login: Login) -> None:
    member("one")
    policy = proposed(ada, sharing="ceip")
    assert "Approve" not in re.findall(
        r"<button[^>]*>([^<]*)", login(ada).get(reverse("policy", args=[policy.pk])).content.decode()
    )
    for client in (login(ada), login(ada)):
        assert "You proposed this policy. Somebody else has to approve it." in press(client, "approve_policy", policy)
    assert policy.state == PolicyState.PROPOSED


def test_one_person_alone_reads_what_to_do(ada: User, cleo: User, login: Login) -> None:
    member("one")
    policy = proposed(ada, sharing="ceip")
    page = look(login(ada), policy)
    assert "Nobody else here may approve. A policy takes two people, and there is no way around it." in page
    assert reverse("people") in login(ada).get(reverse("policy", args=[policy.pk])).content.decode()
    assert login(cleo).post(reverse("approve_policy", args=[policy.pk])).status_code == 403


def test_what_changed_is_said_and_a_new_dry_run_offered(ada: User, dora: User, login: Login) -> None:
    server = member("one")
    member("two")
    policy = approved(ada, dora, sharing="ceip")
    grant(server, "ceip")
    page = press(login(ada), "apply_policy", policy)
    assert "Nothing was changed. Something changed since this dry run. Not as they were: one." in page
    assert "New dry run" in page
    press(login(ada), "try_policy", policy)
    assert (policy.state, policy.approver) == (PolicyState.DRAFT, "")


def test_a_wrong_form_keeps_what_was_typed(ada: User, login: Login) -> None:
    answer = login(ada).post(reverse("new_policy"), {"name": "<b>Mine</b>", "reason": "x" * 600})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "&lt;b&gt;Mine&lt;/b&gt;" in page
    assert "<b>Mine</b>" not in page
    answer = login(ada).post(reverse("new_policy"), {"name": "Nothing chosen"})
    assert "Choose at least one setting." in answer.content.decode()
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    "query", ["?after=x", "?after=-1", f"?after={'9' * 30}", "?show=%3Cscript%3E", "?show=refused"]
)
def test_a_strange_address_shows_the_page(ada: User, login: Login, query: str) -> None:
    member("one")
    policy = tried(ada, sharing="ceip")
    assert login(ada).get(reverse("policy", args=[policy.pk]) + query).status_code == 200


def test_a_large_group_is_shown_in_parts_with_as_many_questions(ada: User, dora: User, login: Login) -> None:
    [member(f"s{number:03}") for number in range(3)]
    client, asked = login(ada), []
    small = tried(ada, sharing="call_home")
    [member(f"t{number:03}") for number in range(60)]
    large = tried(ada, sharing="call_home")
    for policy in (small, large):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(reverse("policy", args=[policy.pk])).content.decode()
        asked.append(len(queries))
        assert len(page) < 60_000
    assert asked[0] == asked[1]
    assert "Next 50 servers" in page
    after = re.search(r"after=(\d+)", page)
    assert after
    rest = client.get(reverse("policy", args=[large.pk]) + f"?after={after[1]}").content.decode()
    assert rest.count("Would start sending") == 13


def test_progress_is_polled_until_it_ends(ada: User, dora: User, login: Login) -> None:
    [member(name) for name in "abc"]
    policy = begun(ada, dora, sharing="ceip")
    client = login(ada)
    answer = client.get(reverse("policy_progress", args=[policy.pk]))
    assert "0 of 3 servers are done." in answer.content.decode()
    assert "HX-Refresh" not in answer
    works(policy)
    assert client.get(reverse("policy_progress", args=[policy.pk]))["HX-Refresh"] == "true"


def test_who_joined_is_told(ada: User, dora: User, login: Login) -> None:
    member("one")
    policy = applied(ada, dora, sharing="ceip")
    member("late")
    page = look(login(ada), policy)
    assert "1 server is not yet reached: it joined after this policy was applied." in page


def test_undoing_what_ends_takes_one_person(ada: User, dora: User, login: Login) -> None:
    server, decided = member("one"), member("two")
    policy = applied(ada, dora, sharing="call_home")
    withdraws(decided, "call_home")
    client = login(ada)
    page = client.get(reverse("undo_policy", args=[policy.pk]))
    assert "Somebody decided about the same programs since. That decision stays." in page.content.decode()
    assert "It is being undone." in press(client, "undo_policy", policy, digest=page.context["digest"])
    works(policy)
    assert ConsentDecision.objects.last().server == server  # type: ignore[union-attr]


def test_undoing_what_lets_data_leave_again_takes_two(ada: User, dora: User, login: Login) -> None:
    server = member("one")
    grant(server, "call_home")
    policy = applied(ada, dora, sharing="none")
    hers, his = login(ada), login(dora)
    page = hers.get(reverse("undo_policy", args=[policy.pk]) + "?on=one")
    words = text(page.content.decode())
    assert (
        "Would start sending user names, ids of the server and names and numbers of your organization by Call Home."
        in words
    )
    assert "It waits for a second person." in press(hers, "undo_policy", policy, digest=page.context["digest"])
    undo = PolicyUndo.objects.get()
    where = reverse("answer_undo", args=[undo.pk])
    refused = hers.post(where, {"do": "approve", "digest": undo.digest}, follow=True).content.decode()
    assert "Somebody else has to approve what lets data leave again." in refused
    his.post(where, {"do": "approve", "digest": undo.digest})
    assert works(policy).state == PolicyState.UNDONE


def test_the_list_tells_where_each_stands(ada: User, cleo: User, login: Login) -> None:
    assert "No policy yet." in login(cleo).get(reverse("policies")).content.decode()
    archive_server(member("gone"))
    policy = tried(ada, sharing="ceip")
    page = text(login(cleo).get(reverse("policies")).content.decode())
    assert f"Europe, minimum Policy {policy.pk}, version 1 Europe Draft, nothing applied CEIP only" in page


def test_undoing_a_large_group_is_shown_in_parts_under_one_digest(ada: User, dora: User, login: Login) -> None:
    [member(f"s{number:03}") for number in range(52)]
    policy = applied(ada, dora, sharing="ceip")
    client, where = login(ada), reverse("undo_policy", args=[policy.pk])
    first = client.get(where)
    rest = client.get(where, {"after": first.context["after"]})
    shown = [row.server.name for page in (first, rest) for row in page.context["rows"]]
    assert (len(first.context["rows"]), len(shown), len(set(shown))) == (50, 52, 52)
    assert "Next 50 servers" in first.content.decode()
    assert "Next 50 servers" not in rest.content.decode()
    assert first.context["digest"] == rest.context["digest"]


def test_a_policy_that_was_never_applied_has_nothing_to_undo(ada: User, login: Login) -> None:
    member("one")
    page = login(ada).get(reverse("undo_policy", args=[tried(ada, sharing="ceip").pk])).content.decode()
    assert "This policy was not applied on any server, so there is nothing to undo." in text(page)


def test_elements_that_are_held_back_are_counted_where_a_choice_accepts_them(ada: User, login: Login) -> None:
    server = member("one")
    member("two")
    grant(server, "call_home")
    client = login(ada)
    assert "New fields Hold 0 2 0" in look(client, tried(ada, sharing="call_home"))
    holds(server, an_element())
    page = look(client, tried(ada, sharing="call_home"))
    assert "New fields Accepted with the choice 1 1 0" in page
    assert "Would send more data elements by Call Home." in page
    assert "New fields Hold 0 2 0" in look(client, tried(ada, sharing="none"))
