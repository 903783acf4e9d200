"""Does every list keep the rules of lists?"""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from api import urls
from api.endpoint import Listing
from licenses.assignments import Held, record
from servers.models import LicenseServer
from servers.registry import add_server
from tests.api.calling import by_hand, calling, decides, get, is_problem, post, send_file
from tests.api.test_holders import AT, LEASES, SAMPLES

FILES = ("lmstat/citrix_rows.txt", "udadmin/two_products.txt", "log/failure_then_success.log")
LISTS = sorted(
    {
        f"/{str(pattern.pattern).rstrip('/')}"
        for pattern in urls.urlpatterns
        if issubclass(getattr(pattern.callback, "cls", object), Listing) and "<" not in str(pattern.pattern)
    }
)


@pytest.fixture
def full(as_ada: Client, imported: LicenseServer) -> LicenseServer:
    """A server with rows in every list."""
    record(imported, [Held("XDT_PLT_UD", "", "user", "ada"), Held("XDT_PLT_UD", "", "user", "ben")], at=AT)
    for name in FILES:
        assert send_file(as_ada, (SAMPLES / name).read_bytes(), name=name).status_code == 201
    assert send_file(as_ada, LEASES, name="las.txt").status_code == 201
    for choice in ("on", "off"):
        assert decides(as_ada, imported.guid, "ceip", participation=choice).status_code == 200
    by_hand(add_server(name="by-hand.example.org"))
    for fingerprint in ("ab" * 32, "cd" * 32):
        assert post(as_ada, "/receivers", {"fingerprint": fingerprint}).status_code == 201
    return imported


def test_the_search_finds_the_lists() -> None:
    known = {"/assignments", "/consent-decisions", "/leases", "/licenses", "/reports", "/servers", "/uploads"}
    assert known | {"/usage/samples", "/manual-reports", "/receivers"} == set(LISTS)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=x", "unheard=1", "server=%00", "server=nowhere"])
@pytest.mark.parametrize("address", LISTS)
def test_it_refuses_nonsense(address: str, query: str, as_cleo: Client, full: LicenseServer) -> None:
    response = get(as_cleo, f"{address}?{query}")
    assert is_problem(response, 400)
    assert list(response.json()["errors"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("address", LISTS)
def test_it_has_rows_that_can_be_walked_one_by_one(address: str, as_cleo: Client, full: LicenseServer) -> None:
    every = get(as_cleo, address).json()["results"]
    seen: list[Any] = []
    link = f"/api/v1{address}?limit=1"
    while link:
        page = as_cleo.get(link).json()
        seen += page["results"]
        link = page["next"]
    assert seen == every
    assert every


@pytest.mark.parametrize("address", LISTS)
def test_it_asks_as_often_for_many_rows_as_for_one(address: str, ada: User, full: LicenseServer) -> None:
    def queries(limit: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            get(client, f"{address}?limit={limit}")
        return len(asked)

    client = calling(ada)
    queries(1)
    assert queries(1) == queries(200)


@pytest.mark.parametrize("address", LISTS)
def test_it_answers_304_to_who_has_the_page(address: str, as_cleo: Client, full: LicenseServer) -> None:
    first = get(as_cleo, address)
    assert get(as_cleo, address, **{"if-none-match": first["ETag"]}).status_code == 304
