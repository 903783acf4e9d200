"""Is a server registered by its code, and how does that end?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from programs.models import ConsentDecision
from receiver.store import Store
from servers import registration
from servers.models import CloudRegistration, LicenseServer
from tests.api.calling import decides, get, is_problem, post
from tests.receiver.running import PASSWORD, PRODUCT_KEY, USERNAME, RunningReceiver
from tests.uploads.conftest import Peer
from tests.uploads.tenant import enter
from uploads import cis_client

CODE = "AB12CD34"


@pytest.fixture(autouse=True)
def closed(settings: Settings) -> Iterator[None]:
    """No destination but a closed port."""
    settings.CIS_URL = "http://127.0.0.1:9"
    settings.CIS_USERNAME, settings.CIS_PASSWORD, settings.CIS_PRODUCT_KEY = USERNAME, PASSWORD, PRODUCT_KEY
    settings.UPLOAD_PROXY = settings.NO_PROXY = settings.CA_BUNDLE = ""
    cis_client._pool.cache_clear()
    yield
    cis_client._pool.cache_clear()


@pytest.fixture
def peer(closed: None, settings: Settings, tmp_path: Path) -> Iterator[Peer]:
    """A real receiver, which is the destination."""
    process = RunningReceiver(tmp_path / "store").start()
    settings.CIS_URL = f"http://127.0.0.1:{process.port}"
    store = Store(process.store)
    yield Peer(settings.CIS_URL, store, frozenset())
    store.close()
    process.stop()


@pytest.fixture
def sharing(as_ada: Client, server: LicenseServer) -> str:
    """The address of the registration of a server that may be registered."""
    decides(as_ada, server.guid, "ceip", participation="on")
    return f"/servers/{server.guid}/registration"


@pytest.fixture
def registered(sharing: str, server: LicenseServer) -> str:
    """The same of a registered server."""
    code = registration.open_code(server, code=CODE, remote_id="r1", at=timezone.now(), by="ada")
    assert registration.confirm(code, customer_id="tenant", at=timezone.now())
    return sharing


def end(client: Client, address: str, **body: str) -> Any:
    return client.delete(f"/api/v1{address}", body or "", content_type="application/json")


def test_it_goes_the_whole_way(peer: Peer, as_ada: Client, as_cleo: Client, sharing: str) -> None:
    code = post(as_ada, sharing)
    assert (code.status_code, code.json()["state"], code.json()["requested_by"]) == (201, "waiting", "ada")
    assert code.json()["confirmation_address"] == f"{peer.url}/registration/"
    again = post(as_ada, sharing)
    assert (again.status_code, again.json()["code"]) == (200, code.json()["code"])
    enter(peer, code.json()["code"])
    CloudRegistration.objects.update(asked_at=None)
    body = get(as_cleo, sharing).json()
    assert (body["state"], bool(body["customer_id"]), body["trouble"]) == ("registered", True, None)
    assert is_problem(post(as_ada, sharing), 409)
    assert end(as_ada, sharing, name="ls1").json()["registration"]["state"] == "removed"
    assert not CloudRegistration.objects.get().tell_removal


def test_it_explains_a_destination_that_is_not_there(as_ada: Client, sharing: str) -> None:
    response = post(as_ada, sharing)
    assert is_problem(response, 503)
    body = response.json()
    assert (body["code"], body["title"], response["Retry-After"]) == (
        "CTX_UPLOADER_ERROR_NETWORK_OPEN",
        "Connection refused",
        "30",
    )
    assert body["cause"]
    assert body["fix"]
    assert not CloudRegistration.objects.exists()


def test_it_explains_a_destination_that_does_not_accept_us(
    peer: Peer, as_ada: Client, sharing: str, settings: Settings
) -> None:
    settings.CIS_PASSWORD = "wrong"
    response = post(as_ada, sharing)
    assert is_problem(response, 502)
    assert "CIS_PASSWORD" in response.json()["fix"]
    assert "Retry-After" not in response


def test_it_shows_the_code_though_the_destination_cannot_be_asked(
    as_ada: Client, server: LicenseServer, sharing: str
) -> None:
    registration.open_code(server, code=CODE, remote_id="r1", at=timezone.now(), destination="sandbox")
    body = get(as_ada, sharing).json()
    assert (body["state"], body["code"], body["trouble"]["title"]) == ("waiting", CODE, "Connection refused")


def test_only_whoever_may_register_sees_the_code(
    as_cleo: Client, cleo: User, server: LicenseServer, sharing: str
) -> None:
    registration.open_code(server, code=CODE, remote_id="r1", at=timezone.now(), destination="sandbox")
    assert get(as_cleo, sharing).json()["code"] == ""
    browser = Client()
    browser.force_login(cleo, backend="accounts.backends.RoleBackend")
    page = browser.get(f"/servers/{server.guid}/sharing/").content.decode()
    assert CODE not in page
    assert "Administrators see it" in page


def test_it_registers_nobody_who_shares_nothing(as_ada: Client, server: LicenseServer) -> None:
    response = post(as_ada, f"/servers/{server.guid}/registration")
    assert is_problem(response, 409)
    assert "share" in response.json()["detail"]


def test_there_is_none_before_the_first(as_ada: Client, sharing: str) -> None:
    assert is_problem(get(as_ada, sharing), 404)
    assert is_problem(end(as_ada, sharing, name="ls1"), 404)


@pytest.mark.parametrize("name", ["ls1", "LS1.example.org"])
def test_it_ends_with_all_event_data(name: str, as_ada: Client, server: LicenseServer, registered: str) -> None:
    assert decides(as_ada, server.guid, "event_data", participation="on").json()["sends"]
    body = end(as_ada, registered, name=name).json()
    assert (body["registration"]["state"], body["registration"]["removed_by"]) == ("removed", "ada")
    [number] = body["decisions"]
    assert ConsentDecision.objects.get(pk=number).action == "withdraw"
    assert get(as_ada, f"/servers/{server.guid}/programs/event_data").json()["state"] == "unavailable"
    again = end(as_ada, registered, name=name)
    assert (again.status_code, again.json()["decisions"]) == (200, [])


def test_it_takes_the_name_from_the_address_too(as_ada: Client, registered: str) -> None:
    assert end(as_ada, f"{registered}?confirm=ls1").status_code == 200


@pytest.mark.parametrize("name", ["", "ls2", "ls", "ls1\x00", "x" * 300])
def test_it_ends_nothing_without_the_name(name: str, as_ada: Client, registered: str) -> None:
    response = as_ada.delete(f"/api/v1{registered}", {"name": name}, content_type="application/json")
    assert is_problem(response, 400)
    assert list(response.json()["errors"]) == ["name"]
    assert CloudRegistration.objects.get().state == "registered"


def test_it_ends_nothing_by_accident(as_ada: Client, registered: str) -> None:
    assert is_problem(end(as_ada, registered), 400)
    assert is_problem(end(as_ada, registered, nme="ls1"), 400)
    assert is_problem(end(as_ada, f"{registered}?confirm=ls2"), 400)
    assert is_problem(end(as_ada, f"{registered}?force=1"), 400)
    assert CloudRegistration.objects.get().state == "registered"
