"""Is one act on many servers shown before, done as shown, refused when anything changed, and done once?"""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from alerts import bulk_acts
from alerts.bulk_models import BulkAct
from alerts.bulk_trial import selected, try_out
from alerts.evaluation import evaluate
from alerts.fleet import FleetQuery
from alerts.standing_models import ServerStanding
from programs.consent import state_of
from programs.models import ConsentDecision
from servers.models import LicenseServer, ReportingMode, ServerGroup
from servers.registry import archive_server
from tests.alerts.bulk import begun, broker, servers
from tests.dashboard.conftest import Login
from tests.factories import a_server
from uploads.models import Upload

pytestmark = pytest.mark.django_db


__all__ = ["begun", "broker", "servers"]


@pytest.fixture
def client_of_ada(ada: User, login: Login) -> Client:
    return login(ada)


def dry_run(client: Client, act: str, servers: list[LicenseServer], **words: str) -> str:
    address: dict[str, Any] = {"act": act, "id": [one.pk for one in servers], **words}
    response = client.get(reverse("dry_run"), address, follow=True)
    return response.content.decode()


def fields(page: str) -> dict[str, list[str]]:
    """The hidden fields of the form that begins the act."""
    form = page[page.index(f'action="{reverse("start_bulk_act")}"') :]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(unescape(value))
    return found


def start(client: Client, page: str, *, reason: str = "Audit 7") -> str:
    return client.post(reverse("start_bulk_act"), {**fields(page), "reason": reason}, follow=True).content.decode()


def readouts(page: str) -> list[int]:
    return [int(count) for count in re.findall(r'<dd class="value">(\d+)</dd>', page)]


class TestDryRun:
    """What it says, and that it says it without doing it."""

    def test_it_counts_changes_already_and_refused(self, servers: list[LicenseServer], ada: User, login: Login) -> None:
        client = login(ada)
        start(client, dry_run(client, "share:ceip", servers[:1]))
        LicenseServer.objects.filter(pk=servers[1].pk).update(is_provider=True)
        archive_server(servers[2])
        page = dry_run(client, "share:ceip", servers)
        assert readouts(page) == [1, 1, 2]
        assert "Call Home is enforced while service-provider licenses are found" in page
        assert "This server is archived." in page
        assert ConsentDecision.objects.count() == 2

    def test_it_says_what_would_start_to_leave_and_names_people(
        self, servers: list[LicenseServer], ada: User, login: Login
    ) -> None:
        page = dry_run(login(ada), "share:call_home", servers)
        assert "4 servers would start sending by Call Home." in page
        assert re.search(r"\d+ data elements of it identify people", page)

    def test_it_says_what_would_end(self, servers: list[LicenseServer], ada: User, login: Login) -> None:
        client = login(ada)
        start(client, dry_run(client, "share:call_home", servers))
        page = dry_run(client, "share:none", servers)
        assert "4 servers would stop sending by Call Home." in page

    def test_all_that_match_are_taken(self, servers: list[LicenseServer], ada: User, login: Login) -> None:
        LicenseServer.objects.filter(pk__in=[servers[0].pk, servers[1].pk]).update(reporting_mode=ReportingMode.MANUAL)
        evaluate(now=timezone.now())
        page = dry_run(login(ada), "archive", [], all="1", question="mode=manual")
        assert readouts(page) == [2, 0, 0]

    @pytest.mark.parametrize(
        ("act", "said"), [("archive", "No server was chosen."), ("", "Choose what to do"), ("share:all", "Choose what")]
    )
    def test_what_asks_for_nothing_is_refused(
        self, servers: list[LicenseServer], ada: User, login: Login, act: str, said: str
    ) -> None:
        assert said in dry_run(login(ada), act, servers if act != "archive" else [])

    def test_the_questions_are_as_many_for_sixty_as_for_five(self) -> None:
        counts = []
        for first, last in ((0, 5), (5, 60)):
            for number in range(first, last):
                a_server(f"many{number}.example.test")
            evaluate(now=timezone.now())
            with CaptureQueriesContext(connection) as asked:
                assert len(try_out("share", "ceip", selected((), FleetQuery())).rows) == last
            counts.append(len(asked))
        assert counts[0] == counts[1]


class TestActs:
    """Each is an ordinary one on each server."""

    def test_sharing_is_a_decision_of_each_server_with_one_reason(
        self, servers: list[LicenseServer], ada: User, login: Login
    ) -> None:
        client = login(ada)
        page = start(client, dry_run(client, "share:ceip", servers))
        assert "4 of 4 servers" in page
        assert all(state_of(one, "ceip").granted for one in servers)
        rows = ConsentDecision.objects.filter(program="ceip")
        assert {(row.reason, row.decided_by, row.door) for row in rows} == {("Audit 7", "ada", "page")}
        assert set(ServerStanding.objects.values_list("share", flat=True)) == {"ceip"}

    def test_a_new_group_is_made(self, servers: list[LicenseServer], ada: User, login: Login) -> None:
        client = login(ada)
        assert "Which group?" in dry_run(client, "group", servers)
        start(client, dry_run(client, "group", servers[:3], value="  <b>Oslo</b> "))
        group = ServerGroup.objects.get()
        assert group.name == "<b>Oslo</b>"
        assert LicenseServer.objects.filter(group=group).count() == 3
        start(client, dry_run(client, "group", servers[:1], value=""))
        assert LicenseServer.objects.filter(group=group).count() == 2

    def test_uploads_begin(self, servers: list[LicenseServer], ben: User, login: Login) -> None:
        client = login(ben)
        LicenseServer.objects.filter(pk=servers[0].pk).update(reporting_mode=ReportingMode.MANUAL)
        page = dry_run(client, "upload", servers)
        assert readouts(page) == [3, 0, 1]
        start(client, page)
        assert Upload.objects.filter(trigger="person", requested_by=ben).values("server").distinct().count() == 3

    def test_servers_are_archived(self, servers: list[LicenseServer], ada: User, login: Login) -> None:
        client = login(ada)
        start(client, dry_run(client, "archive", servers[:2]))
        assert LicenseServer.objects.in_service().count() == 2

    @pytest.mark.parametrize(
        ("role", "may"),
        [
            (Role.VIEWER, []),
            (Role.OPERATOR, ["upload"]),
            (Role.PRIVACY_OFFICER, ["share:ceip"]),
            (Role.ADMINISTRATOR, ["share:ceip", "group", "upload", "archive"]),
        ],
    )
    def test_each_role_may_do_what_it_may_do_on_one_server(
        self, servers: list[LicenseServer], login: Login, role: Role, may: list[str]
    ) -> None:
        client = login(User.objects.create_user(username="eve", role=role))
        listed = client.get(reverse("servers")).content.decode()
        for act in ("share:ceip", "group", "upload", "archive"):
            refused = "Your role does not allow this." in dry_run(client, act, servers, value="x")
            assert refused == (act not in may) == (f'<option value="{act}">' not in listed), act


class TestBinding:
    """What was seen is what is done."""

    def test_a_change_in_between_refuses_all_of_it(self, servers: list[LicenseServer], ada: User, login: Login) -> None:
        client = login(ada)
        page = dry_run(client, "share:call_home", servers)
        start(client, dry_run(client, "share:ceip", servers[:1]))
        before = ConsentDecision.objects.count()
        assert "Some of these servers were changed after you looked." in start(client, page)
        assert (ConsentDecision.objects.count(), BulkAct.objects.count()) == (before, 1)

    def test_another_server_in_the_filters_refuses_too(
        self, servers: list[LicenseServer], ada: User, login: Login
    ) -> None:
        evaluate(now=timezone.now())
        client = login(ada)
        page = dry_run(client, "archive", [], all="1", question="")
        a_server("new.example.test")
        assert "were changed after you looked" in start(client, page)
        assert LicenseServer.objects.in_service().count() == 5

    def test_a_viewer_cannot_begin_what_somebody_else_saw(
        self, servers: list[LicenseServer], ada: User, cleo: User, login: Login
    ) -> None:
        page = dry_run(login(ada), "archive", servers)
        assert "Nothing was done." in start(login(cleo), page)
        assert LicenseServer.objects.in_service().count() == 4


def test_the_page_shows_how_far_it_is(begun: Callable[[], BulkAct], cleo: User, login: Login) -> None:
    act = begun()
    bulk_acts.carry_on(now=timezone.now(), most=10)
    page = login(cleo).get(reverse("bulk_act", args=[act.pk])).content.decode()
    assert "10 of 30 servers" in page
    assert 'hx-trigger="every 2s"' in page
    bulk_acts.carry_on(now=timezone.now())
    assert "every 2s" not in login(cleo).get(reverse("bulk_act", args=[act.pk])).content.decode()


def test_what_became_of_each_server_is_shown_in_parts(begun: Callable[[], BulkAct], cleo: User, login: Login) -> None:
    act = begun()
    bulk_acts.carry_on(now=timezone.now())
    refused = act.items.order_by("pk")[0]
    act.items.filter(pk=refused.pk).update(result="refused", why="Somebody decided meanwhile.")
    client, where = login(cleo), reverse("bulk_act", args=[act.pk])
    assert client.get(where).content.decode().count('<th scope="row">') == 30
    page = client.get(where, {"show": "refused"}).content.decode()
    assert page.count('<th scope="row">') == 1
    assert "Somebody decided meanwhile." in page
    last = act.items.order_by("pk")[28]
    assert client.get(where, {"after": last.pk}).content.decode().count('<th scope="row">') == 1


@pytest.mark.parametrize(
    ("act", "words", "said"),
    [
        ("group", {"value": "Oslo"}, "Is in no group now."),
        ("upload", {}, "Would upload its telemetry now."),
        ("archive", {}, "Would leave service. Its history stays."),
        ("share:ceip", {}, "Would start sending ids of the server by Customer Experience Improvement Program."),
    ],
)
def test_each_server_says_what_it_means(
    servers: list[LicenseServer], client_of_ada: Client, act: str, words: dict[str, str], said: str
) -> None:
    assert dry_run(client_of_ada, act, servers, **words).count(said) == 4


def test_of_many_twenty_of_each_outcome_are_named(begun: Callable[[], BulkAct], client_of_ada: Client) -> None:
    begun()
    page = client_of_ada.get(reverse("dry_run"), {"act": "share:ceip", "all": "1", "question": ""}).content.decode()
    assert page.count('<th scope="row">') == 20
    assert "10 more servers are only counted above: at most 20 of each outcome are named." in page


def test_what_is_so_already_is_said_once(servers: list[LicenseServer], client_of_ada: Client) -> None:
    start(client_of_ada, dry_run(client_of_ada, "share:ceip", servers))
    page = dry_run(client_of_ada, "share:ceip", servers)
    assert "Is so already." not in page
    assert page.count("Already so") == 5  # the count, and each server
