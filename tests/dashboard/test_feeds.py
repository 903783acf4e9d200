"""Do calendars, feed readers and Prometheus get what their key opens, and strangers nothing?"""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from lxml import etree
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from accounts.models import User
from accounts.roles import PERMISSIONS, Role
from accounts.tokens import create_token, revoke_token
from alerts.channel_models import FeedAddress
from alerts.feed_addresses import make_address, revoke_address
from alerts.models import Threshold
from servers.models import LicenseServer
from servers.registry import add_server
from tests.alerts.alerts_by_hand import an_alert
from tests.alerts.rfc5545 import components
from tests.dashboard.conftest import Login

CALENDAR, ATOM = FeedAddress.Feed.CALENDAR, FeedAddress.Feed.ATOM
BOTH = pytest.mark.parametrize("feed", [CALENDAR, ATOM])


def url(secret: str, feed: str = CALENDAR) -> str:
    return f"/feeds/calendar/{secret}.ics" if feed == CALENDAR else f"/feeds/alerts/{secret}.atom"


def made(owner: User, feed: str = CALENDAR, server: LicenseServer | None = None) -> tuple[FeedAddress, str]:
    return make_address(owner, feed=feed, name="phone", now=timezone.now(), server=server)


def metrics(authorization: str = "", **headers: str) -> Any:
    given = {"authorization": authorization} if authorization else {}
    return Client(headers={**given, **headers}).get("/metrics")


def test_a_calendar_program_reads_every_deadline(server: LicenseServer, cleo: User) -> None:
    response = Client().get(url(made(cleo)[1]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert list(components(response.content))
    titles = [str(event["SUMMARY"]) for event in Calendar.from_ical(response.content).walk("VEVENT")]
    assert "lic-ams-01.corp.example: 500 XDT_PLT_CCS licenses expire" in titles


@pytest.mark.parametrize("public", ["", "https://licensing.example.org"])
def test_links_lead_where_people_open_the_pages(
    public: str, server: LicenseServer, cleo: User, settings: Settings
) -> None:
    settings.PUBLIC_URL = public
    alert = an_alert(server)
    site = public or "http://testserver"
    assert f"URL:{site}/servers/{server.guid}/" in Client().get(url(made(cleo)[1])).content.decode().replace(
        "\r\n ", ""
    )
    assert f'href="{site}/alerts/{alert.pk}/"' in Client().get(url(made(cleo, ATOM)[1], ATOM)).content.decode()


def test_the_calendar_of_a_server_has_its_own_deadlines_only(server: LicenseServer, cleo: User) -> None:
    other = add_server(name="other.example.org")
    content = Client().get(url(made(cleo, server=other)[1])).content.decode()
    assert "other.example.org" in content
    assert "lic-ams-01" not in content


def test_alarms_follow_the_ladder_and_fall_silent_where_it_is_muted(server: LicenseServer, cleo: User) -> None:
    secret = made(cleo)[1]
    count = Client().get(url(secret)).content.count(b"BEGIN:VALARM")
    mine = {"key": "|||", "days": [30], "changed_at": timezone.now()}
    Threshold.objects.create(**mine)
    fewer = Client().get(url(secret)).content.count(b"BEGIN:VALARM")
    Threshold.objects.update(is_muted=True)
    assert count > fewer > Client().get(url(secret)).content.count(b"BEGIN:VALARM") == 0


def test_a_feed_reader_reads_what_was_said(server: LicenseServer, cleo: User) -> None:
    alert = an_alert(server)
    response = Client().get(url(made(cleo, ATOM)[1], ATOM))
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(response.content)
    assert [one.text for one in root.iterfind("{*}entry/{*}title")] == [alert.title]
    assert root.findtext("{*}title") == "Licensing Manager"


@BOTH
def test_nothing_new_is_304_without_a_body(feed: str, server: LicenseServer, cleo: User) -> None:
    secret = made(cleo, feed)[1]
    first = Client().get(url(secret, feed))
    second = Client().get(url(secret, feed), headers={"if-none-match": first["ETag"]})
    assert (second.status_code, second.content) == (304, b"")
    an_alert(server)
    add_server(name="new.example.org")
    assert Client().get(url(secret, feed), headers={"if-none-match": first["ETag"]}).status_code == 200


@BOTH
def test_whatever_does_not_open_is_the_same_404(feed: str, server: LicenseServer, cleo: User, ben: User) -> None:
    other = made(ben, ATOM if feed == CALENDAR else CALENDAR)[1]
    taken_back, gone = made(ben, feed), made(cleo, feed)
    revoke_address(taken_back[0], now=timezone.now())
    User.objects.filter(pk=cleo.pk).update(is_active=False)
    answers = [Client().get(url(secret, feed)) for secret in ("x", "é%00", other, taken_back[1], gone[1])]
    assert {answer.status_code for answer in answers} == {404}
    assert len({(answer.content, str(sorted(answer.headers.items()))) for answer in answers}) == 1


@BOTH
def test_a_role_that_may_not_see_alerts_has_no_feed(
    feed: str, server: LicenseServer, cleo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = made(cleo, feed)[1]
    monkeypatch.setitem(PERMISSIONS, Role.VIEWER, PERMISSIONS[Role.VIEWER] - {"alerts.view_alert"})
    assert Client().get(url(secret, feed)).status_code == 404


@BOTH
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_is_for_reading(method: str, feed: str, server: LicenseServer, cleo: User) -> None:
    assert getattr(Client(), method)(url(made(cleo, feed)[1], feed)).status_code == 405


@BOTH
def test_nobody_between_keeps_it_or_learns_its_address(feed: str, server: LicenseServer, cleo: User) -> None:
    response = Client().get(url(made(cleo, feed)[1], feed))
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in response


def test_prometheus_reads_with_a_token(server: LicenseServer, cleo: User) -> None:
    response = metrics(f"Bearer {create_token(cleo, name='prometheus')[1]}")
    assert response["Content-Type"].startswith("text/plain")
    names = {family.name for family in text_string_to_metric_families(response.content.decode())}
    assert {"licensing_manager_clock_days_left", "licensing_manager_alerts_open"} <= names


def test_prometheus_may_ask_for_openmetrics(server: LicenseServer, cleo: User) -> None:
    token = create_token(cleo, name="prometheus")[1]
    response = metrics(f"bearer  {token}", accept="application/openmetrics-text; version=1.0.0")
    assert response["Content-Type"].startswith("application/openmetrics-text")
    assert response.content.endswith(b"# EOF\n")


@pytest.mark.parametrize("words", ["", "Bearer", "Bearer ", "Bearer lm_x", "Basic YTpi", "Bearer é", "Bearer a b"])
def test_metrics_are_closed_to_strangers(words: str, server: LicenseServer) -> None:
    response = metrics(words)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert server.name not in response.content.decode()


def test_metrics_are_closed_to_a_token_that_opens_nothing_any_more(
    server: LicenseServer, cleo: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, secret = create_token(ben, name="prometheus")
    revoke_token(token)
    assert metrics(f"Bearer {secret}").status_code == 401
    _, viewer = create_token(cleo, name="prometheus")
    monkeypatch.setitem(PERMISSIONS, Role.VIEWER, frozenset())
    assert metrics(f"Bearer {viewer}").status_code == 401


def test_a_person_who_is_signed_in_may_look_at_metrics(server: LicenseServer, cleo: User, login: Login) -> None:
    assert login(cleo).get("/metrics").status_code == 200
