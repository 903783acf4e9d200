"""Can an administrator set the way out and how long something is kept, on a page, and take it back?"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from servers.installation import in_force
from servers.installation_models import InstallationChoice
from servers.models import LicenseServer
from tests.dashboard.conftest import Login
from uploads.models import Upload
from uploads.states import State


@pytest.fixture
def client(ada: User, login: Login) -> Client:
    return login(ada)


def save(client: Client, part: str, *, status: int = 200, **words: str) -> str:
    answer = client.post(reverse("installation"), {"part": part, **words}, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_way_out_is_saved_told_and_taken_back(client: Client) -> None:
    page = save(client, "way", upload_proxy="http://ann@proxy.example:3128", password="s3cret", no_proxy="localhost")
    assert in_force().upload_proxy == "http://ann:s3cret@proxy.example:3128"
    assert "A password is set" in page
    assert "s3cret" not in page
    rows = re.findall(r'name="row" value="(\d+)"', page)
    client.post(reverse("undo_installation"), {"row": rows})
    assert (in_force().upload_proxy, in_force().no_proxy) == ("", "")
    assert InstallationChoice.objects.count() == 4  # undone by new entries


def test_the_password_can_be_forgotten(client: Client) -> None:
    address = "http://ann@proxy.example:3128"
    save(client, "way", upload_proxy=address, password="s3cret")
    save(client, "way", upload_proxy=address, no_password="1")
    assert in_force().upload_proxy == address


def test_what_is_wrong_is_said_at_its_field_and_keeps_what_was_typed(client: Client) -> None:
    page = save(client, "way", status=422, upload_proxy="ftp://proxy.example", no_proxy="localhost")
    assert "Write it as proxy.example:3128" in page
    assert "Nothing was saved." in page
    assert 'value="ftp://proxy.example"' in page
    assert not InstallationChoice.objects.exists()


def test_more_days_are_saved_at_once_fewer_only_after_it_was_said_what_goes(
    client: Client, server: LicenseServer
) -> None:
    for days in (400, 300, 200):
        at = timezone.now() - timedelta(days=days)
        Upload.objects.create(
            server=server, program="telemetry", kind="compliance", period=at, created_at=at, finished_at=at,
            state=State.CANCELED,
        )  # fmt: skip
    save(client, "kept", history_days="500", usage_days="365")
    page = save(client, "kept", history_days="250", usage_days="365")
    assert "2 uploads of the history" in page
    assert in_force().history_days == 500
    page = save(client, "kept", history_days="250", usage_days="365", confirmed="1")
    assert in_force().history_days == 250
    assert reverse("undo_installation") not in page  # what goes does not come back


def test_a_variable_locks_its_field(client: Client, settings: Settings) -> None:
    settings.UPLOAD_PROXY, settings.HISTORY_DAYS = "http://u:secret@proxy.example:1", 77
    page = client.get(reverse("installation")).content.decode()
    assert "UPLOAD_PROXY is set where this installation is started, and wins." in page
    assert "HISTORY_DAYS is set where" in page
    assert "secret" not in page
    assert 'name="upload_proxy"' not in page
    save(client, "kept", history_days="40", usage_days="90")
    assert (in_force().history_days, in_force().usage_days) == (77, 90)


def test_others_have_no_business_there(ben: User, login: Login) -> None:
    other = login(ben)
    assert other.get(reverse("installation")).status_code == 403
    assert other.post(reverse("undo_installation")).status_code == 403
