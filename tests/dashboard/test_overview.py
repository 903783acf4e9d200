"""Does the overview tell the truth of a server in each of its states?"""

import re
from datetime import timedelta
from typing import Any

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dashboard import clock_list
from dashboard.ticks import strips_of
from intake.importing import import_report
from intake.models import Door
from servers.models import LicenseServer
from servers.registry import archive_server, change_server
from tests.dashboard.alerts import an_alert
from tests.dashboard.conftest import LICENSE, Login, an_upload, moment
from uploads.states import State


def overview(server: LicenseServer, user: User, login: Login) -> str:
    return login(user).get(reverse("overview", args=[server.guid])).content.decode()


def test_it_says_nothing_yet_before_the_first_report(server: LicenseServer, cleo: User, login: Login) -> None:
    page = overview(server, cleo, login)
    assert "Nothing yet" in page
    assert "The next upload leaves in 4 minutes." in page
    assert '<dd class="value">Day' not in page


def test_it_counts_day_ninety_as_compliant_and_the_next_as_not(server: LicenseServer, cleo: User, login: Login) -> None:
    upload = an_upload(server)
    assert upload.finished_at is not None
    with time_machine.travel(upload.finished_at + timedelta(days=90, hours=1), tick=False):
        page = overview(server, cleo, login)
        assert '<dd class="value">Day 90 <small>of 90</small>' in page
        assert "<strong>In order, and due within 30 days.</strong>" in page
    with time_machine.travel(upload.finished_at + timedelta(days=91, hours=1), tick=False):
        page = overview(server, cleo, login)
        assert '<dd class="value">Day 91 <small>of 90</small>' in page
        assert "<strong>Not in order.</strong>" in page


def test_it_says_that_manual_reports_are_carried(server: LicenseServer, ada: User, login: Login) -> None:
    change_server(server, reporting_mode="manual")
    page = overview(server, ada, login)
    assert "Manual reporting is active.</strong> Reports are carried by hand." in page
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


def test_it_lists_dates_nearest_first_in_the_servers_zone(server: LicenseServer, cleo: User, login: Login) -> None:
    change_server(server, time_zone="Asia/Tokyo")
    with time_machine.travel(moment("2099-05-30 23:30"), tick=False):
        page = overview(server, cleo, login)
    rows = re.findall(r'<span class="left (\w*)">([^<]+)</span>.*?<a href="([^"]+)">([^<]+)</a>', page)
    product = reverse("product", args=[server.guid]) + "?code=XDT_PLT_CCS"
    assert rows[-2:] == [
        ("act", "today", product, "500 XDT_PLT_CCS licenses expire"),
        ("", "122 days", product, "CSS date, XDT_PLT_CCS"),
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


def test_what_nobody_checked_is_never_called_well(server: LicenseServer, cleo: User, login: Login) -> None:
    page = overview(server, cleo, login)
    assert re.search(r'<dt><svg class="glyph blank[^>]*>.*?</svg>Reporting age</dt><dd class="value">Nothing yet', page)
    assert re.search(r'<dt><svg class="glyph blank[^>]*>.*?</svg>Server version</dt><dd class="value">Not known', page)
    assert "Could not be judged</strong><span><strong>Version of the license server.</strong>" in page
    assert re.search(r"Not running here\.</strong>.*Activation lease:</span> This server is licensed by files\.", page)
    assert "In order." not in page
    assert "Not known.</strong>" not in page


def test_uploads_that_fail_say_more_than_that_reporting_is_active(
    server: LicenseServer, cleo: User, login: Login
) -> None:
    an_upload(server, state=State.FAILED, days_ago=1)
    page = overview(server, cleo, login)
    verdict = re.search(r"Reporting mode</dt>(.*?)</div>", page, re.DOTALL)
    assert verdict
    assert "Electronic <small>1 failed</small>" in verdict[1]
    assert f'<a href="{reverse("uploads", args=[server.guid])}?state=failed">1 upload failed since' in verdict[1]
    assert "Reports are sent daily" not in verdict[1]


def test_what_is_due_already_is_not_said_to_leave_in_the_past(server: LicenseServer, cleo: User, login: Login) -> None:
    an_upload(server, state=State.FAILED, days_ago=3)
    page = overview(server, cleo, login)
    assert "The next one is due now." in page
    assert '<span class="when">Due now<small><time' in page
    assert "The next upload leaves" not in page


def test_what_must_be_handled_this_week_comes_before_an_upload(server: LicenseServer, ben: User, login: Login) -> None:
    client = login(ben)
    page = client.get(reverse("overview", args=[server.guid])).content.decode()
    assert 'class="button primary"><svg' in page.partition("Upload now")[0].rpartition("<form")[2]
    an_alert(server, severity="act")
    page = client.get(reverse("overview", args=[server.guid])).content.decode()
    assert f'<a class="button primary" href="{reverse("server_alerts", args=[server.guid])}">' in page
    assert 'class="button"><svg' in page.partition("Upload now")[0].rpartition("<form")[2]


def test_the_three_verdicts_are_never_one(server: LicenseServer, cleo: User, login: Login) -> None:
    change_server(server, product_version="11.17.2.0 build 39000")
    an_upload(server, state=State.FAILED)
    page = overview(server, cleo, login)
    assert '</svg>Reporting age</dt><dd class="value">No duty' in page
    assert "No duty to report.</strong> Build 39000 has no telemetry: it begins with build 40000." in page
    assert '</svg>Server version</dt><dd class="value">39000' in page


def test_a_long_list_is_cut_and_shown_whole_when_asked(server: LicenseServer, cleo: User, login: Login) -> None:
    numbers = range(clock_list.SHOWN)
    lines = (f"INCREMENT P{number} CITRIX 2099.0930 {1 + number % 28}-may-2099 5 SIGN=0" for number in numbers)
    text = "SERVER this_host HOSTNAME=lic-ams-01\nVENDOR CITRIX\nUSE_SERVER\n" + "\n".join(lines)
    import_report(server, text.encode(), name="many.lic", door=Door.SHELL)
    client = login(cleo)
    page = client.get(reverse("overview", args=[server.guid])).content.decode()
    assert page.count('<span class="left ') == clock_list.SHOWN
    found = re.search(r'href="(\?dates=all#line)">All (\d+) dates', page)
    assert found
    whole = client.get(reverse("overview", args=[server.guid]) + found[1]).content.decode()
    assert whole.count('<span class="left ') == int(found[2])


def test_the_frame_of_a_page_asks_as_often_for_many_licenses_as_for_one(
    server: LicenseServer, cleo: User, login: Login
) -> None:
    client = login(cleo)

    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as asking:
            client.get(reverse(name, args=[server.guid]))
        return len(asking)

    queries("server_alerts")
    few = queries("server_alerts"), queries("overview")
    more = LICENSE.replace(b"XDT_PLT_CCS", b"MPS_ENT_CCS").replace(b"LA-1", b"LA-2")
    import_report(server, more, name="more.lic", door=Door.SHELL)
    assert (queries("server_alerts"), queries("overview")) <= few
