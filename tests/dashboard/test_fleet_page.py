"""Does the list of the fleet show who needs somebody first, also of ten thousand servers and of hostile names?"""

import csv
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from alerts.evaluation import evaluate
from alerts.keeping_standings import refresh
from dashboard import fleet
from programs.catalog import programs
from programs.texts import sharing_text
from servers.models import LicenseServer, ServerGroup
from servers.registry import archive_server
from tests.dashboard.conftest import Login
from tests.factories import a_server, increment, license_file, receive
from uploads.models import Tick

pytestmark = pytest.mark.django_db
BUILD = {"product_version": "11.17.2.0 build 54100"}
HOSTILE = ("<script>alert(1)</script>", "خادم-التراخيص", "🔥" * 20, "x" * 255, "a\"b'c&d")


def looked() -> None:
    evaluate(now=timezone.now())


def ending(name: str, *, days: int, **facts: object) -> LicenseServer:
    server = a_server(name, **(BUILD | facts))
    day = f"{timezone.now() + timedelta(days=days):%d-%b-%Y}".lower()
    receive(server, license_file(increment(version="2099.0101", expiry=day)))
    return server


def page(login: Login, user: User, address: str = "", **headers: str) -> str:
    response = login(user).get(reverse("servers") + address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def names(html: str) -> list[str]:
    return re.findall(r'<a id="n\d+" href="[^"]+">([^<]*)</a>', html)


@pytest.fixture
def three() -> list[LicenseServer]:
    """One is quiet, one presses, one is to be planned for."""
    servers = [a_server("quiet.example.test", **BUILD), ending("soon.example.test", days=3)]
    servers.append(ending("later.example.test", days=20))
    looked()
    return servers


def test_the_soonest_trouble_comes_first(three: list[LicenseServer], cleo: User, login: Login) -> None:
    html = page(login, cleo)
    assert names(html) == ["soon.example.test", "later.example.test", "quiet.example.test"]
    assert "License expiry, XDT_PLT_UD" in html
    assert re.findall(r'class="value"><a [^>]*>(\d+)<', html) == ["1", "1", "1", "0"]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("?sort=name", ["later.example.test", "quiet.example.test", "soon.example.test"]),
        ("?sort=nonsense", ["soon.example.test", "later.example.test", "quiet.example.test"]),
        ("?pressure=act&pressure=plan", ["soon.example.test", "later.example.test"]),
        ("?q=LATER", ["later.example.test"]),
        ("?kind=license_expiry&sort=name", ["later.example.test", "soon.example.test"]),
        ("?archived=yes", []),
        ("?view=all&unknown=1", ["soon.example.test", "later.example.test", "quiet.example.test"]),
    ],
)
def test_all_of_it_stands_in_the_address(
    three: list[LicenseServer], cleo: User, login: Login, address: str, found: list[str]
) -> None:
    assert names(page(login, cleo, address)) == found


def test_a_filter_can_be_taken_away_alone(three: list[LicenseServer], cleo: User, login: Login) -> None:
    html = page(login, cleo, "?q=er&mode=electronic&sort=name")
    assert 'href="/servers/?q=er&amp;sort=name"' in html
    assert 'href="/servers/?mode=electronic&amp;sort=name"' in html


@pytest.mark.parametrize("sort", ["due", "name", "report"])
def test_every_server_is_on_exactly_one_page(
    cleo: User, login: Login, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(fleet, "PAGE", 4)
    for number in range(10):
        a_server(f"lic{number}.example.test", **BUILD)
    looked()
    seen, address, pages = [], f"?sort={sort}", []
    while address:
        html = page(login, cleo, address)
        pages.append(names(html))
        seen += pages[-1]
        after = re.search(r'href="(\?[^"]*after=[^"]+)"', html)
        before = re.search(r'href="(\?[^"]*before=[^"]+)"', html)
        address = after[1].replace("&amp;", "&") if after else ""
    assert sorted(seen) == [f"lic{number}.example.test" for number in range(10)]
    assert before
    assert names(page(login, cleo, before[1].replace("&amp;", "&"))) == pages[-2]


@pytest.mark.parametrize("place", ["x", "9999-99-99~1", "2026-01-01~x", "~", "2026-01-01~" + "9" * 30, "\0~1"])
def test_a_place_that_cannot_be_read_shows_the_first_servers(
    three: list[LicenseServer], cleo: User, login: Login, place: str
) -> None:
    html = page(login, cleo, f"?after={quote(place)}")
    assert len(names(html)) == 3
    assert "cannot be read" in html


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_shown_as_text(cleo: User, login: Login, name: str) -> None:
    group = ServerGroup.objects.create(name=f"G{name}"[:100])
    server = LicenseServer.objects.create(name=name, group=group, service_started_at=timezone.now())
    looked()
    html = page(login, cleo, f"?q={quote(name)}")
    assert "<script>alert" not in html
    assert str(server.guid) in html
    assert "G<" not in html


@pytest.mark.parametrize("search", ["%", "_", "'; --", "\0", "\ud83d", "*", "(", "a" * 5000])
def test_a_hostile_search_finds_nothing_and_harms_nothing(
    three: list[LicenseServer], cleo: User, login: Login, search: str
) -> None:
    html = page(login, cleo, f"?q={quote(search, errors='surrogatepass')}")
    assert names(html) == []
    assert "Nothing matches." in html


def test_nobody_looked_is_not_well(cleo: User, login: Login) -> None:
    a_server("new.example.test", **BUILD)
    html = page(login, cleo)
    assert "The rules have not looked yet" in html
    assert re.findall(r'class="value"><a [^>]*>(\d+)<', html) == ["0", "0", "0", "1"]


def test_an_old_look_is_not_well_either(three: list[LicenseServer], cleo: User, login: Login) -> None:
    Tick.objects.filter(name="alerts").update(at=timezone.now() - timedelta(minutes=11))
    html = page(login, cleo)
    assert "The rules last looked 11 minutes ago" in html
    assert re.findall(r'class="value"><a [^>]*>(\d+)<', html) == ["0", "0", "0", "3"]
    assert "state well" not in html


def test_for_htmx_only_the_parts_come(three: list[LicenseServer], cleo: User, login: Login) -> None:
    html = page(login, cleo, "?q=soon", **{"HX-Request": "true"})
    assert "<html" not in html
    assert all(f'id="{part}"' in html for part in ("fleet", "fleet-facets", "fleet-counts"))
    assert "<html" in page(login, cleo, "", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})


def test_the_questions_are_as_many_for_sixty_servers_as_for_five(cleo: User, login: Login) -> None:
    counts = []
    client = login(cleo)
    for first, last in ((0, 5), (5, 60)):
        for number in range(first, last):
            group = ServerGroup.objects.create(name=f"Site {number}")
            ending(f"lic{number}.example.test", days=number, group=group)
        looked()
        client.get(reverse("servers"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("servers"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_hundred_servers_stay_under_a_hundred_kilobytes(cleo: User, login: Login) -> None:
    groups = [ServerGroup.objects.create(name=f"Datacenter number {number}, building B") for number in range(30)]
    for number in range(100):
        name = f"license-server-{number:04}.department.corporation.example"
        a_server(name, group=groups[number % 30], **BUILD)
    looked()
    assert len(page(login, cleo).encode()) < 100_000


def test_the_list_leaves_as_a_file(three: list[LicenseServer], cleo: User, login: Login) -> None:
    archive_server(three[0])
    refresh(three[0])
    response: Any = login(cleo).get(reverse("servers_csv"), {"kind": "license_expiry"})
    rows = list(csv.DictReader(b"".join(response.streaming_content).decode().splitlines()))
    assert [(row["name"], row["state"], row["archived"]) for row in rows] == [
        ("soon.example.test", "act", "no"),
        ("later.example.test", "plan", "no"),
    ]
    assert response["Content-Disposition"] == f'attachment; filename="some-servers-{timezone.now():%Y-%m-%d}.csv"'
    everything: Any = login(cleo).get(reverse("servers_csv"))
    assert "all-servers-" in everything["Content-Disposition"]
    assert len(b"".join(everything.streaming_content).splitlines()) == 3


def test_a_decision_is_seen_at_once(three: list[LicenseServer], ada: User, login: Login) -> None:
    shown = sharing_text(programs()["call_home"], programs()["ceip"])
    words = {"kind": "sharing", "value": "ceip", "text_sha256": shown.sha256, "expected": "0"}
    login(ada).post(reverse("save_decision", args=[three[0].guid]), words)
    assert names(page(login, ada, "?share=ceip")) == ["quiet.example.test"]


def test_a_value_that_there_is_not_is_called_unknown(three: list[LicenseServer], cleo: User, login: Login) -> None:
    page = login(cleo).get(reverse("servers"), {"verdict": "act"}).content.decode()
    assert page.count("act, not known here") == 2  # the chip and the box
    assert "Nothing matches." in page


@pytest.mark.parametrize(("sort", "said"), [("due", "the soonest trouble first"), ("name", "Every license server.")])
def test_the_head_names_the_order_that_is_shown(
    three: list[LicenseServer], cleo: User, login: Login, sort: str, said: str
) -> None:
    assert said in login(cleo).get(reverse("servers"), {"sort": sort}).content.decode()


def test_only_who_may_do_something_to_many_servers_ticks_them(
    three: list[LicenseServer], cleo: User, ben: User, login: Login
) -> None:
    boxes = [login(one).get(reverse("servers")).content.decode().count('name="id"') for one in (cleo, ben)]
    assert boxes == [0, 3]
