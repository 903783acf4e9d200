"""Does every list keep the rules of lists?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.roles import Role
from alerts.channel_models import Channel
from alerts.feed_addresses import make_address
from alerts.models import Threshold
from api import urls
from api.endpoint import Listing
from licenses.assignments import Held, record
from servers.models import LicenseServer
from servers.registry import add_server
from tests.alerts.alerts_by_hand import an_alert
from tests.api.calling import by_hand, calling, decides, get, is_problem, post, send_file
from tests.api.conftest import import_into
from tests.api.test_holders import AT, LEASES, SAMPLES
from tests.api.worlds import World, kept_world
from tests.conftest import person
from tests.uploads.policies import drafted

FILES = ("lmstat/citrix_rows.txt", "udadmin/two_products.txt", "log/failure_then_success.log")
LISTS = sorted(
    {
        f"/{str(pattern.pattern).rstrip('/')}"
        for pattern in urls.urlpatterns
        if issubclass(getattr(pattern.callback, "cls", object), Listing) and "<" not in str(pattern.pattern)
    }
)


def build() -> int:
    builder = calling(person("builder", role=Role.ADMINISTRATOR))
    imported = import_into(add_server(name="ls1.example.org"), builder)
    record(imported, [Held("XDT_PLT_UD", "", "user", "ada"), Held("XDT_PLT_UD", "", "user", "ben")], at=AT)
    for name in FILES:
        assert send_file(builder, (SAMPLES / name).read_bytes(), name=name).status_code == 201
    assert send_file(builder, LEASES, name="las.txt").status_code == 201
    for choice in ("on", "off"):
        assert decides(builder, imported.guid, "ceip", participation=choice).status_code == 200
    by_hand(add_server(name="by-hand.example.org"))
    for problem in ("one", "another"):
        an_alert(imported, problem=problem)
        Channel.objects.create(name=problem, way="email", target="x", shown="x", created_at=AT)
        Threshold.objects.create(key=problem, changed_at=AT)
    for fingerprint in ("ab" * 32, "cd" * 32):
        assert post(builder, "/receivers", {"fingerprint": fingerprint}).status_code == 201
    officer = person("drafter", role=Role.PRIVACY_OFFICER)
    for choice in ("ceip", "none"):
        drafted(officer, sharing=choice)
    return imported.pk


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World[int]]:
    """The same for every list and every nonsense."""
    with kept_world(build, folder=tmp_path_factory.mktemp("world"), blocker=django_db_blocker) as kept:
        yield kept


@pytest.fixture
def full(world: World[int], cleo: User, data_dir: Path) -> LicenseServer:
    """A server with rows in every list; of addresses everybody sees their own."""
    for name in ("one", "another"):
        make_address(cleo, feed="atom", name=name, now=AT)
    return LicenseServer.objects.get(pk=world.enter(data_dir))


def test_the_search_finds_the_lists() -> None:
    known = {"/assignments", "/consent-decisions", "/leases", "/licenses", "/reports", "/servers", "/uploads"}
    assert known | {
        "/usage/samples",
        "/manual-reports",
        "/receivers",
        "/alerts",
        "/feed-addresses",
        "/channels",
        "/thresholds",
        "/policies",
    } == set(LISTS)


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
