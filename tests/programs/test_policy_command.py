"""Does the shell tell of policies, and change nothing?"""

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from programs.models import ConsentDecision
from programs.policy_models import PolicyEvent
from tests.uploads.deciding import grant
from tests.uploads.policies import member, proposed


def said(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    call_command("policy", *words)
    return capsys.readouterr().out.splitlines()


def test_it_tells_of_policies_and_changes_nothing(ada: User, capsys: pytest.CaptureFixture[str]) -> None:
    server = member("one")
    member("csp", provider=True)
    policy = proposed(ada, sharing="ceip")
    events = PolicyEvent.objects.count()
    number = str(policy.pk)
    line = f"{number}  Europe, minimum  version 1  proposed  Europe  proposed by ada, approved by nobody"
    assert said(capsys, "list") == [line]
    assert said(capsys, "show", number)[:3] == [
        line, "Dry run: {'changes': 1, 'already': 0, 'refused': 1}", "Results: {'waiting': 2}",
    ]  # fmt: skip
    *rows, last = said(capsys, "dry-run", number)
    assert rows[1].startswith("one: changes. Would start sending ids of the server")
    assert last == "2 servers, as in the dry run that is kept"
    grant(server, "ceip")
    facts = [json.loads(row) for row in said(capsys, "dry-run", number, "--json")]
    assert {one["server"]: one["outcome"] for one in facts} == {"one": "changes", "csp": "refused"}
    assert facts[1]["starts"] == []
    assert said(capsys, "dry-run", number)[-1] == "2 servers, not as kept"
    assert (PolicyEvent.objects.count(), ConsentDecision.objects.count()) == (events, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "code"), [(["show"], 2), (["show", "7"], 1), (["dry-run", "7"], 1)])
def test_it_says_which_policy_is_missing(words: list[str], code: int) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("policy", *words)
    assert refused.value.returncode == code
