"""Does the page tell what a worker found, how old it is, and when no worker answers?"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from tests.dashboard.conftest import Login
from tests.memory_broker import Broker, memory_broker
from uploads.asking_for_checks import WORTHLESS_AFTER
from uploads.own_state import NetworkCheck

pytestmark = pytest.mark.django_db
PAGE, PANEL, RUN = "/network-check/", "/network-check/panel/", "/network-check/run/"


@pytest.fixture(autouse=True)
def destination(settings: Settings) -> None:
    settings.SANDBOX = False
    settings.CIS_URL, settings.UPLOAD_PROXY = "https://reports.corp.example", ""


@pytest.fixture
def asked() -> Iterator[Broker]:
    """What was handed to the broker."""
    with memory_broker() as running:
        yield running


def a_check(**facts: Any) -> dict[str, Any]:
    base = {"id": "tcp", "title": "Connection", "state": "ok", "summary": "It opens", "evidence": "from a to b"}
    return {**base, "cause": "", "fix": "", "seconds": 0.0123, **facts}


def an_answer(*found: dict[str, Any], **facts: Any) -> NetworkCheck:
    now = timezone.now() - timedelta(hours=3)
    report = {
        "machine": "worker-1",
        "source_address": "10.0.0.7",
        "destination": "reports.corp.example:443",
        "proxy": "",
        "findings": sum(one["state"] in {"failed", "warning"} for one in found),
        "seconds": 1.5,
        "revocation_named": ["crl.corp.example:80"],
        "checks": list(found),
        **facts,
    }
    return NetworkCheck.objects.create(asked_at=now, started_at=now, finished_at=now, report=report)


def shown(login: Login, user: User, path: str = PAGE) -> str:
    return login(user).get(path).content.decode()


def test_it_says_that_nothing_is_known_before_the_first_check(cleo: User, login: Login) -> None:
    page = shown(login, cleo)
    assert "Not checked yet" in page
    assert "Operators and administrators can start a check." in page


def test_it_shows_every_line_with_its_state_and_age(cleo: User, login: Login) -> None:
    an_answer(
        a_check(),
        a_check(id="tls", title="TLS certificate", state="failed", summary="Unknown", cause="A <proxy>.", fix="Ask."),
        a_check(id="login", title="Log-in", state="skipped", summary="Left out", evidence=""),
    )
    page = shown(login, cleo)
    for words in ("1 finding", "3 hours ago", "Well", "Failed", "Left out", "A &lt;proxy&gt;.", "Ask.", "worker-1"):
        assert words in page
    assert "hx-trigger" not in page.partition('id="check"')[2].partition(">")[0], "nothing moves, nothing is asked"


def test_all_well_is_said_only_of_an_answer(cleo: User, login: Login) -> None:
    an_answer(a_check())
    assert "All well" in shown(login, cleo)


def test_an_answer_for_another_destination_is_not_taken_for_this_one(
    cleo: User, login: Login, settings: Settings
) -> None:
    an_answer(a_check())
    settings.CIS_URL = "https://other.corp.example"
    page = shown(login, cleo)
    assert "this was checked for reports.corp.example:443" in page
    assert "crl.corp.example" not in page


def test_pressing_asks_a_worker_once_and_polls(ben: User, login: Login, asked: Broker) -> None:
    client = login(ben)
    for _ in range(2):
        assert client.post(RUN)["Location"] == PAGE
    assert len(asked.ids) == 1
    page = client.get(PAGE).content.decode()
    assert "Waiting for a worker," in page
    assert 'hx-get="/network-check/panel/" hx-trigger="every 2s"' in page
    assert "HX-Refresh" not in client.get(PANEL)
    NetworkCheck.objects.update(started_at=timezone.now())
    assert "A worker is checking." in client.get(PANEL).content.decode()
    NetworkCheck.objects.update(finished_at=timezone.now(), report={"checks": [], "findings": 0})
    assert client.get(PANEL)["HX-Refresh"] == "true"


def test_a_trial_is_made_only_when_it_was_ticked(ben: User, login: Login, asked: Broker) -> None:
    login(ben).post(RUN)
    assert not NetworkCheck.objects.get().with_trial
    NetworkCheck.objects.all().delete()
    login(ben).post(RUN, {"trial": "1"})
    assert NetworkCheck.objects.get().with_trial


@pytest.mark.parametrize(
    ("ago", "words"),
    [(timedelta(minutes=1), "No worker has picked this up,"), (WORTHLESS_AFTER, "No worker took it.")],
)
def test_it_says_when_no_worker_picks_it_up(cleo: User, login: Login, ago: timedelta, words: str) -> None:
    NetworkCheck.objects.create(asked_at=timezone.now() - ago)
    assert words in shown(login, cleo)


def test_a_broker_that_is_gone_is_told(ben: User, login: Login) -> None:
    page = login(ben).post(RUN, follow=True).content.decode()
    assert "Nothing was checked. The broker does not answer" in page
    assert NetworkCheck.objects.count() == 0


def test_the_rules_name_the_worker_and_can_be_taken_along(cleo: User, login: Login) -> None:
    an_answer(a_check())
    page = shown(login, cleo)
    assert "Workers (worker-1, 10.0.0.7)" in page
    assert "<code>crl.corp.example</code>" in page
    table = login(cleo).get(reverse("firewall_rules", args=["csv"]))
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert '"workers (worker-1, 10.0.0.7)",reports.corp.example,443' in table.content.decode()
    text = login(cleo).get(reverse("firewall_rules", args=["txt"]))
    assert text["Content-Disposition"] == 'attachment; filename="firewall-rules.txt"'
    assert "crl.corp.example" in text.content.decode()


def test_the_sandbox_needs_no_rule(cleo: User, login: Login, settings: Settings) -> None:
    settings.SANDBOX = True
    assert "no door has to be opened" in shown(login, cleo)
