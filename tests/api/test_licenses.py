"""What can be asked about licenses and pools?"""

from typing import Any

import pytest
from django.test import Client

from servers.models import LicenseServer
from tests.api.calling import get, is_problem


def features(client: Client, query: str) -> list[str]:
    return sorted(row["feature"] for row in get(client, f"/licenses{query}").json()["results"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("?server=ls1.example.org", 2),
        ("?feature=mps_ent_ccu", 1),
        ("?vendor=citrix", 2),
        ("?vendor=other", 0),
        ("?expires_before=2027-02-07", 1),
        ("?expires_before=2027-02-06", 0),
        ("?expires_after=2027-02-05", 1),
        ("?in_force=true&feature=MPS_ENT_CCU", 1),
        ("?in_force=false&feature=MPS_ENT_CCU", 0),
    ],
)
def test_it_filters(query: str, found: int, as_cleo: Client, imported: LicenseServer) -> None:
    assert len(features(as_cleo, query)) == found


@pytest.mark.parametrize(
    "query",
    [
        "?server=nowhere",
        "?in_force=perhaps",
        "?expires_before=2027-02-30",
        "?expires_after=soon",
        "?feature=%00",
        "?featuer=X",
        "?limit=0",
        "?limit=201",
        "?limit=9999999999999999999999",
        "?limit=-1",
    ],
)
def test_it_says_which_parameter_makes_no_sense(query: str, as_cleo: Client, imported: LicenseServer) -> None:
    response = get(as_cleo, f"/licenses{query}")
    assert is_problem(response, 400)
    assert list(response.json()["errors"]) == [query[1:].partition("=")[0]]


def test_it_names_the_parameters_that_it_knows(as_cleo: Client, db: None) -> None:
    [sentence] = get(as_cleo, "/licenses?featuer=X").json()["errors"]["featuer"]
    assert "feature" in sentence
    assert "cursor" in sentence


def test_it_sums_pools_in_the_server_s_own_day(as_cleo: Client, imported: LicenseServer) -> None:
    body = get(as_cleo, f"/pools?server={imported.guid}").json()
    totals: dict[str, Any] = {pool["feature"]: pool["total"] for pool in body["pools"]}
    assert totals == {"MPS_ENT_CCU": 5, "XDT_PLT_UD": 25}
    assert body["server"] == str(imported.guid)


@pytest.mark.parametrize(("query", "status"), [("", 400), ("?server=", 400), ("?server=nowhere", 404)])
def test_it_wants_a_server_for_pools(query: str, status: int, as_cleo: Client, db: None) -> None:
    assert is_problem(get(as_cleo, f"/pools{query}"), status)
