"""Can a program ask why somebody was told, or not?"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from alerts.channel_models import Channel
from alerts.evaluation import evaluate
from alerts.models import Alert
from servers.models import LicenseServer
from tests.api.calling import get, is_problem
from tests.factories import increment, license_file, receive

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def alert(server: LicenseServer) -> Alert:
    """Of licenses that end, seen by the rules."""
    receive(server, license_file(increment(expiry="30-mar-2026"), host="ls1"))
    Channel.objects.create(name="Ops", way="email", target="x", shown="x", created_at=NOW, is_enabled=False)
    evaluate(now=NOW)
    return Alert.objects.get(rule="license_expiry")


def test_an_alert_is_explained_in_a_sentence_and_steps(as_cleo: Client, alert: Alert) -> None:
    body = get(as_cleo, f"/alerts/{alert.pk}/explanation").json()
    assert (body["question"], body["was_told"]) == ("Why was I not told?", False)
    assert body["sentence"] == "Nobody was told. “Ops”: The channel is disabled."
    assert body["steps"][0] == {
        "title": "The rules looked",
        "text": "The rules looked last on 2026-03-10 08:00 UTC.",
        "ok": True,
        "at": "2026-03-10T08:00:00Z",
    }


def test_it_can_be_asked_for_one_channel_person_and_day(as_cleo: Client, alert: Alert) -> None:
    channel = Channel.objects.get()
    query = f"channel={channel.pk}&day=2026-03-10&person=eve@example.org"
    body = get(as_cleo, f"/alerts/{alert.pk}/explanation?{query}").json()
    assert body["sentence"] == "eve@example.org: not told. The channel is disabled."
    quiet = get(as_cleo, f"/alerts/{alert.pk}/explanation?day=2026-03-09").json()
    assert quiet["sentence"] == "Nobody was told. On 2026-03-09 it was not found yet."


def test_a_removed_channel_can_still_be_asked_for(as_cleo: Client, alert: Alert) -> None:
    Channel.objects.update(removed_at=NOW)
    pk = Channel.ever.get().pk
    assert "disabled" in get(as_cleo, f"/alerts/{alert.pk}/explanation?channel={pk}").json()["sentence"]


def test_a_deadline_is_explained_with_or_without_its_alert(as_cleo: Client, alert: Alert) -> None:
    query = "server=ls1.example.org&kind=license_expiry"
    [row] = get(as_cleo, f"/clocks/explanation?{query}").json()["results"]
    assert (row["alert"], row["kind"]) == (alert.pk, "license_expiry")
    [row] = get(as_cleo, f"/clocks/explanation?{query}&subject={row['subject']}").json()["results"]
    assert row["was_told"] is False
    [row] = get(as_cleo, "/clocks/explanation?kind=disk_full").json()["results"]
    assert (row["server"], row["alert"]) == (None, None)


def test_a_day_is_explained(as_cleo: Client, alert: Alert) -> None:
    body = get(as_cleo, "/explanation?day=2026-03-10").json()
    assert body["sentence"].endswith("notices on 2026-03-10. The channel is disabled.")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/alerts/99999/explanation", 404),
        ("/alerts/{alert}/explanation?channel=99", 400),
        ("/alerts/{alert}/explanation?channel=x", 400),
        ("/alerts/{alert}/explanation?channel=99999999999999999999", 400),
        ("/alerts/{alert}/explanation?day=tomorrow", 400),
        ("/alerts/{alert}/explanation?person=%00", 400),
        ("/alerts/{alert}/explanation?who=x", 400),
        ("/explanation", 400),
        ("/explanation?day=0000-01-01", 400),
        ("/clocks/explanation", 400),
        ("/clocks/explanation?kind=nothing", 400),
        ("/clocks/explanation?kind=grace", 404),
        ("/clocks/explanation?kind=grace&server=nowhere", 400),
        ("/clocks/explanation?kind=license_expiry&server=ls1.example.org&subject=x", 404),
    ],
)
def test_what_makes_no_sense_is_a_problem(path: str, status: int, as_cleo: Client, alert: Alert) -> None:
    assert is_problem(get(as_cleo, path.format(alert=alert.pk)), status)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days(day: str, as_cleo: Client, alert: Alert) -> None:
    assert get(as_cleo, f"/explanation?day={day}").status_code == 200
