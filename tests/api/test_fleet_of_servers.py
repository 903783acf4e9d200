"""Is the list of servers by REST the list of the page: the same filters, orders, counts and next troubles?"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.fleet import FleetQuery
from servers.models import LicenseServer, ReportingMode, ServerGroup
from servers.registry import archive_server
from tests.alerts.looking import NOW, expiring, look
from tests.api.calling import get, is_problem
from tests.factories import a_server

BUILD = {"product_version": "11.17.2.0 build 54100"}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def fleet(as_cleo: Client) -> Client:
    """Five servers in two groups; two press, one is carried by hand, one is out of service. Cleo asks."""
    groups = [ServerGroup.objects.create(name=name) for name in ("Amsterdam", "Oslo")]
    first = a_server("ams-01.corp.example", group=groups[0], **BUILD)
    second = a_server("ams-02.corp.example", group=groups[0], **BUILD)
    a_server("osl-01.corp.example", group=groups[1], reporting_mode=ReportingMode.MANUAL, **BUILD)
    a_server("lab.corp.example")
    expiring(first, "14-mar-2026")
    expiring(second, "12-mar-2026")
    archive_server(a_server("old.corp.example", **BUILD))
    look()
    return as_cleo


def names(answer: Any) -> list[str]:
    return [row["name"].partition(".")[0] for row in answer.json()["results"]]


def test_the_soonest_trouble_comes_first_with_its_words(fleet: Client) -> None:
    answer = get(fleet, "/servers?ordering=next_due&archived=false")
    assert names(answer)[:2] == ["ams-02", "ams-01"]
    first = answer.json()["results"][0]
    assert first["pressure"] == "act"
    assert (first["next_trouble"]["kind"], first["next_trouble"]["due"]) == ("license_expiry", "2026-03-12")


def test_the_newest_server_comes_first_where_nothing_is_said(fleet: Client) -> None:
    assert names(get(fleet, "/servers")) == ["old", "lab", "osl-01", "ams-02", "ams-01"]
    assert names(get(fleet, "/servers?ordering=newest")) == names(get(fleet, "/servers"))
    assert names(get(fleet, "/servers?ordering=name")) == ["ams-01", "ams-02", "lab", "old", "osl-01"]


def test_it_says_nothing_of_a_server_that_nobody_looked_at(fleet: Client) -> None:
    a_server("new.corp.example")
    [row] = get(fleet, "/servers?name=new").json()["results"]
    assert (row["pressure"], row["next_trouble"]) == ("unknown", None)


def test_nothing_is_known_once_the_rules_do_not_look(fleet: Client, clock: Any) -> None:
    clock.shift(timedelta(hours=1))
    rows = get(fleet, "/servers?ordering=next_due").json()["results"]
    assert {(row["pressure"], row["next_trouble"]) for row in rows} == {("unknown", None)}
    assert get(fleet, "/servers?pressure=act").json()["results"] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("name=CORP+01", ["ams-01", "osl-01"]),
        ("group=Oslo", ["osl-01"]),
        ("group=Oslo&group=Amsterdam", ["ams-01", "ams-02", "osl-01"]),
        ("group=without", ["lab", "old"]),
        ("group=Amsterdam&mode=manual", []),
        ("mode=manual", ["osl-01"]),
        ("pressure=act&kind=license_expiry", ["ams-01", "ams-02"]),
        ("build=54100&archived=true", ["old"]),
        ("build=without", ["lab"]),
        ("provider=true", []),
        ("registered=false&archived=false&share=none&events=false", ["ams-01", "ams-02", "lab", "osl-01"]),
    ],
)
def test_filters_find_the_same_in_every_order(asked: str, found: list[str], fleet: Client) -> None:
    for order in ("newest", "next_due", "name", "last_report"):
        assert sorted(names(get(fleet, f"/servers?{asked}&ordering={order}"))) == found


@pytest.mark.parametrize(
    "asked",
    ["pressure=much", "kind=x", "group=Bergen", "verdict=x", "share=x", "mode=x", "events=yes", "ordering=due",
     "build=%00", "group=%00", "name=%00"],
)  # fmt: skip
def test_a_value_without_sense_is_an_error(asked: str, fleet: Client) -> None:
    for address in ("/servers", "/servers/facets"):
        answer = get(fleet, f"{address}?{asked}")
        assert is_problem(answer, 400)
        assert answer.json()["errors"].keys() == {asked.partition("=")[0]}


@pytest.mark.parametrize("order", ["newest", "next_due", "name", "last_report"])
def test_pages_lead_through_every_server_and_back(order: str, fleet: Client) -> None:
    whole = names(get(fleet, f"/servers?ordering={order}"))
    answers = [get(fleet, f"/servers?ordering={order}&limit=2")]
    while following := answers[-1].json()["next"]:
        answers.append(fleet.get(following))
    assert [name for one in answers for name in names(one)] == whole
    back = fleet.get(answers[-1].json()["previous"])
    assert names(back) == whole[2:4]
    assert fleet.get(back.json()["previous"]).json()["previous"] is None


def test_a_place_in_one_order_is_none_in_another(fleet: Client) -> None:
    following = get(fleet, "/servers?ordering=next_due&limit=2").json()["next"]
    assert is_problem(fleet.get(following.replace("next_due", "last_report")), 400)
    assert is_problem(fleet.get(following.replace("ordering=next_due", "ordering=newest")), 400)


def test_facets_count_what_their_filters_find(fleet: Client) -> None:
    asked = "archived=false&build=54100"
    answer = get(fleet, f"/servers/facets?{asked}").json()
    assert answer["total"] == len(get(fleet, f"/servers?{asked}").json()["results"]) == 3
    assert answer["facets"].keys() == {name for name in FleetQuery.__slots__ if name != "search"}
    for name, choices in answer["facets"].items():
        others = "&".join(one for one in asked.split("&") if not one.startswith(f"{name}="))
        assert choices
        for one in choices:
            rows = get(fleet, f"/servers?{others}&{name}={one['value']}").json()["results"]
            assert len(rows) == one["count"], (name, one)


@pytest.mark.parametrize("address", ["/servers?limit=200", "/servers?ordering=next_due&limit=200", "/servers/facets"])
def test_it_asks_as_often_for_many_servers_as_for_few(address: str, fleet: Client) -> None:
    assert get(fleet, address).status_code == 200  # the first one looks up who asks
    counts = []
    for count in (1, 30):
        for place in range(count):
            a_server(f"one-of-{count}-{place}.corp.example")
        look()  # what was counted before does not count any more
        with CaptureQueriesContext(connection) as asked:
            assert get(fleet, address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_everybody_who_reads_servers_may_ask(fleet: Client, client: Client, server: LicenseServer) -> None:
    assert is_problem(get(client, "/servers/facets"), 401)
    assert get(fleet, "/servers/facets").json()["total"] == 6
