"""Is what was typed still there when the session ended in the middle of a form, and is nothing saved by that?"""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from alerts.models import Alert
from servers.models import LicenseServer
from tests.conftest import PASSWORD
from tests.dashboard.alerts import an_alert

REASON = "The order <b>is</b> placed."


@pytest.fixture
def alert(server: LicenseServer) -> Alert:
    """One that somebody wants to snooze."""
    return an_alert(server)


def sent_too_late(alert: Alert) -> Client:
    """A browser whose session is over, and which sent a form all the same."""
    client = Client()
    answer = client.post(reverse("react"), {"do": "snooze-1", "alert": alert.pk, "reason": REASON, "password": "x"})
    assert answer["Location"] == f"/sign-in/?next={reverse('resume')}"
    return client


def sign_in(client: Client, user: User) -> str:
    """The page behind the door."""
    fields = {"username": user.username, "password": PASSWORD, "next": reverse("resume")}
    return client.post(reverse("sign_in"), fields, follow=True).content.decode()


def test_what_was_typed_is_shown_after_signing_in_and_nothing_is_saved(alert: Alert, ben: User) -> None:
    page = sign_in(sent_too_late(alert), ben)
    assert "Nothing was saved." in page
    assert "The order &lt;b&gt;is&lt;/b&gt; placed." in page
    assert f'action="{reverse("react")}"' in page
    alert.refresh_from_db()
    assert alert.snoozed_until is None


def test_it_is_shown_in_the_words_of_its_page(ada: User) -> None:
    client = Client()
    typed = {"name": "Night <b>shift</b>", "way": "webhook", "target": "https://x.example", "digest": "daily"}
    client.post(reverse("add_channel"), typed | {"servers": "", "tells_end": "on", "nobody_knows": "1"})
    page = sign_in(client, ada)
    for label, value in (
        ("Name", "Night &lt;b&gt;shift&lt;/b&gt;"),
        ("How it is told", "Signed webhook"),
        ("Also tell when it is over", "On"),
        ("nobody knows", "1"),
    ):
        assert f"<dt>{label}</dt><dd><bdi>{value}</bdi></dd>" in page
    assert "Files and secrets are never kept: Where it leads." in page
    assert "Only of these servers" not in page
    assert '<input type="hidden" name="way" value="webhook">' in page
    assert '<input type="hidden" name="servers" value="">' in page


def test_one_press_sends_it(alert: Alert, ben: User) -> None:
    client = sent_too_late(alert)
    sign_in(client, ben)
    client.post(reverse("react"), {"do": "snooze-1", "alert": alert.pk, "reason": REASON})
    alert.refresh_from_db()
    assert alert.snooze_reason == REASON


def test_a_secret_is_never_kept(alert: Alert, ben: User) -> None:
    client = sent_too_late(alert)
    assert "password" not in dict(client.session["draft"]["fields"])
    assert "Files and secrets are never kept: password." in sign_in(client, ben)


def test_a_file_has_to_be_chosen_again(server: LicenseServer, ben: User) -> None:
    client = Client()
    client.post(reverse("import_files", args=[server.guid]), {"files": SimpleUploadedFile("a.lic", b"x")})
    assert "Files and secrets are never kept: files." in sign_in(client, ben)


def test_it_is_forgotten_after_a_while(alert: Alert, ben: User) -> None:
    client = sent_too_late(alert)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert REASON[:9] not in sign_in(client, ben)


def test_a_flood_is_not_kept(server: LicenseServer, db: None) -> None:
    client = Client()
    client.post(reverse("react"), {"reason": "x" * 20_000})
    assert "draft" not in client.session


def test_a_part_of_a_page_keeps_nothing(db: None) -> None:
    client = Client()
    client.post(reverse("preview_threshold"), {"days": "7"}, headers={"HX-Request": "true"})
    assert "draft" not in client.session
