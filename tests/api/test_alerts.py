"""Can a program see what is in trouble, and say for a person that somebody has seen it?"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from alerts.models import Alert, AlertEvent, Notice
from alerts.reacting import acknowledge
from alerts.severity import Severity
from servers.models import LicenseServer
from servers.registry import add_server
from tests.alerts.alerts_by_hand import NOW, a_notice, an_alert
from tests.api.calling import get, is_problem, post


def later(**time: int) -> str:
    return (timezone.now() + timedelta(**time)).isoformat()


def ids(client: Client, query: str = "") -> list[int]:
    response = get(client, f"/alerts{query}")
    assert response.status_code == 200, response.content
    return [one["id"] for one in response.json()["results"]]


@pytest.fixture
def alert(server: LicenseServer) -> Alert:
    return an_alert(server)


@pytest.fixture
def each(server: LicenseServer) -> dict[str, Alert]:
    """One alert in each state."""
    seen = {"acknowledged_at": NOW, "acknowledged_by": "ben", "acknowledged_severity": Severity.PLAN}
    asleep = {"snoozed_until": NOW, "snoozed_by": "ben", "snooze_reason": "ordered"}
    return {
        "open": an_alert(server, problem="a"),
        "escalated": an_alert(server, problem="b", escalated_at=NOW),
        "acknowledged": an_alert(server, problem="c", escalated_at=NOW, **seen),
        "snoozed": an_alert(problem="d", **seen, **asleep),
        "closed": an_alert(problem="e", severity=Severity.ACT, rule="backup", closed_at=NOW, **seen, **asleep),
    }


def test_an_alert_says_what_happened_until_when_and_what_to_do(as_cleo: Client, alert: Alert) -> None:
    [row] = get(as_cleo, "/alerts").json()["results"]
    assert (row["rule"], row["rule_words"], row["severity_words"]) == (
        "license_expiry",
        "License expiry",
        "Plan this month",
    )
    assert (row["title"], row["detail"], row["action"]) == (alert.title, alert.detail, alert.action)
    assert (row["state"], row["server_count"], row["rung"], row["due"]) == ("open", 1, 30, None)


@pytest.mark.parametrize("state", Alert.STATES)
def test_the_list_finds_by_state_what_a_row_says_of_itself(state: str, as_cleo: Client, each: dict[str, Alert]) -> None:
    assert ids(as_cleo, f"?state={state}") == [each[state].pk]
    assert get(as_cleo, f"/alerts/{each[state].pk}").json()["state"] == state == each[state].state


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("over=true", ["closed"]),
        ("over=false", ["snoozed", "acknowledged", "escalated", "open"]),
        ("severity=act", ["closed"]),
        ("rule=backup", ["closed"]),
        ("rule=usage", []),
        ("server=LS1.example.org", ["acknowledged", "escalated", "open"]),
        ("server=ls1.example.org&state=open", ["open"]),
    ],
)
def test_the_list_can_be_narrowed(query: str, found: list[str], as_cleo: Client, each: dict[str, Alert]) -> None:
    assert ids(as_cleo, f"?{query}") == [each[state].pk for state in found]


@pytest.mark.parametrize("query", ["state=closd", "severity=red", "rule=%00", "over=yes", "server=ls9", "servr=x"])
def test_a_filter_that_makes_no_sense_is_an_error(query: str, as_cleo: Client, alert: Alert) -> None:
    assert is_problem(get(as_cleo, f"/alerts?{query}"), 400)


def test_one_alert_has_what_was_said_and_who_is_in_it(as_cleo: Client, alert: Alert, ben: User) -> None:
    a_notice(alert, reason=Notice.Reason.ESCALATED, at=NOW + timedelta(days=4), passed_over=[14])
    acknowledge([alert], by=ben, now=NOW)
    body = get(as_cleo, f"/alerts/{alert.pk}").json()
    assert [(one["reason"], one["reason_words"], one["passed_over"]) for one in body["notices"]] == [
        ("step", "Step reached", []),
        ("escalated", "Nobody reacted", [14]),
    ]
    assert [(one["act_words"], one["by"]) for one in body["events"]] == [("Acknowledged", "ben")]
    assert [(one["server_name"], one["evidence"]) for one in body["servers"]] == [
        ("ls1.example.org", "citrix.lic of ls1.example.org")
    ]


def test_a_thousand_servers_have_a_list_of_their_own(as_cleo: Client, server: LicenseServer) -> None:
    servers = [add_server(name=f"s{number:03}.example.org") for number in range(110)]
    alert = an_alert(*servers)
    with CaptureQueriesContext(connection) as asked:
        body = get(as_cleo, f"/alerts/{alert.pk}").json()
    assert len(asked) < 12
    assert (len(body["servers"]), body["server_count"]) == (100, 110)
    page = get(as_cleo, f"/alerts/{alert.pk}/servers?limit=200").json()
    assert (len(page["results"]), page["next"]) == (110, None)


def test_an_acknowledgement_is_kept_with_who_and_can_be_taken_back(as_ben: Client, alert: Alert) -> None:
    body = post(as_ben, f"/alerts/{alert.pk}/acknowledge").json()
    assert (body["state"], body["acknowledged_by"], body["acknowledged_severity"]) == ("acknowledged", "ben", "plan")
    assert post(as_ben, f"/alerts/{alert.pk}/acknowledge").json()["state"] == "acknowledged"
    assert post(as_ben, f"/alerts/{alert.pk}/take-back").json()["state"] == "open"
    assert [event.act for event in alert.events.all()] == [AlertEvent.Act.ACKNOWLEDGED, AlertEvent.Act.TAKEN_BACK]


def test_a_snooze_has_a_moment_and_a_reason_and_can_be_ended(as_ben: Client, alert: Alert) -> None:
    body = post(as_ben, f"/alerts/{alert.pk}/snooze", {"until": later(days=3), "reason": " ordered\n by Eve "}).json()
    assert (body["state"], body["snoozed_by"], body["snooze_reason"]) == ("snoozed", "ben", "ordered by Eve")
    body = post(as_ben, f"/alerts/{alert.pk}/wake").json()
    assert (body["state"], body["snooze_reason"]) == ("open", "")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"until": "2001-01-01T00:00:00Z", "reason": "x"}, 422),
        ({"until": "9999-12-31T23:59:59Z", "reason": "x"}, 422),
        ({"until": "9999-12-31T23:59:59-14:00", "reason": "x"}, 400),
        ({"until": "tomorrow", "reason": "x"}, 400),
        ({"until": "2027-01-01T00:00:00Z"}, 400),
        ({"until": "2027-01-01T00:00:00Z", "reason": " "}, 400),
        ({"until": "2027-01-01T00:00:00Z", "reason": "x\x00"}, 400),
        ({"until": "2027-01-01T00:00:00Z", "reason": "x" * 501}, 400),
        ({"until": "2027-01-01T00:00:00Z", "reason": "x", "who": "me"}, 400),
        ([], 400),
    ],
)
def test_a_snooze_that_makes_no_sense_changes_nothing(asked: object, status: int, as_ben: Client, alert: Alert) -> None:
    assert is_problem(post(as_ben, f"/alerts/{alert.pk}/snooze", asked or [1]), status)
    alert.refresh_from_db()
    assert alert.state == "open"


@pytest.mark.parametrize("act", ["acknowledge", "take-back", "wake", "snooze"])
def test_there_is_nothing_to_say_to_what_is_over(act: str, as_ben: Client, alert: Alert) -> None:
    Alert.objects.update(closed_at=NOW)
    response = post(as_ben, f"/alerts/{alert.pk}/{act}", {"until": later(days=1), "reason": "x"})
    assert is_problem(response, 409)
    assert response.json()["detail"] == "This trouble is over since 2026-03-10 08:00 UTC. Nothing was changed."
    assert not AlertEvent.objects.exists()


@pytest.mark.parametrize("path", ["/alerts/99", "/alerts/99/servers", f"/alerts/{2**63}"])
def test_what_is_not_there_is_not_found(path: str, as_cleo: Client, alert: Alert) -> None:
    assert is_problem(get(as_cleo, path), 404)


def test_a_repeat_under_the_same_key_acknowledges_once(as_ben: Client, alert: Alert) -> None:
    first = post(as_ben, f"/alerts/{alert.pk}/acknowledge", key="k")
    post(as_ben, f"/alerts/{alert.pk}/take-back")
    assert post(as_ben, f"/alerts/{alert.pk}/acknowledge", key="k").content == first.content
    alert.refresh_from_db()
    assert alert.state == "open"


def test_many_are_acknowledged_at_once(as_ben: Client, each: dict[str, Alert]) -> None:
    asked = {"ids": [alert.pk for alert in each.values()]}
    assert post(as_ben, "/alerts/acknowledge", asked).json() == {"changed": 2}
    assert post(as_ben, "/alerts/acknowledge", asked).json() == {"changed": 0}
    assert AlertEvent.objects.count() == 2


@pytest.mark.parametrize(
    "body",
    [{}, {"ids": []}, {"ids": [0]}, {"ids": "1"}, {"ids": [2**63]}, {"ids": ["x"]}, {"ids": list(range(1, 1002))}, [1]],
)
def test_a_list_that_makes_no_sense_acknowledges_none(body: Any, as_ben: Client, alert: Alert) -> None:
    assert is_problem(post(as_ben, "/alerts/acknowledge", body or {"ids": None}), 400)
    assert not AlertEvent.objects.exists()


def test_one_that_is_not_there_acknowledges_none(as_ben: Client, alert: Alert) -> None:
    response = post(as_ben, "/alerts/acknowledge", {"ids": [alert.pk, 98, 99]})
    assert is_problem(response, 400)
    assert response.json()["errors"] == {"ids": ["There is no alert 98, 99. Nothing was changed."]}
    assert not AlertEvent.objects.exists()
