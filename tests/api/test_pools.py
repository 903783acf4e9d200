"""What do pools say of products, use and totals, and is nothing mixed that is unlike?"""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from licenses import usage
from licenses.readings import Reading
from servers.models import LicenseServer
from tests.api.calling import get, send_file
from tests.factories import increment, license_file

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
LINES = (
    increment("XDT_PLT_UD", count=100, version="2027.0630", extra="OVERDRAFT=10 SN=A-1"),
    increment("XDT_PLT_UD", count=50, version="2028.0630", extra="OVERDRAFT=10 SN=A-2"),
    increment("XDS_PLT_UD", count=100, version="2027.0630", extra="SN=A-1"),
    increment("MPS_ENT_CCU", count=30, expiry="31-dec-2020", extra="SN=A-3"),
    increment("CITRIX", count=1000, extra="SN=A-4"),
    increment("toolbox", vendor="acme", count=3, extra="SN=A-5"),
)
USE = ("in_use", "queued", "reserved", "read_at", "overdraft_in_use")


@pytest.fixture
def stocked(as_ada: Client, server: LicenseServer) -> LicenseServer:
    """A server with two CSS dates of one product, its old code, and licenses that do not count."""
    assert send_file(as_ada, license_file(*LINES, host="ls1")).status_code == 201
    return server


def pools(client: Client) -> dict[str, Any]:
    body: dict[str, Any] = get(client, "/pools?server=ls1.example.org").json()
    return body


def total(client: Client, feature: str = "XDT_PLT_UD") -> dict[str, Any]:
    [row] = [row for row in pools(client)["totals"] if row["feature"] == feature]
    return dict(row)


def read(server: LicenseServer, in_use: int, **more: int) -> None:
    usage.record(server, [Reading("XDT_PLT_UD", "", AT, in_use, **more)], source="lmstat")


def test_it_adds_up_what_counts_and_nothing_else(as_cleo: Client, stocked: LicenseServer) -> None:
    assert [row["feature"] for row in pools(as_cleo)["totals"]] == ["XDT_PLT_UD", "toolbox"]
    row = total(as_cleo)
    assert (row["contracted"], row["overdraft"], row["total"]) == (150, 20, 170)


def test_it_shows_what_it_does_not_add_up(as_cleo: Client, stocked: LicenseServer) -> None:
    rows = {row["feature"]: row for row in pools(as_cleo)["pools"]}
    assert rows["XDS_PLT_UD"]["is_legacy_twin"]
    assert not rows["MPS_ENT_CCU"]["is_installed"]
    assert rows["CITRIX"]["is_system"]


def test_it_names_the_product_behind_a_code(as_cleo: Client, stocked: LicenseServer) -> None:
    rows = {row["feature"]: row["product"] for row in pools(as_cleo)["pools"]}
    assert rows["XDT_PLT_UD"]["edition"] == "Premium (Platinum)"
    assert (rows["XDT_PLT_UD"]["model"], rows["XDT_PLT_UD"]["known"]) == ("user/device", True)
    assert rows["toolbox"] is None
    assert total(as_cleo)["product"] == rows["XDT_PLT_UD"]


def test_it_knows_no_use_before_something_was_read(as_cleo: Client, stocked: LicenseServer) -> None:
    body = pools(as_cleo)
    assert {row[name] for row in (*body["pools"], *body["totals"]) for name in USE} == {None}


def test_it_gives_the_latest_reading_of_the_feature(as_cleo: Client, stocked: LicenseServer) -> None:
    read(stocked, 160, queued=2, reserved=5)
    rows = [row for row in pools(as_cleo)["pools"] if row["feature"] == "XDT_PLT_UD"]
    expected = [160, 2, 5, "2026-01-05T09:00:00Z", 10]
    assert [[row[name] for name in USE] for row in (*rows, total(as_cleo))] == [expected] * 3


@pytest.mark.parametrize(("in_use", "over"), [(0, 0), (150, 0), (151, 1), (171, 21)])
def test_it_counts_use_beyond_the_contracted_licenses(
    in_use: int, over: int, as_cleo: Client, stocked: LicenseServer
) -> None:
    read(stocked, in_use)
    assert (total(as_cleo)["in_use"], total(as_cleo)["overdraft_in_use"]) == (in_use, over)
    assert total(as_cleo)["queued"] is None


def test_it_knows_no_overdraft_of_a_feature_without_installed_pools(as_cleo: Client, stocked: LicenseServer) -> None:
    usage.record(stocked, [Reading("MPS_ENT_CCU", "", AT, 4)], source="lmstat")
    [row] = [row for row in pools(as_cleo)["pools"] if row["feature"] == "MPS_ENT_CCU"]
    assert (row["in_use"], row["overdraft_in_use"]) == (4, None)


def test_it_takes_no_reading_for_another_vendors_feature(as_cleo: Client, stocked: LicenseServer) -> None:
    usage.record(stocked, [Reading("toolbox", "", AT, 4)], source="lmstat")
    assert total(as_cleo, "toolbox")["in_use"] is None


def test_it_knows_no_overdraft_where_licenses_are_uncounted(as_ada: Client, server: LicenseServer) -> None:
    send_file(as_ada, license_file(increment(count="uncounted"), increment(count=5, extra="SN=2"), host="ls1"))
    read(server, 9)
    row = total(as_ada)
    assert (row["uncounted"], row["contracted"], row["overdraft_in_use"]) == (True, 5, None)
