"""Does one field find servers, products, uploads, alerts, decisions and pages, and only what one may see?"""

from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import PERMISSIONS, Role
from alerts.models import Alert
from dashboard.finding import find
from programs.catalog import programs
from programs.consent import choose_sharing
from programs.models import Door
from programs.texts import sharing_text
from servers.models import LicenseServer
from tests.dashboard.conftest import Login, an_upload
from tests.factories import a_server

pytestmark = pytest.mark.django_db
SHA = "c0ffee" + "ab" * 29


@pytest.fixture
def world(server: LicenseServer, ada: User) -> LicenseServer:
    """One server with a license, an upload, an alert and two decisions."""
    an_upload(server, bundle_sha256=SHA)
    now = timezone.now()
    Alert.objects.create(
        rule="license_expiry", problem="p", severity="act", rung=7, title="120 seats fall away", detail="d",
        action="a", opened_at=now, seen_at=now,
    )  # fmt: skip
    shown = sharing_text(programs()["call_home"], programs()["ceip"])
    choose_sharing(server, choice="ceip", by=ada, door=Door.PAGE, text_sha256=shown.sha256)
    return server


def found(text: str, person: User) -> dict[str, list[str]]:
    return {one.title: [hit.words for hit in one.hits] for one in find(text, person=person)}


@pytest.mark.parametrize(
    ("text", "title", "words"),
    [
        ("LIC-AMS", "Servers", "lic-ams-01.corp.example"),
        ("ams corp", "Servers", "lic-ams-01.corp.example"),
        ("xdt_plt_c", "Products", "XDT_PLT_CCS"),
        ("C0FFEE", "Uploads", "Licensing Telemetry (License server report), Delivered"),
        (SHA, "Uploads", "Licensing Telemetry (License server report), Delivered"),
        ("SEATS fall", "Alerts", "120 seats fall away"),
        ("network", "Pages", "Network check"),
    ],
)
def test_each_is_found_by_a_part_in_any_case(
    world: LicenseServer, ada: User, text: str, title: str, words: str
) -> None:
    hits = found(text, ada)[title]
    assert len(hits) == 1
    assert words in hits[0]


def test_a_number_finds_an_upload_an_alert_and_a_decision(world: LicenseServer, ada: User) -> None:
    upload = an_upload(world, days_ago=1)
    assert found(f"#{upload.pk}", ada)["Uploads"] == [
        f"{upload.pk}, Licensing Telemetry (License server report), Delivered"
    ]
    assert found("1", ada)["Decisions"] == ["1, call_home: Switched off"]
    assert "Alerts" in found(str(Alert.objects.get().pk), ada)


@pytest.mark.parametrize(
    "text", ["%", "l_c", "\0", "<script>alert(1)</script>", "9" * 40, "خادم", "🔥", "'; --", "x" * 900]
)
def test_hostile_words_find_nothing(world: LicenseServer, ada: User, login: Login, text: str) -> None:
    page = login(ada).get(reverse("search") + f"?q={quote(text)}")
    assert page.status_code == 200
    html = page.content.decode()
    assert "<script>alert" not in html
    assert "Nothing was found." in html or text == "\0"


def test_the_dialog_gets_only_the_list(world: LicenseServer, cleo: User, login: Login) -> None:
    client = login(cleo)
    part = client.get(reverse("search"), {"q": "ams"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert reverse("overview", args=[world.guid]) in part
    page = client.get(reverse("servers")).content.decode()
    assert '<dialog class="dialog" id="palette"' in page
    assert 'data-dialog="palette"' in page


def test_nobody_finds_what_his_role_hides(world: LicenseServer, cleo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Decisions" in found("1", cleo)
    monkeypatch.setitem(PERMISSIONS, Role.VIEWER, frozenset({"servers.view_licenseserver"}))
    assert set(found("1", User.objects.get(pk=cleo.pk))) == {"Servers"}
    assert "Channels" not in found("", User.objects.get(pk=cleo.pk))["Pages"]


def test_without_words_there_are_the_pages(ada: User) -> None:
    assert {"Servers", "Network check", "Channels"} <= set(found("  ", ada)["Pages"])


def test_the_questions_are_as_many_for_sixty_servers_as_for_five(ada: User, login: Login) -> None:
    counts, client = [], login(ada)
    for first, last in ((0, 5), (5, 60)):
        for number in range(first, last):
            an_upload(a_server(f"lic{number}.example.test"), bundle_sha256=SHA)
        counts.append([_asked(client, text) for text in ("lic", "c0ffee", "1")])
    assert counts[0] == counts[1]


def test_a_digest_is_looked_for_in_the_index(world: LicenseServer, ada: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        find("c0ffee00", person=ada)
    [upload] = [one["sql"] for one in asked if "uploads_upload" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off" if connection.vendor == "postgresql" else "SELECT 1")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{upload}")
        plan = str(cursor.fetchall())
    assert "bundle_s" in plan
    assert "SCAN uploads_upload" not in plan


def _asked(client: Client, text: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("search"), {"q": text})
    return len(asked)
