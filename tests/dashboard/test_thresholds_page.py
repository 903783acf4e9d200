"""Can an administrator say when somebody is told, and see beforehand what that comes to?"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from alerts.models import Threshold
from alerts.thresholds import Scope, save_threshold
from intake.importing import import_report
from intake.models import Door
from servers.models import LicenseServer, ServerGroup
from tests.dashboard.alerts import a_channel, an_alert
from tests.dashboard.conftest import LICENSE, Login


def saved(client: Client, **words: object) -> str:
    return client.post(reverse("save_threshold"), words, follow=True).content.decode()


@pytest.fixture
def ending(server: LicenseServer) -> LicenseServer:
    """A server with a license that ends in 100 days."""
    day = timezone.now().date() + timedelta(days=100)
    text = LICENSE.replace(b"31-may-2099", f"{day:%d-%b-%Y}".lower().encode()).replace(b"LA-1", b"LA-9")
    import_report(server, text.replace(b"XDT_PLT_CCS", b"MPS_ENT_CCS"), name="ending.lic", door=Door.SHELL)
    return server


def test_it_shows_the_default_ladder_step_by_step(cleo: User, login: Login) -> None:
    page = login(cleo).get(reverse("thresholds")).content.decode()
    steps = re.findall(r'<th scope="row">(\w+)(?: d)?</th><td><span class="state (\w+)">', page)
    assert steps == [
        ("180", "watch"),
        ("90", "watch"),
        ("30", "plan"),
        ("14", "plan"),
        ("7", "act"),
        ("1", "act"),
        ("0", "act"),
        ("Overdue", "act"),
    ]
    assert "Save ladder" not in page


def test_viewers_and_operators_may_not_change_it(cleo: User, ben: User, login: Login) -> None:
    for user in (cleo, ben):
        assert login(user).post(reverse("save_threshold"), {"days": "7"}).status_code == 403
    assert not Threshold.objects.exists()


def test_a_ladder_is_saved_changed_and_removed(server: LicenseServer, ada: User, login: Login) -> None:
    client = login(ada)
    words = {"rule": "license_expiry", "feature": "XDT_PLT_CCS", "server": server.name}
    page = saved(client, **words, days="60, 20 5", percent="80", escalate_after_days="2", do="save")
    assert "Saved: License expiry, XDT_PLT_CCS on lic-ams-01.corp.example." in page
    row = Threshold.objects.get()
    assert (row.days, row.percent, row.escalate_after_days, row.changed_by) == ([60, 20, 5], [80], 2, "ada")
    page = client.get(reverse("thresholds"), {"edit": row.pk}).content.decode()
    assert 'value="60 20 5"' in page
    assert 'value="lic-ams-01.corp.example"' in page
    saved(client, **words, days="10", percent="", is_muted="on", do="save")
    row.refresh_from_db()
    assert (row.days, row.is_muted) == ([10], True)
    page = client.post(reverse("remove_threshold", args=[row.pk]), follow=True).content.decode()
    assert "The wider ladder counts again." in page
    assert not Threshold.objects.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"days": "soon"}, "Write whole numbers"),
        ({"days": "99999"}, "At most 20 steps of 0 to 3650 days."),
        ({"percent": "-1"}, "Write whole numbers"),
        ({"server": "nowhere"}, "There is no server of this name."),
        ({"server": "lic-ams-01.corp.example"}, "A ladder for a server names a product"),
        ({"escalate_after_days": "400"}, "Escalate after 1 to 365 days"),
        ({"escalate_after_days": "x"}, "Enter a whole number."),
        ({"rule": "wind"}, "Select a valid choice"),
        ({"group": "77"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_saved(
    words: dict[str, str], sentence: str, server: LicenseServer, ada: User, login: Login
) -> None:
    response = login(ada).post(reverse("save_threshold"), {"do": "save", **words})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Threshold.objects.exists()


@pytest.mark.parametrize("number", ["x", "-1", "99999999999999999999", "5"])
def test_a_ladder_that_is_not_there_is_a_new_one(number: str, ada: User, login: Login) -> None:
    assert "Set a ladder" in login(ada).get(reverse("thresholds"), {"edit": number}).content.decode()


def test_a_preview_names_the_days_and_the_channels_and_saves_nothing(
    ending: LicenseServer, ada: User, login: Login
) -> None:
    a_channel("Mail", floor="watch")
    client = login(ada)
    page = client.post(reverse("save_threshold"), {"do": "preview", "days": "60 5"}).content.decode()
    assert "60 days left: Mail" in page
    assert "5 days left: Mail" in page
    assert "90 days left" not in page
    panel = client.post(reverse("preview_threshold"), {"days": "60", "is_muted": "on"}).content.decode()
    assert "60 days left: nobody." in panel
    assert panel.lstrip().startswith('<section class="panel" id="preview"')
    assert not Threshold.objects.exists()


def test_a_preview_of_nonsense_says_so(ada: User, login: Login) -> None:
    panel = login(ada).post(reverse("preview_threshold"), {"days": "soon"}).content.decode()
    assert "Write whole numbers" in panel


def test_the_ladder_of_the_installation_is_shown_as_its_own(ada: User, login: Login) -> None:
    save_threshold(Scope(), days=[45], by=ada, now=timezone.now())
    group = ServerGroup.objects.create(name="Amsterdam")
    save_threshold(Scope(group=group), is_muted=True, by=ada, now=timezone.now())
    page = login(ada).get(reverse("thresholds")).content.decode()
    assert "Ladder for Every clock, the installation" in page
    assert '<th scope="row">45 d</th>' in page
    assert "Every clock, group Amsterdam" in page
    assert "Muted</span>" in page


def test_a_preview_of_many_servers_asks_few_and_short_questions(ada: User, login: Login) -> None:
    servers = [LicenseServer(name=f"lic-{number}", service_started_at=timezone.now()) for number in range(400)]
    LicenseServer.objects.bulk_create(servers)
    an_alert(*LicenseServer.objects.all())
    client = login(ada)
    with CaptureQueriesContext(connection) as asking:
        panel = client.post(reverse("preview_threshold"), {"days": "6"}).content.decode()
    assert "In the last year, 1 time" in panel
    assert len(asking) < 30
    assert max(len(query["sql"]) for query in asking.captured_queries) < 5000
