"""Can a program set ladders, see what they would have come to, and remove them?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from alerts.models import Threshold
from alerts.thresholds import Ladders
from servers.models import LicenseServer, ServerGroup
from tests.api.calling import V1, get, is_problem, post
from tests.factories import increment, license_file, receive

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_ladder_is_set_changed_in_place_and_removed(as_ada: Client, server: LicenseServer) -> None:
    scope = {"rule": "license_expiry", "server": "LS1.example.org", "feature": "XDT_PLT_UD"}
    first = post(as_ada, "/thresholds", scope | {"days": [1, 60, 60], "escalate_after_days": 2})
    body = first.json()
    assert (first.status_code, first["Location"]) == (201, f"/api/v1/thresholds/{body['id']}")
    assert (body["words"], body["days"]) == ("License expiry, XDT_PLT_UD on ls1.example.org", [60, 1])
    assert (body["server"], body["changed_by"], body["escalate_after_days"]) == (str(server.guid), "ada", 2)
    second = post(as_ada, "/thresholds", scope | {"is_muted": True})
    assert (second.status_code, second.json()["id"]) == (200, body["id"])
    found = Ladders.read().find("license_expiry", feature="XDT_PLT_UD", server=server.pk)
    assert (found.is_muted, found.days[:2]) == (True, (180, 90))
    assert as_ada.delete(f"{V1}/thresholds/{body['id']}").json()["id"] == body["id"]
    assert is_problem(get(as_ada, f"/thresholds/{body['id']}"), 404)


def test_everybody_reads_them(as_ada: Client, as_cleo: Client) -> None:
    ServerGroup.objects.create(name="Amsterdam")
    pk = post(as_ada, "/thresholds", {"group": "Amsterdam", "days": [30]}).json()["id"]
    [row] = get(as_cleo, "/thresholds").json()["results"]
    assert row == get(as_cleo, f"/thresholds/{pk}").json()
    assert (row["group"], row["rule"], row["words"]) == ("Amsterdam", "", "Every clock, group Amsterdam")


def test_a_preview_says_who_would_hear_what_and_changes_nothing(as_ada: Client, server: LicenseServer) -> None:
    receive(server, license_file(increment(expiry="30-mar-2026", count=25), host="ls1"))
    body = post(as_ada, "/thresholds/preview", {"feature": "XDT_PLT_UD", "days": [10, 3]}).json()
    steps = [(one["day"], one["step"]) for one in body["next"] if one["title"].startswith("25 XDT_PLT_UD")]
    assert steps[:2] == [("2026-03-20", 10), ("2026-03-27", 3)]
    assert body["next"][0]["why_nobody"]
    assert body["next_count"] >= len(steps)
    assert not Threshold.objects.exists()


@pytest.mark.parametrize("path", ["/thresholds", "/thresholds/preview"])
@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"rule": "nothing"}, 422),
        ({"server": "ls1.example.org"}, 422),
        ({"server": "ls1.example.org", "feature": "X", "group": "Amsterdam"}, 422),
        ({"group": "Amsterdam", "feature": "X"}, 422),
        ({"server": "nowhere", "feature": "X"}, 400),
        ({"group": "nothing"}, 400),
        ({"days": [-1]}, 400),
        ({"days": [3651]}, 400),
        ({"days": list(range(21))}, 400),
        ({"days": "30"}, 400),
        ({"days": [2**70]}, 400),
        ({"percent": [1001]}, 400),
        ({"feature": "x\x00"}, 400),
        ({"is_muted": None}, 400),
        ({"step": [1]}, 400),
    ],
)
def test_a_ladder_that_makes_no_sense_is_not_set(
    wish: dict[str, Any], status: int, path: str, as_ada: Client, server: LicenseServer
) -> None:
    ServerGroup.objects.create(name="Amsterdam")
    assert is_problem(post(as_ada, path, wish), status)
    assert not Threshold.objects.exists()


@pytest.mark.parametrize("days", [0, 366, "x"])
def test_a_wait_has_a_day_and_at_most_a_year(days: object, as_ada: Client) -> None:
    assert is_problem(post(as_ada, "/thresholds", {"escalate_after_days": days}), 400)
