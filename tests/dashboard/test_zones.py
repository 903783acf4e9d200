"""Does everybody read moments in their own time zone, and does a day of a server stay its own?"""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from accounts.time_zones import choose_time_zone
from alerts.models import Alert
from servers.models import LicenseServer
from tests.dashboard.alerts import an_alert
from tests.dashboard.conftest import Login, an_upload, moment

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)  # in Tokyo it is morning, and the next day


@pytest.fixture
def in_tokyo(cleo: User) -> User:
    """cleo travels."""
    choose_time_zone(cleo, "Asia/Tokyo")
    return cleo


@time_machine.travel(EVENING, tick=False)
def test_without_a_choice_times_are_those_of_the_server(server: LicenseServer, cleo: User, login: Login) -> None:
    LicenseServer.objects.update(time_zone="Europe/Amsterdam")
    page = login(cleo).get(reverse("uploads", args=[server.guid])).content.decode()
    assert "Tue 10 Mar, 23:30</time> Europe/Amsterdam" in page
    assert "Times and days in Europe/Amsterdam" in page
    assert "Tue 10 Mar, 22:30</time> UTC" in login(cleo).get(reverse("servers")).content.decode()


@time_machine.travel(EVENING, tick=False)
def test_a_choice_counts_on_every_page_and_the_top_bar_names_it(
    server: LicenseServer, in_tokyo: User, login: Login
) -> None:
    for address in (reverse("servers"), reverse("alerts"), reverse("overview", args=[server.guid])):
        assert "Wed 11 Mar, 07:30</time> Asia/Tokyo" in login(in_tokyo).get(address).content.decode()


@time_machine.travel(EVENING, tick=False)
def test_a_day_of_a_server_begins_at_its_own_midnight(server: LicenseServer, in_tokyo: User, login: Login) -> None:
    an_upload(server, created_at=moment("2026-03-09 23:30"), finished_at=moment("2026-03-09 23:31"))
    address = reverse("uploads", args=[server.guid])
    page = login(in_tokyo).get(f"{address}?since=2026-03-09&until=2026-03-09").content.decode()
    assert "Times in Asia/Tokyo, days in UTC" in page
    assert "One tick a day, in UTC" in page
    assert '<time datetime="2026-03-09T23:30:00Z">Tue 10 Mar, 08:30</time>' in page


def test_the_form_saves_the_choice_and_shows_it_again(server: LicenseServer, cleo: User, login: Login) -> None:
    client = login(cleo)
    page = client.post(reverse("choose_zone"), {"time_zone": "Asia/Tokyo"}, follow=True).content.decode()
    assert "Your time zone is saved." in page
    assert "<option selected>Asia/Tokyo</option>" in page
    page = client.post(reverse("choose_zone"), {"time_zone": ""}, follow=True).content.decode()
    assert "<option selected>" not in page


def test_what_is_no_zone_is_said_and_changes_nothing(server: LicenseServer, in_tokyo: User, login: Login) -> None:
    page = login(in_tokyo).post(reverse("choose_zone"), {"time_zone": "Moon/Base"}, follow=True).content.decode()
    assert "This is not a time zone such as Europe/Amsterdam. Nothing was changed." in page
    assert User.objects.get(pk=in_tokyo.pk).time_zone == "Asia/Tokyo"


@time_machine.travel(EVENING, tick=False)
def test_a_snooze_ends_at_the_midnight_of_whoever_snoozes(server: LicenseServer, ada: User, login: Login) -> None:
    choose_time_zone(ada, "Asia/Tokyo")
    alert = an_alert(server)
    words = {"alert": str(alert.pk), "do": "snooze-", "until": "2026-03-20", "reason": "The order is placed."}
    page = login(ada).post(reverse("react"), words, follow=True).content.decode()
    assert Alert.objects.get().snoozed_until == datetime(2026, 3, 19, 15, 0, tzinfo=UTC)
    assert "1 alert was snoozed until Fri 20 Mar, 00:00." in page


@time_machine.travel(EVENING, tick=False)
def test_the_api_stays_in_utc(server: LicenseServer, in_tokyo: User, login: Login) -> None:
    an_upload(server)
    row = login(in_tokyo).get("/api/v1/uploads").json()["results"][0]
    assert row["created_at"].startswith("2026-03-10T22:30:00")
