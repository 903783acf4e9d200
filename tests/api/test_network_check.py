"""Can a program ask a worker for a network check, and read what was found?"""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.api.calling import get, is_problem, post
from tests.memory_broker import Broker, memory_broker
from uploads import tasks
from uploads.own_state import NetworkCheck


@pytest.fixture(autouse=True)
def closed_port(settings: Settings) -> None:
    settings.SANDBOX, settings.CIS_URL = False, "http://127.0.0.1:9"


@pytest.fixture
def asked() -> Iterator[Broker]:
    """What was handed to the broker."""
    with memory_broker() as running:
        yield running


def test_there_is_an_answer_before_the_first_check(as_cleo: Client) -> None:
    body = get(as_cleo, "/network-check").json()
    assert (body["stage"], body["open"], body["newest"]) == (None, None, None)
    [rule] = body["firewall_rules"]
    assert (rule["source"], rule["host"], rule["port"], rule["evidence"]) == ("workers", "127.0.0.1", 9, "CIS_URL")


def test_it_is_asked_for_and_read_at_one_address(as_ben: Client, asked: Broker) -> None:
    response = post(as_ben, "/network-check", {"trial": True})
    assert (response.status_code, response["Location"]) == (202, "/api/v1/network-check")
    assert (response.json()["stage"], response.json()["open"]["with_trial"]) == ("waiting", True)
    assert tasks.check_network(asked.ids[0])
    body = get(as_ben, "/network-check").json()
    assert (body["stage"], body["open"], body["newest"]["asked_by"]) == ("finished", None, "ben")
    report = body["newest"]["report"]
    assert report["findings"] == 1
    assert [one["state"] for one in report["checks"][:3]] == ["ok", "failed", "skipped"]
    assert report["checks"][1]["fix"]


def test_a_repeat_under_the_same_key_asks_once(as_ben: Client, asked: Broker) -> None:
    first = post(as_ben, "/network-check", key="k1")
    NetworkCheck.objects.update(started_at=timezone.now(), finished_at=timezone.now())
    assert post(as_ben, "/network-check", key="k1").content == first.content
    assert len(asked.ids) == 1


def test_a_broker_that_is_gone_is_a_problem_that_passes(as_ben: Client) -> None:
    response = post(as_ben, "/network-check")
    assert is_problem(response, 503)
    assert response["Retry-After"]
    assert NetworkCheck.objects.count() == 0


@pytest.mark.parametrize("body", [{"trial": "perhaps"}, {"trail": True}, {"trial": None}])
def test_what_is_not_understood_asks_for_nothing(as_ben: Client, asked: Broker, body: object) -> None:
    assert is_problem(post(as_ben, "/network-check", body), 400)
    assert asked.ids == []
