"""Is every upload on exactly one page of the history, in order, whatever is added meanwhile?"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dashboard import history
from dashboard.history import page_of
from servers.models import LicenseServer
from tests.dashboard.conftest import Login, an_upload
from uploads.models import Upload
from uploads.states import State


@pytest.fixture
def many(server: LicenseServer, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Twelve uploads, three of them of the same moment, on pages of four."""
    monkeypatch.setattr(history, "PAGE", 4)
    at = timezone.now()
    moments = [at - timedelta(hours=max(number - 2, 0)) for number in range(12)]
    uploads = [
        an_upload(server, created_at=moment, period=at - timedelta(days=number))
        for number, moment in enumerate(moments)
    ]
    return [one.pk for one in sorted(uploads, key=lambda one: (one.created_at, one.pk), reverse=True)]


def test_it_shows_every_upload_once_going_back(many: list[int]) -> None:
    seen, key = [], ""
    for _ in range(3):
        page = page_of(Upload.objects.all(), older_than=key, newer_than="")
        seen += [one.pk for one in page.rows]
        key = page.older
    assert seen == many
    assert key == ""


def test_it_comes_back_to_the_same_pages_going_forward(many: list[int]) -> None:
    first = page_of(Upload.objects.all(), older_than="", newer_than="")
    second = page_of(Upload.objects.all(), older_than=first.older, newer_than="")
    back = page_of(Upload.objects.all(), older_than="", newer_than=second.newer)
    assert [one.pk for one in back.rows] == [one.pk for one in first.rows]
    assert back.newer == ""


@pytest.mark.parametrize(
    "key", ["x", "2026-01-01~1", "~", "9999-99-99T00:00:00+00:00~1", "2026-01-01T00:00:00+00:00~x"]
)
def test_it_shows_the_newest_page_for_a_key_it_cannot_read(many: list[int], key: str) -> None:
    page = page_of(Upload.objects.all(), older_than=key, newer_than=key)
    assert [one.pk for one in page.rows] == many[:4]
    assert page.is_lost


def test_it_filters_by_result_and_keeps_the_filter(server: LicenseServer, cleo: User, login: Login) -> None:
    good, bad = an_upload(server), an_upload(server, state=State.FAILED, days_ago=1)
    page = login(cleo).get(reverse("uploads", args=[server.guid]), {"state": "failed"}).content.decode()
    assert f'id="u-{bad.pk}"' in page
    assert f'id="u-{good.pk}"' not in page
    assert '<option value="failed" selected>' in page


def test_it_says_how_to_widen_a_filter_without_match(server: LicenseServer, cleo: User, login: Login) -> None:
    an_upload(server)
    page = login(cleo).get(reverse("uploads", args=[server.guid]), {"state": "refused"}).content.decode()
    assert "Nothing matches." in page
    assert "show every upload" in page


def shown(client: Client, server: LicenseServer | None, /, **words: str) -> str:
    """The page of one server's history, or of all."""
    url = reverse("uploads", args=[server.guid]) if server else reverse("fleet_uploads")
    return client.get(url, words).content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("state=lost", "There is no state of this name."),
        ("program=spyware", "There is no program of this code."),
        ("cause=wind", "There is no cause of this name"),
        ("origin=wind", "There is no origin of this name."),
        ("kind=zip", "There is no kind of upload of this name."),
        ("since=soon", "Enter a valid date."),
        ("until=9999-12-31", "This day is out of range."),
        ("stat=failed", "Not known here: stat."),
        ("server=x", "Not known here: server."),
    ],
)
def test_it_ignores_nothing_silently(
    server: LicenseServer, cleo: User, login: Login, query: str, sentence: str
) -> None:
    upload = an_upload(server)
    page = login(cleo).get(f"{reverse('uploads', args=[server.guid])}?{query}").content.decode()
    assert sentence in page
    assert "Nothing was looked for." in page
    assert f'id="u-{upload.pk}"' not in page


def test_it_says_when_a_place_in_the_history_cannot_be_read(server: LicenseServer, cleo: User, login: Login) -> None:
    an_upload(server)
    assert "names a place in the history that cannot be read" in shown(login(cleo), server, older="x")


def test_it_offers_to_remove_each_filter_alone(server: LicenseServer, cleo: User, login: Login) -> None:
    an_upload(server, state=State.FAILED)
    page = shown(login(cleo), server, state="failed", program="telemetry")
    base = reverse("uploads", args=[server.guid])
    assert (
        f'href="{base}?program=telemetry"><span class="visually-hidden">Remove the filter </span>Result: Failed' in page
    )
    assert f'href="{base}?state=failed"><span class="visually-hidden">Remove the filter </span>Program: ' in page
    assert f'href="{base}">Remove all' in page


def test_it_keeps_the_filters_from_page_to_page(
    many: list[int], server: LicenseServer, cleo: User, login: Login
) -> None:
    an_upload(server, state=State.FAILED)
    page = shown(login(cleo), server, state="delivered", origin="sent")
    assert re.search(r'href="\?state=delivered&amp;origin=sent&amp;older=[^"]+"', page)
    assert 'export.csv?state=delivered&amp;origin=sent"' in page


def test_a_filter_without_anything_to_choose_stays_a_choice(server: LicenseServer, cleo: User, login: Login) -> None:
    an_upload(server)
    assert '<select id="id_cause" name="cause">' in shown(login(cleo), server)


def test_it_counts_each_choice_for_the_filters_in_force(server: LicenseServer, cleo: User, login: Login) -> None:
    an_upload(server)
    an_upload(server, state=State.FAILED, days_ago=1, cause="no_connection")
    page = shown(login(cleo), server, state="failed")
    assert "Delivered (1)" in page
    assert "Sent from here (1)" in page
    assert "No connection (1)" in page


def test_it_shows_all_servers_in_one_list(server: LicenseServer, cleo: User, login: Login) -> None:
    other = LicenseServer.objects.create(name="other.example", service_started_at=timezone.now())
    rows = [an_upload(server), an_upload(other, days_ago=1)]
    page = shown(login(cleo), None)
    assert re.findall(r'id="u-(\d+)"', page) == [str(row.pk) for row in rows]
    assert "Times and days in UTC" in page


def test_it_leads_from_all_servers_to_the_one_that_is_named(server: LicenseServer, cleo: User, login: Login) -> None:
    client = login(cleo)
    url = reverse("fleet_uploads")
    response = client.get(url, {"server": "LIC-AMS-01.corp.example", "state": "failed"})
    assert response["Location"] == reverse("uploads", args=[server.guid]) + "?state=failed"
    assert "There is no server of this name." in shown(client, None, server="nowhere")


def test_it_asks_as_often_for_many_rows_as_for_one(server: LicenseServer, cleo: User, login: Login) -> None:
    def queries(asked: LicenseServer | None) -> int:
        with CaptureQueriesContext(connection) as asking:
            shown(client, asked)
        return len(asking)

    client = login(cleo)
    an_upload(server, requested_by=cleo)
    queries(server)
    few = queries(server), queries(None)
    for number in range(1, 20):
        an_upload(server, days_ago=number, requested_by=cleo)
    assert (queries(server), queries(None)) == few


@pytest.mark.parametrize(("form", "kind"), [("csv", "text/csv"), ("ndjson", "application/x-ndjson")])
def test_it_exports_what_the_filters_find(
    server: LicenseServer, cleo: User, login: Login, form: str, kind: str
) -> None:
    an_upload(server)
    bad = an_upload(server, state=State.FAILED, days_ago=1)
    response = login(cleo).get(reverse(f"uploads_{form}", args=[server.guid]), {"state": "failed"})
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert response["Content-Type"] == f"{kind}; charset=utf-8"
    assert f"lic-ams-01-uploads-{timezone.now():%Y-%m-%d}.{form}" in response["Content-Disposition"]
    assert text.count("CTX_UPLOADER_ERROR_NETWORK_OPEN") == text.count(bad.state) / 2 == 1
    refused = login(cleo).get(reverse(f"fleet_uploads_{form}"), {"state": "lost"})
    assert (refused.status_code, b"There is no state" in refused.content) == (400, True)


def test_it_tells_the_page_when_an_upload_moved_on(server: LicenseServer, cleo: User, login: Login) -> None:
    upload = an_upload(server, state=State.SENDING)
    url = reverse("live_upload", args=[server.guid])
    quiet = login(cleo).get(url, {"mark": upload.mark})
    assert "HX-Trigger" not in quiet
    Upload.objects.filter(pk=upload.pk).update(
        state=State.DELIVERED, finished_at=timezone.now(), acknowledged_bytes=760, lease_until=None
    )
    assert login(cleo).get(url, {"mark": upload.mark})["HX-Trigger"] == "uploads-changed"


def test_it_follows_two_that_move_at_once(server: LicenseServer, cleo: User, login: Login) -> None:
    older, newer = an_upload(server, state=State.SENDING), an_upload(server, state=State.SENDING)
    url = reverse("live_upload", args=[server.guid])
    page = login(cleo).get(url).content.decode()
    assert f'id="live-{older.pk}"' in page
    assert f'id="live-{newer.pk}"' in page
    mark = re.findall(r"mark=([^\"]*)", page)[0]
    Upload.objects.filter(pk=older.pk).update(
        state=State.DELIVERED, finished_at=timezone.now(), acknowledged_bytes=760, lease_until=None
    )
    assert login(cleo).get(f"{url}?mark={mark}")["HX-Trigger"] == "uploads-changed"


def test_it_hides_uploads_of_another_server(server: LicenseServer, cleo: User, login: Login) -> None:
    other = LicenseServer.objects.create(name="other", service_started_at=timezone.now())
    upload = an_upload(other)
    client: Client = login(cleo)
    assert client.get(reverse("upload", args=[server.guid, upload.pk])).status_code == 404


def test_it_explains_a_failure_in_four_parts(server: LicenseServer, ada: User, login: Login) -> None:
    upload = an_upload(server, state=State.FAILED)
    upload.attempts.create(
        number=1,
        started_at=timezone.now(),
        finished_at=timezone.now(),
        verdict="try_again",
        code="CTX_UPLOADER_ERROR_NETWORK_OPEN",
        evidence="NameResolutionError: <no such host>",
        destination="cis.example:443",
    )
    page = login(ada).get(reverse("upload", args=[server.guid, upload.pk])).content.decode()
    assert "could not be opened" in page
    assert "Ask for a firewall rule" in page
    assert "NameResolutionError: &lt;no such host&gt;" in page
    assert "Try now" in page


def test_it_names_the_others_with_the_same_cause(server: LicenseServer, cleo: User, login: Login) -> None:
    upload = an_upload(server, state=State.FAILED, cause="connect_timeout")
    for number in range(7):
        other = LicenseServer.objects.create(name=f"lic-{number}.corp.example", service_started_at=timezone.now())
        an_upload(other, state=State.FAILED, cause="connect_timeout")
        an_upload(other, state=State.FAILED, cause="disk_full", days_ago=1)
    page = login(cleo).get(reverse("upload", args=[server.guid, upload.pk])).content.decode()
    assert "7 more servers on this installation fail for the same cause" in page
    assert f'<a href="{reverse("uploads", args=[other.guid])}?state=failed">' not in page, "the seventh is counted only"
    assert "lic-4.corp.example</a> and 2 more." in page
    assert "Nobody answers" in page


def test_it_says_when_nobody_else_fails_for_the_cause(server: LicenseServer, cleo: User, login: Login) -> None:
    upload = an_upload(server, state=State.FAILED, cause="disk_full")
    page = login(cleo).get(reverse("upload", args=[server.guid, upload.pk])).content.decode()
    assert "No other server on this installation fails for this cause." in page
    delivered = an_upload(server, days_ago=1)
    page = login(cleo).get(reverse("upload", args=[server.guid, delivered.pk])).content.decode()
    assert "No other server" not in page
