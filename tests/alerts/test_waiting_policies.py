"""Does somebody hear of a policy that waits for its second person, until that person answered?"""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from alerts.evaluation import evaluate
from alerts.models import Alert, Condition, Notice
from alerts.waiting_policies import waiting_policies
from programs import policy
from programs.policy_undo import digest_of_undo, undo_plan
from servers.models import LicenseServer
from tests.uploads.policies import applied, member, proposed
from uploads import undoing

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def open_after(days: float, *, since: datetime) -> list[tuple[str, str]]:
    """What is open about policies after a look so many days later."""
    evaluate(now=since + DAY * days)
    return list(Alert.objects.open().filter(rule=Condition.POLICY_WAITS).values_list("title", "severity"))


@pytest.fixture
def server() -> LicenseServer:
    return member("lic.example.test")


def test_it_is_told_after_seven_days_and_over_with_the_answer(server: LicenseServer, ada: User, dora: User) -> None:
    found = proposed(ada, sharing="ceip")
    assert found.proposed_at
    assert open_after(7, since=found.proposed_at) == []
    said = ("The policy “Europe, minimum” waits for a second person", "plan")
    assert open_after(7.1, since=found.proposed_at) == [said]
    alert = Alert.objects.get(rule=Condition.POLICY_WAITS)
    assert alert.detail.startswith("ada asked for it on ")
    policy.decline(found, by=dora, now=timezone.now())
    assert open_after(7.2, since=found.proposed_at) == []


def test_it_speaks_again_every_week(server: LicenseServer, ada: User) -> None:
    found = proposed(ada, sharing="ceip")
    assert found.proposed_at
    for days in (8, 9, 13, 15, 16):
        open_after(days, since=found.proposed_at)
    notices = Notice.objects.filter(alert__rule=Condition.POLICY_WAITS, reason=Notice.Reason.STEP)
    assert list(notices.values_list("rung", flat=True)) == [-7, -14]


def test_a_draft_and_what_was_approved_wait_for_nobody(server: LicenseServer, ada: User, dora: User) -> None:
    applied(ada, dora, sharing="ceip")
    assert waiting_policies() == []


def test_an_undo_that_lets_data_leave_again_waits_as_well(server: LicenseServer, ada: User, dora: User) -> None:
    applied(ada, dora, sharing="call_home")
    found = applied(ada, dora, sharing="none")
    digest = digest_of_undo(undo_plan(found))
    (asked,) = undoing.ask_undo(found, digest=digest, by=ada, now=timezone.now(), send=lambda _: True)
    said = ("Undoing the policy “Europe, minimum” waits for a second person", "plan")
    assert open_after(8, since=asked.proposed_at) == [said]
    undoing.decline_undo(asked, by=dora, now=timezone.now())
    assert open_after(9, since=asked.proposed_at) == []
