"""Does the question about the fleet find what it says, and are its counts true for every other filter?"""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.fleet import COLUMNS, FleetQuery, asked_by
from alerts.fleet_counts import fleet_counts
from alerts.keeping_standings import add_missing, refresh
from servers.models import LicenseServer, ReportingMode, ServerGroup
from servers.registry import archive_server, change_server
from tests.alerts.looking import NOW, expiring, look
from tests.factories import a_server

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def fleet() -> dict[str, LicenseServer]:
    """Five servers in two groups; one presses, one is carried by hand, one is out of service."""
    groups = [ServerGroup.objects.create(name=name) for name in ("Amsterdam", "Oslo")]
    build = {"product_version": "11.17.2.0 build 54100"}
    servers = {
        "ams-01": a_server("ams-01.corp.example", group=groups[0], **build),
        "ams-02": a_server("ams-02.corp.example", group=groups[0], **build),
        "osl-01": a_server("osl-01.corp.example", group=groups[1], reporting_mode=ReportingMode.MANUAL, **build),
        "lab": a_server("lab.corp.example"),
        "old": a_server("old.corp.example", **build),
    }
    expiring(servers["ams-01"], "14-mar-2026")
    archive_server(servers["old"])
    look()
    return servers


def names(asked: FleetQuery, **options: Any) -> list[str]:
    return sorted(row.name_key.partition(".")[0] for row in asked.rows(**options))


def test_nothing_asks_for_all_in_service(fleet: dict[str, LicenseServer]) -> None:
    assert names(FleetQuery()) == ["ams-01", "ams-02", "lab", "osl-01"]
    assert names(FleetQuery(archived=("yes",))) == ["old"]
    assert len(names(FleetQuery(archived=("yes", "no")))) == 5


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"q": ["AMS"]}, ["ams-01", "ams-02"]),
        ({"q": ["corp 01"]}, ["ams-01", "osl-01"]),
        ({"q": ["%"]}, []),
        ({"q": ["_"]}, []),
        ({"q": ["\0"]}, []),
        ({"q": ["<script>alert(1)</script>"]}, []),
        ({"pressure": ["act"]}, ["ams-01"]),
        ({"pressure": ["act", "unknown"]}, ["ams-01", "lab"]),
        ({"kind": ["license_expiry"]}, ["ams-01"]),
        ({"kind": ["without"], "mode": ["electronic"]}, ["ams-02", "lab"]),
        ({"mode": ["manual"]}, ["osl-01"]),
        ({"group": ["without"]}, ["lab"]),
        ({"group": ["x"]}, []),
        ({"group": ["9" * 40]}, []),
        ({"build": ["without"]}, ["lab"]),
        ({"build": ["54100"], "q": ["osl"]}, ["osl-01"]),
        ({"registered": ["yes"]}, []),
        ({"provider": ["no"], "verdict": ["unknown"]}, ["lab"]),
        ({"share": ["everything"]}, []),
    ],
)
def test_each_facet_finds_what_it_says(
    fleet: dict[str, LicenseServer], parameters: dict[str, list[str]], found: list[str]
) -> None:
    asked = asked_by(parameters)
    assert names(asked) == found
    assert fleet_counts(asked).total == len(found)


def test_a_group_is_found_by_its_number_or_as_none(fleet: dict[str, LicenseServer]) -> None:
    group = str(ServerGroup.objects.get(name="Amsterdam").pk)
    assert names(FleetQuery(group=(group,))) == ["ams-01", "ams-02"]
    assert names(FleetQuery(group=(group, "without"))) == ["ams-01", "ams-02", "lab"]


@pytest.mark.parametrize("asked", [FleetQuery(), FleetQuery(mode=("electronic",)), FleetQuery(search="corp 01")])
def test_every_count_is_what_the_choice_would_find(fleet: dict[str, LicenseServer], asked: FleetQuery) -> None:
    counts, found = fleet_counts(asked), 0
    for name in COLUMNS:
        for value, count in counts.facets[name].items():
            chosen = asked_by({"q": [asked.search], "mode": [*asked.mode], name: [value]})
            assert chosen.rows().count() == count, (name, value)
            found += 1
    assert found > len(COLUMNS)


def test_counts_are_kept_until_a_standing_changes(fleet: dict[str, LicenseServer]) -> None:
    fleet_counts(FleetQuery())
    with CaptureQueriesContext(connection) as asked:
        assert fleet_counts(FleetQuery()).of("mode", "manual") == 1
    assert len(asked) == 1
    change_server(fleet["lab"], reporting_mode=ReportingMode.MANUAL)
    refresh(fleet["lab"])
    assert fleet_counts(FleetQuery()).of("mode", "manual") == 2
    a_server("new.corp.example")
    add_missing()
    assert fleet_counts(FleetQuery()).total == 5


def test_nothing_is_well_when_nobody_looks_any_more(fleet: dict[str, LicenseServer]) -> None:
    counts = fleet_counts(FleetQuery(), stale=True)
    assert dict(counts.facets["pressure"]) == {"unknown": 4}
    assert names(FleetQuery(pressure=("well",)), stale=True) == []
    assert len(names(FleetQuery(pressure=("unknown",)), stale=True)) == 4


def test_the_address_gives_the_same_question_back() -> None:
    asked = asked_by({"q": ["  lic   ams "], "mode": ["manual", "manual", ""], "nonsense": ["1"], "build": ["a\0b"]})
    assert asked == FleetQuery(search="lic ams", mode=("manual",))
    assert asked.parameters() == [("q", "lic ams"), ("mode", "manual")]
    assert asked.without("mode", "manual").without("search").is_open
