"""Who sees who holds a license, and what the activation service activated?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from licenses.assignments import Held, record
from servers.models import LicenseServer
from tests.api.calling import calling, get, is_problem, send_file

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
SAMPLES = Path(__file__).parents[1] / "samples"
LEASES = (SAMPLES / "inventory" / "las_inventory_list.txt").read_bytes()
NAMES = ("ada.lovelace@example.org", "dock-05")


@pytest.fixture
def holders(server: LicenseServer) -> LicenseServer:
    """A server with a user and a device, and a user who has gone."""
    gone = Held("XDT_PLT_UD", "2027.0630", "user", "gone.user")
    user = Held("XDT_PLT_UD", "2027.0630", "user", NAMES[0], assigned_at=AT)
    device = Held("MPS_ENT_CCU", "", "device", NAMES[1])
    record(server, [gone, device], at=AT)
    record(server, [user], at=AT.replace(day=6))
    return server


@pytest.mark.parametrize(("who", "sees"), [("ada", True), ("dora", True), ("ben", False), ("cleo", False)])
def test_it_names_holders_to_those_who_may_see_names(
    who: str, sees: bool, holders: LicenseServer, request: pytest.FixtureRequest
) -> None:
    person: User = request.getfixturevalue(who)
    response = get(calling(person), f"/assignments?server={holders.guid}")
    for row in response.json()["results"]:
        assert (row["name"] is not None, row["name_hidden"]) == (sees, not sees)
    assert [name in response.content.decode() for name in NAMES] == [sees, sees]


def test_it_hides_no_more_than_the_name(as_cleo: Client, holders: LicenseServer) -> None:
    user, device, gone = get(as_cleo, "/assignments").json()["results"]
    assert (user["feature"], user["css_text"], user["holder"]) == ("XDT_PLT_UD", "2027.0630", "user")
    assert (user["assigned_at"], user["gone_at"]) == ("2026-01-05T09:00:00Z", None)
    assert (device["holder"], device["assigned_at"]) == ("device", None)
    assert gone["gone_at"] == "2026-01-06T09:00:00Z"


def test_it_hides_pseudonyms_too(as_cleo: Client, as_ada: Client, server: LicenseServer, settings: Settings) -> None:
    settings.PSEUDONYMIZE_NAMES = True
    record(server, [Held("XDT_PLT_UD", "", "user", NAMES[0])], at=AT)
    [seen] = get(as_ada, "/assignments").json()["results"]
    [hidden] = get(as_cleo, "/assignments").json()["results"]
    assert (seen["name"][:5], seen["is_pseudonym"]) == ("anon-", True)
    assert (hidden["name"], hidden["is_pseudonym"]) == (None, True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("?held=true", 2),
        ("?held=false", 1),
        ("?holder=device", 1),
        ("?feature=xdt_plt_ud&held=true", 1),
        ("?server=LS1.example.org", 3),
    ],
)
def test_it_filters(query: str, found: int, as_cleo: Client, holders: LicenseServer) -> None:
    assert len(get(as_cleo, f"/assignments{query}").json()["results"]) == found


@pytest.mark.parametrize("query", ["name=ada", "holder=cat", "held=perhaps", "server=nowhere", "limit=0"])
def test_it_offers_no_way_to_guess_a_name(query: str, as_cleo: Client, holders: LicenseServer) -> None:
    response = get(as_cleo, f"/assignments?{query}")
    assert is_problem(response, 400)
    assert list(response.json()["errors"]) == [query.partition("=")[0]]


def test_it_puts_no_name_into_a_link(as_cleo: Client, holders: LicenseServer) -> None:
    page = get(as_cleo, "/assignments?limit=1").json()
    assert len(as_cleo.get(page["next"]).json()["results"]) == 1
    assert not [name for name in NAMES if name in page["next"]]


def test_it_lists_what_the_activation_service_activated(as_cleo: Client, as_ada: Client, server: LicenseServer) -> None:
    assert send_file(as_ada, LEASES, name="las.txt").status_code == 201
    rows = get(as_cleo, f"/leases?server={server.guid}").json()["results"]
    lease = next(row for row in rows if row["code"] == "XDT_PLT_UD")
    assert lease["product"]["model"] == "user/device"
    assert lease["expires_on"] == "2027-06-30"
    assert lease["quantity"] == lease["reported"]
    assert lease["was_doubled"] is False


def test_it_filters_leases_by_server_alone(as_cleo: Client, server: LicenseServer) -> None:
    assert get(as_cleo, "/leases?server=ls1.example.org").json()["results"] == []
    assert is_problem(get(as_cleo, "/leases?server=nowhere"), 400)
    assert is_problem(get(as_cleo, "/leases?code=X"), 400)
