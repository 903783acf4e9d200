"""Who may do what? Every endpoint times every role, in one table."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.roles import PERMISSIONS, Role
from alerts.channel_models import Channel
from alerts.models import Alert
from api import urls
from api.permissions import SIGNED_IN, WORDS
from intake.models import SourceReport
from programs.catalog import program
from programs.models import Action
from programs.texts import decision_text, sharing_text
from servers.registration import open_code
from servers.registry import add_server
from tests.alerts.alerts_by_hand import an_alert
from tests.api.calling import LICENSE, V1, by_hand, calling, is_problem
from tests.api.conftest import deliver_from, import_into
from tests.api.worlds import World, kept_world
from tests.conftest import person
from uploads.courier_models import ManualReport
from uploads.models import Upload

NOBODYS = 2**40  # a number that no row has
EVERYBODY = "ada ben cleo dora"
PROGRAM = "/servers/{guid}/programs/telemetry"
DAYS = "server={guid}&first=2026-01-01&last=2026-01-31"
MANUAL = decision_text(program("telemetry"), Action.REPORT_MANUALLY).sha256
SHARING = sharing_text(program("call_home"), program("ceip")).sha256
TYPED = {"case_number": "CIS-1", "uploaded_on": "2001-01-01", "volumes": [1]}
TABLE: list[tuple[str, str, Any, str, int]] = [
    ("GET", "/servers", None, EVERYBODY, 200),
    ("POST", "/servers", {"name": "new.example.org"}, "ada", 201),
    ("GET", "/servers/facets", None, EVERYBODY, 200),
    ("GET", "/servers/{guid}", None, EVERYBODY, 200),
    ("PATCH", "/servers/{guid}", {"product_version": "11.17.2"}, "ada", 200),
    ("POST", "/servers/{guid}/archive", {}, "ada", 200),
    ("GET", "/servers/{guid}/programs", None, EVERYBODY, 200),
    ("GET", PROGRAM, None, EVERYBODY, 200),
    ("PATCH", PROGRAM, {"reporting_mode": "manual", "text_sha256": MANUAL}, "ada dora", 200),
    ("GET", f"{PROGRAM}/text?action=report_manually", None, EVERYBODY, 200),
    ("GET", "/servers/{guid}/sharing", None, EVERYBODY, 200),
    ("POST", "/servers/{guid}/sharing", {"choice": "ceip", "text_sha256": SHARING}, "ada dora", 200),
    ("GET", "/servers/{guid}/registration", None, EVERYBODY, 200),
    ("POST", "/servers/{guid}/registration", {}, "ada", 200),
    ("DELETE", "/servers/{guid}/registration", {"name": "ls1"}, "ada", 200),
    ("GET", "/consent-decisions", None, EVERYBODY, 200),
    ("GET", "/consent-decisions/1", None, EVERYBODY, 200),
    ("GET", "/receipts/1", None, EVERYBODY, 200),
    ("GET", "/consent-ledger", None, EVERYBODY, 200),
    ("GET", "/consent-ledger/verification", None, EVERYBODY, 200),
    ("GET", f"{PROGRAM}/preview", None, EVERYBODY, 200),
    ("POST", f"{PROGRAM}/preview", {}, "ada ben dora", 201),
    ("GET", f"{PROGRAM}/preview/bundle", None, "ada dora", 200),
    ("GET", "/policies", None, EVERYBODY, 200),
    ("POST", "/policies", {"name": "P", "sharing": "none"}, "ada dora", 201),
    ("GET", "/policies/{nobodys}", None, EVERYBODY, 404),
    ("PATCH", "/policies/{nobodys}", {}, "ada dora", 404),
    ("GET", "/policies/{nobodys}/servers", None, EVERYBODY, 404),
    ("GET", "/policies/{nobodys}/events", None, EVERYBODY, 404),
    ("POST", "/policies/{nobodys}/dry-run", {}, "ada dora", 404),
    ("POST", "/policies/{nobodys}/propose", {"digest": "ab" * 32}, "ada dora", 404),
    ("POST", "/policies/{nobodys}/approve", {"digest": "ab" * 32}, "ada dora", 404),
    ("POST", "/policies/{nobodys}/decline", {}, "ada dora", 404),
    ("POST", "/policies/{nobodys}/apply", {"digest": "ab" * 32}, "ada dora", 404),
    ("GET", "/policies/{nobodys}/undo", None, EVERYBODY, 404),
    ("POST", "/policies/{nobodys}/undo", {"digest": "ab" * 32}, "ada dora", 404),
    ("POST", "/policy-undos/{nobodys}/approve", {"digest": "ab" * 32}, "ada dora", 404),
    ("POST", "/policy-undos/{nobodys}/decline", {}, "ada dora", 404),
    ("GET", "/reports", None, EVERYBODY, 200),
    ("POST", "/reports?server=ls1.example.org", LICENSE, "ada ben", 200),
    ("GET", "/reports/{report}", None, EVERYBODY, 200),
    ("GET", "/licenses", None, EVERYBODY, 200),
    ("GET", "/pools?server={guid}", None, EVERYBODY, 200),
    ("GET", "/assignments?server={guid}", None, EVERYBODY, 200),
    ("GET", "/leases?server={guid}", None, EVERYBODY, 200),
    ("GET", f"/usage?{DAYS}&feature=MPS_ENT_CCU", None, EVERYBODY, 200),
    ("GET", "/usage/samples", None, EVERYBODY, 200),
    ("GET", f"/usage.csv?{DAYS}", None, EVERYBODY, 200),
    ("GET", "/uploads", None, EVERYBODY, 200),
    ("GET", "/uploads.csv", None, EVERYBODY, 200),
    ("GET", "/uploads.ndjson", None, EVERYBODY, 200),
    ("POST", "/uploads", {"server": "ls1.example.org", "program": "telemetry"}, "ada ben", 202),
    ("GET", "/uploads/{upload}", None, EVERYBODY, 200),
    ("POST", "/uploads/{upload}/retry", {}, "ada ben", 409),
    ("POST", "/uploads/{upload}/cancel", {}, "ada ben", 409),
    ("GET", "/uploads/{upload}/attempts", None, EVERYBODY, 200),
    ("GET", "/uploads/{upload}/bundle", None, "ada dora", 200),
    ("GET", "/uploads/{upload}/result.xml", None, EVERYBODY, 200),
    ("GET", "/installation", None, "ada", 200),
    ("PATCH", "/installation", {"history_days": 400}, "ada", 200),
    ("GET", "/network-check", None, EVERYBODY, 200),
    ("POST", "/network-check", {}, "ada ben", 503),  # no broker runs in these tests
    ("GET", "/manual-reports", None, EVERYBODY, 200),
    ("POST", "/manual-reports", {"servers": ["by-hand.example.org"]}, "ada ben", 201),
    ("GET", "/manual-reports/{carried}", None, EVERYBODY, 200),
    ("GET", "/manual-reports/{carried}/volumes/1", None, "ada ben", 200),
    ("POST", "/manual-reports/{carried}/receipts?name=r.json", b"{}", "ada ben", 422),
    ("POST", "/manual-reports/{carried}/confirmations", TYPED, "ada ben", 422),
    ("POST", "/manual-reports/{carried}/give-up", {}, "ada ben", 200),
    ("POST", "/manual-reports/{carried}/deletion", {}, "ada ben", 200),
    ("GET", "/receivers", None, EVERYBODY, 200),
    ("POST", "/receivers", {"fingerprint": "ab" * 32}, "ada", 201),
    ("GET", "/receivers/{nobodys}", None, EVERYBODY, 404),
    ("DELETE", "/receivers/{nobodys}", None, "ada", 404),
    ("GET", "/alerts", None, EVERYBODY, 200),
    ("POST", "/alerts/acknowledge", {"ids": [NOBODYS]}, "ada ben", 400),  # there is no such alert
    ("GET", "/alerts/{alert}", None, EVERYBODY, 200),
    ("GET", "/alerts/{alert}/servers", None, EVERYBODY, 200),
    ("POST", "/alerts/{alert}/acknowledge", {}, "ada ben", 200),
    ("POST", "/alerts/{alert}/take-back", {}, "ada ben", 200),
    ("POST", "/alerts/{alert}/snooze", {"until": "2001-01-01T00:00:00Z", "reason": "later"}, "ada ben", 422),
    ("POST", "/alerts/{alert}/wake", {}, "ada ben", 200),
    ("GET", "/alerts/{alert}/explanation", None, EVERYBODY, 200),
    ("GET", "/clocks", None, EVERYBODY, 200),
    ("GET", "/clocks/explanation?kind=backup", None, EVERYBODY, 200),
    ("GET", "/explanation?day=2026-03-10", None, EVERYBODY, 200),
    ("GET", "/channels", None, EVERYBODY, 200),
    ("POST", "/channels", {"name": "New", "way": "email", "target": "eve@example.org"}, "ada", 201),
    ("GET", "/channels/{channel}", None, EVERYBODY, 200),
    ("PATCH", "/channels/{channel}", {"floor": "act"}, "ada", 200),
    ("DELETE", "/channels/{channel}", None, "ada", 200),
    ("POST", "/channels/{channel}/test", {}, "ada", 200),  # it says that it did not arrive
    ("POST", "/channels/{channel}/secret", {}, "ada", 422),  # only a webhook has one
    ("GET", "/channels/{channel}/messages", None, EVERYBODY, 200),
    ("GET", "/thresholds", None, EVERYBODY, 200),
    ("POST", "/thresholds", {"days": [7, 1]}, "ada", 201),
    ("GET", "/thresholds/{nobodys}", None, EVERYBODY, 404),
    ("DELETE", "/thresholds/{nobodys}", None, "ada", 404),
    ("POST", "/thresholds/preview", {"days": [7, 1]}, "ada", 200),
    ("GET", "/calendar.ics", None, EVERYBODY, 200),
    ("GET", "/feed-addresses", None, EVERYBODY, 200),
    ("POST", "/feed-addresses", {"feed": "atom", "name": "reader"}, EVERYBODY, 201),
    ("GET", "/feed-addresses/{nobodys}", None, EVERYBODY, 404),  # there is none of this number
    ("DELETE", "/feed-addresses/{nobodys}", None, EVERYBODY, 404),
    ("GET", "/schema", None, EVERYBODY, 200),
    ("GET", "/docs", None, EVERYBODY, 200),
]
NUMBERED = ("feed-addresses", "receivers", "thresholds", "policies", "policy-undos")
NAMES = [f"{method} {address.partition('?')[0]}" for method, address, *_ in TABLE]


def call(client: Client, row: tuple[str, str, Any, str, int], upload: Upload) -> Any:
    method, template, body, _, _ = row
    report = SourceReport.objects.get(server=upload.server).pk
    carried = ManualReport.objects.values_list("pk", flat=True).get()
    alert = Alert.objects.values_list("pk", flat=True).get()
    numbers = {"upload": upload.pk, "report": report, "carried": carried, "alert": alert, "nobodys": NOBODYS}
    numbers["channel"] = Channel.objects.values_list("pk", flat=True).get()
    address = V1 + template.format(guid=upload.server.guid, **numbers)
    if isinstance(body, bytes):
        return client.generic(method, address, body, content_type="application/octet-stream")
    return client.generic(method, address, json.dumps(body) if body is not None else "", "application/json")


def read_out(response: Any) -> None:
    """To the end, where the client closes it, and what it streams from."""
    for _ in response:
        pass


def build() -> int:
    builder = calling(person("builder", role=Role.ADMINISTRATOR))
    delivered = deliver_from(import_into(add_server(name="ls1.example.org"), builder))
    by_hand(add_server(name="by-hand.example.org"))
    open_code(delivered.server, code="AB12CD34", remote_id="r1", at=timezone.now())
    an_alert(delivered.server)
    Channel.objects.create(name="Ops", way="email", target="x", shown="x", created_at=timezone.now())
    return delivered.pk


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World[int]]:
    """The same for every row of the table and every role."""
    with kept_world(build, folder=tmp_path_factory.mktemp("world"), blocker=django_db_blocker) as kept:
        yield kept


@pytest.fixture
def waiting(world: World[int], db: None, data_dir: Path) -> Upload:
    """An upload that arrived, of a server in trouble that waits for its code. Another one's is carried by hand."""
    return Upload.objects.get(pk=world.enter(data_dir))


@pytest.mark.parametrize("name", EVERYBODY.split())
@pytest.mark.parametrize("row", TABLE, ids=NAMES)
def test_it_lets_each_role_do_its_part_and_no_more(
    row: tuple[str, str, Any, str, int], name: str, waiting: Upload, request: pytest.FixtureRequest
) -> None:
    caller: User = request.getfixturevalue(name)
    response = call(calling(caller), row, waiting)
    if name in row[3].split():
        assert response.status_code == row[4], response.content
    else:
        assert is_problem(response, 403)
        assert f"Your role, {caller.role_name}, does not have it" in response.json()["detail"]
    read_out(response)


@pytest.mark.parametrize("row", TABLE, ids=NAMES)
def test_it_tells_strangers_to_bring_a_token(row: tuple[str, str, Any, str, int], waiting: Upload) -> None:
    response = call(Client(), row, waiting)
    assert is_problem(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"


def every_view() -> Iterator[tuple[str, Any]]:
    for pattern in urls.urlpatterns:
        if view := getattr(pattern.callback, "cls", None):
            yield str(pattern.pattern), view


@pytest.mark.parametrize(("route", "view"), list(every_view()))
def test_it_names_a_known_permission_for_every_method(route: str, view: Any) -> None:
    offered = {name.upper() for name in ("get", "post", "put", "patch", "delete") if hasattr(view, name)}
    known = set().union(*PERMISSIONS.values()) | {SIGNED_IN}
    assert offered == view.permissions.keys()
    assert set(view.permissions.values()) <= known
    assert set(view.permissions.values()) - {SIGNED_IN} <= WORDS.keys()
    assert [kind.__name__ for kind in view.permission_classes] == ["HasNamedPermission"]


@pytest.mark.parametrize(("route", "view"), list(every_view()))
def test_it_honors_the_idempotency_key_on_every_post(route: str, view: Any) -> None:
    assert not hasattr(view, "post") or view.post.is_idempotent


def test_it_has_every_address_in_the_table() -> None:
    numbers = {"manual-reports/<int:pk>": "manual-reports/{carried}", "<int:number>": "1"}
    numbers |= {"<str:guid>": "{guid}", "<str:code>": "telemetry", "reports/<int:pk>": "reports/{report}"}
    numbers |= {"uploads/<int:pk>": "uploads/{upload}", "<int:sequence>": "1", "alerts/<int:pk>": "alerts/{alert}"}
    numbers |= {f"{kind}/<int:pk>": f"{kind}/{{nobodys}}" for kind in NUMBERED}
    numbers |= {"channels/<int:pk>": "channels/{channel}"}
    tried = {(method, address.partition("?")[0]) for method, address, *_ in TABLE}
    for route, view in every_view():
        address = f"/{route.rstrip('/')}"
        for kind, number in numbers.items():
            address = address.replace(kind, number)
        assert {(method, address) for method in view.permissions} <= tried


def test_it_refuses_a_view_that_names_no_permission(as_ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    view = next(view for route, view in every_view() if route == "servers")
    monkeypatch.setattr(view, "permissions", {})
    response = as_ada.get(f"{V1}/servers")
    assert is_problem(response, 403)
    assert "names no permission" in response.json()["detail"]


def test_it_works_with_and_without_a_slash() -> None:
    routes = [str(pattern.pattern) for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
    bare = [route for route in routes if not route.endswith("/") and not route.startswith("^")]
    assert all(f"{route}/" in routes for route in bare)
    assert get_resolver().resolve(f"{V1}/servers/").func == get_resolver().resolve(f"{V1}/servers").func


def test_it_does_not_redirect_a_post(as_ada: Client) -> None:
    body = json.dumps({"name": "ls2"})
    assert as_ada.post(f"{V1}/servers/", body, content_type="application/json").status_code == 201
