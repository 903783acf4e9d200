"""Can a program make an address for a calendar, once, and take it back?"""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from alerts.channel_models import FeedAddress
from alerts.feed_addresses import make_address
from api.models import KeyedRequest
from servers.models import LicenseServer
from tests.alerts.rfc5545 import components
from tests.api.calling import V1, get, is_problem, post

CALENDAR = {"feed": "calendar", "name": "phone"}


def opened(address: str) -> int:
    return int(Client().get(address.removeprefix("http://testserver")).status_code)


@pytest.mark.parametrize("feed", FeedAddress.Feed.values)
def test_an_address_is_shown_once_and_opens_the_feed(feed: str, as_cleo: Client, server: LicenseServer) -> None:
    response = post(as_cleo, "/feed-addresses", {"feed": feed, "name": "phone", "server": "LS1.example.org"})
    body = response.json()
    assert (response.status_code, response["Location"]) == (201, f"/api/v1/feed-addresses/{body['id']}")
    assert (body["owner"], body["server"], body["read_at"]) == ("cleo", str(server.guid), None)
    assert body["address"].startswith("http://testserver/feeds/")
    assert opened(body["address"]) == 200
    again = get(as_cleo, f"/feed-addresses/{body['id']}").json()
    assert "address" not in again
    assert again["read_at"]


def test_taken_back_it_leads_nowhere(as_cleo: Client, server: LicenseServer) -> None:
    body = post(as_cleo, "/feed-addresses", CALENDAR).json()
    for _ in range(2):
        response = as_cleo.delete(f"{V1}/feed-addresses/{body['id']}")
        assert response.status_code == 200
        assert response.json()["revoked_at"]
    assert opened(body["address"]) == 404


def test_a_repeat_makes_no_second_and_keeps_no_secret(as_cleo: Client, server: LicenseServer) -> None:
    first = post(as_cleo, "/feed-addresses", CALENDAR, key="k").json()
    second = post(as_cleo, "/feed-addresses", CALENDAR, key="k")
    assert second.json() == {**first, "address": ""}
    assert second["Idempotency-Replayed"] == "true"
    assert FeedAddress.objects.count() == 1
    secret = first["address"].rpartition("/")[2].removesuffix(".ics")
    assert secret not in str(KeyedRequest.objects.values().get())


def test_everybody_sees_their_own_and_the_administrator_all(
    as_ada: Client, as_cleo: Client, ben: User, cleo: User
) -> None:
    theirs = make_address(ben, feed="atom", name="reader", now=timezone.now())[0]
    mine = make_address(cleo, feed="atom", name="reader", now=timezone.now())[0]
    assert [row["id"] for row in get(as_cleo, "/feed-addresses").json()["results"]] == [mine.pk]
    assert [row["id"] for row in get(as_ada, "/feed-addresses").json()["results"]] == [mine.pk, theirs.pk]
    assert is_problem(get(as_cleo, f"/feed-addresses/{theirs.pk}"), 404)
    assert is_problem(as_cleo.delete(f"{V1}/feed-addresses/{theirs.pk}"), 404)
    assert as_ada.delete(f"{V1}/feed-addresses/{theirs.pk}").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"feed": "rss", "name": "x"}, 400),
        ({"feed": "atom", "name": ""}, 400),
        ({"feed": "atom", "name": "x" * 101}, 400),
        ({"feed": "atom", "name": "x\x00"}, 400),
        ({"feed": "atom", "name": "\ufdd0"}, 422),
        ({"feed": "atom", "name": "x", "server": "nowhere"}, 400),
        ({"feed": "atom", "name": "x", "owner": "ada"}, 400),
        ([1], 400),
    ],
)
def test_a_wish_that_makes_no_sense_makes_nothing(body: Any, status: int, as_cleo: Client, db: None) -> None:
    assert is_problem(post(as_cleo, "/feed-addresses", body or {"feed": None}), status)
    assert not FeedAddress.objects.exists()


def test_a_program_with_a_token_reads_the_calendar_itself(as_cleo: Client, server: LicenseServer) -> None:
    response = get(as_cleo, "/calendar.ics?server=ls1.example.org")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert list(components(response.content))
    [event, *_] = Calendar.from_ical(response.content).walk("VEVENT")
    assert str(event["SUMMARY"]).startswith("ls1.example.org: ")
    assert event["URL"] == f"http://testserver/servers/{server.guid}/"
    assert get(as_cleo, "/calendar.ics", **{"if-none-match": get(as_cleo, "/calendar.ics")["ETag"]}).status_code == 304


@pytest.mark.parametrize(("query", "status"), [("server=nowhere", 404), ("server=%00", 404), ("servr=x", 400)])
def test_a_calendar_of_nobody_is_a_problem(query: str, status: int, as_cleo: Client, db: None) -> None:
    assert is_problem(get(as_cleo, f"/calendar.ics?{query}"), status)
