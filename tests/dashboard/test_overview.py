"""Does the overview tell the truth of a server in each of its states?"""

from datetime import timedelta
from typing import Any

import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dashboard.ticks import strips_of
from dashboard.upcoming import coming
from servers.models import LicenseServer
from servers.registry import archive_server, change_server
from tests.dashboard.conftest import Login, an_upload, moment
from uploads.states import State


def overview(server: LicenseServer, user: User, login: Login) -> str:
    return login(user).get(reverse("overview", args=[server.guid])).content.decode()


def test_it_says_nothing_yet_before_the_first_report(server: LicenseServer, cleo: User, login: Login) -> None:
    page = overview(server, cleo, login)
    assert "Nothing yet" in page
    assert "The next upload leaves in 4 minutes." in page
    assert "Day 0" not in page


def test_it_counts_day_ninety_as_compliant_and_the_next_as_not(server: LicenseServer, cleo: User, login: Login) -> None:
    upload = an_upload(server)
    assert upload.finished_at is not None
    with time_machine.travel(upload.finished_at + timedelta(days=90, hours=1), tick=False):
        assert "0 days left." in overview(server, cleo, login)
    with time_machine.travel(upload.finished_at + timedelta(days=91, hours=1), tick=False):
        assert "Too old since 1 day" in overview(server, cleo, login)


def test_it_says_that_manual_reports_are_carried(server: LicenseServer, ada: User, login: Login) -> None:
    change_server(server, reporting_mode="manual")
    page = overview(server, ada, login)
    assert "Carried by hand at least every 90 days" in page
    assert "Upload now" not in page


def test_it_shows_a_day_without_record_as_a_gap_not_as_zero(server: LicenseServer) -> None:
    LicenseServer.objects.filter(pk=server.pk).update(created_at=timezone.now() - timedelta(days=4))
    server.refresh_from_db()
    an_upload(server, days_ago=3)
    an_upload(server, state=State.FAILED, days_ago=1)
    expected = {"telemetry": server.created_at}
    strip = strips_of(server, days=6, now=timezone.now(), expected_since=expected)["telemetry"]
    assert [tick.css for tick in strip.ticks] == ["none", "none", "ok", "gap", "bad", "none"]
    assert strip.summary == "1 delivered, 1 failed, 1 no record"


def test_it_lists_dates_nearest_first_in_the_servers_zone(server: LicenseServer) -> None:
    now = moment("2099-05-30 23:30")
    change_server(server, time_zone="Asia/Tokyo")
    found = coming(server, now=now)
    assert [(one.title, one.days, one.sign) for one in found] == [
        ("500 XDT_PLT_CCS licenses expire", 0, "act"),
        ("CSS date, XDT_PLT_CCS", 122, ""),
    ]


def test_it_leads_home_to_the_only_server(server: LicenseServer, cleo: User, login: Login) -> None:
    client = login(cleo)
    assert client.get(reverse("home"))["Location"] == reverse("overview", args=[server.guid])
    archive_server(server)
    assert client.get(reverse("home"))["Location"] == reverse("add_server")


def test_it_keeps_the_theme_of_the_cookie_and_no_other_word(server: LicenseServer, cleo: User, login: Login) -> None:
    client = login(cleo)
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get(reverse("servers")).content.decode()
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get(reverse("servers")).content.decode()


def test_a_day_is_not_delivered_while_one_of_its_receipts_is_missing(server: LicenseServer) -> None:
    an_upload(server, state=State.CARRIED, days_ago=2)
    by_hand: dict[str, Any] = {"trigger": "carried", "attempt_count": 2}
    an_upload(server, days_ago=2, kind="usage", **by_hand)
    an_upload(server, days_ago=1, **by_hand)
    expected = {"telemetry": server.created_at}
    strip = strips_of(server, days=3, now=timezone.now(), expected_since=expected)["telemetry"]
    assert [tick.css for tick in strip.ticks] == ["hold", "ok", "none"]


def test_it_names_both_states_with_a_shape(server: LicenseServer, cleo: User, login: Login) -> None:
    an_upload(server, state=State.READY)
    an_upload(server, state=State.CARRIED, days_ago=1)
    page = overview(server, cleo, login)
    assert '<span class="state hold">' in page
    assert "Waiting to be carried</span>" in page
    assert '<span class="state plan">' in page
    assert "Carried, no receipt yet</span>" in page
