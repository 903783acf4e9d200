"""Does the alerts page say who must do what, let the right people answer, and name every silence?"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from alerts.clock import Kind
from alerts.keeping_standings import refresh
from alerts.models import Alert, AlertEvent, Condition, Notice
from alerts.severity import Severity
from dashboard import alert_groups
from servers.models import LicenseServer
from servers.registry import add_server
from tests.dashboard.alerts import a_channel, a_delivery, a_notice, an_alert
from tests.dashboard.conftest import Login


def shown(client: Client, name: str = "alerts", *arguments: object, **words: str) -> str:
    return client.get(reverse(name, args=arguments), words).content.decode()


def heading(page: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = re.findall(r'<h2 id="g-\w+">([^<]+)</h2><span class="count[^"]*">(\d+)</span>', page)
    return found


def test_it_groups_by_how_much_an_alert_presses(server: LicenseServer, cleo: User, login: Login) -> None:
    for number, severity in enumerate(Severity):
        an_alert(server, problem=str(number), severity=severity)
    an_alert(server, problem="more", severity=Severity.PLAN)
    page = shown(login(cleo))
    groups = [("Act this week", "1"), ("Plan this month", "2"), ("Watch", "1"), ("Could not be checked", "1")]
    assert heading(page) == groups
    assert "<strong>Do:</strong> Renew them and import the new license file." in page


def test_it_says_that_nothing_wants_anybody_only_after_looking(server: LicenseServer, cleo: User, login: Login) -> None:
    page = shown(login(cleo))
    assert "Nothing wants you." in page
    assert "nobody knows whether all is well" in page


def test_viewers_see_no_button_and_are_refused(server: LicenseServer, cleo: User, ben: User, login: Login) -> None:
    alert = an_alert(server)
    assert 'value="acknowledge"' not in shown(login(cleo))
    assert 'value="acknowledge"' in shown(login(ben))
    data = {"do": "acknowledge", "alert": str(alert.pk)}
    assert login(cleo).post(reverse("react"), data).status_code == 403
    alert.refresh_from_db()
    assert alert.acknowledged_at is None


def answer(client: Client, *alerts: Alert, **words: str) -> str:
    data = {"alert": [str(one.pk) for one in alerts], **words}
    return client.post(reverse("react"), data, follow=True).content.decode()


def test_an_acknowledgement_names_the_person_and_can_be_undone(server: LicenseServer, ben: User, login: Login) -> None:
    alert, client = an_alert(server), login(ben)
    page = answer(client, alert, do="acknowledge")
    assert "1 alert was acknowledged." in page
    assert "Acknowledged by ben just now" in page
    assert 'aria-label="Alerts, none waits for an answer"' in page
    page = answer(client, alert, do="take_back")
    assert "Acknowledged by ben" not in page
    assert 'aria-label="1 alert that nobody answered"' in page
    assert [one.act for one in AlertEvent.objects.all()] == ["acknowledged", "taken_back"]


def test_an_acknowledgement_does_not_cover_what_presses_more(server: LicenseServer, ben: User, login: Login) -> None:
    alert = an_alert(server, severity=Severity.PLAN)
    answer(login(ben), alert, do="acknowledge")
    Alert.objects.update(severity=Severity.ACT)
    assert "Acknowledged by ben" not in shown(login(ben))


def test_the_chosen_ones_are_answered_together(server: LicenseServer, ben: User, login: Login) -> None:
    alerts = [an_alert(server, problem=str(number)) for number in range(3)]
    assert "2 alerts were acknowledged." in answer(login(ben), *alerts[:2], do="acknowledge")
    assert Alert.objects.filter(acknowledged_by="ben").count() == 2


def test_all_of_one_cause_are_answered_by_one_button(server: LicenseServer, ben: User, login: Login) -> None:
    for number in range(3):
        an_alert(server, problem=str(number), rule=Kind.CSS_DATE)
    other = an_alert(server)
    client = login(ben)
    assert '<option value="css_date">CSS date (3)</option>' in shown(client)
    assert "3 alerts were acknowledged." in answer(client, do="acknowledge", of_rule="css_date")
    other.refresh_from_db()
    assert other.acknowledged_at is None


def test_a_snooze_ends_when_it_was_told_to_and_is_named(server: LicenseServer, ben: User, login: Login) -> None:
    alert, client, now = an_alert(server), login(ben), timezone.now()
    page = answer(client, alert, do="snooze-7", reason="The order is on its way")
    assert heading(page) == [("Act this week", "0")]
    assert "Plus 1 snoozed:" in page
    alert.refresh_from_db()
    assert alert.snoozed_until
    assert timedelta(days=7) <= alert.snoozed_until - now < timedelta(days=7, minutes=1)
    page = shown(client, group="snoozed")
    assert "by ben:</span> <bdi>The order is on its way</bdi>" in page
    assert "1 alert was woken." in answer(client, alert, do="wake")


def test_a_snooze_may_end_on_a_day(server: LicenseServer, ben: User, login: Login) -> None:
    alert, day = an_alert(server), timezone.now().date() + timedelta(days=30)
    answer(login(ben), alert, do="snooze-", until=day.isoformat(), reason="Budget")
    alert.refresh_from_db()
    assert alert.snoozed_until
    assert alert.snoozed_until.isoformat() == f"{day}T00:00:00+00:00"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"do": "snooze-1"}, "Say why it may wait"),
        ({"do": "snooze-", "reason": "x"}, "Choose until when."),
        ({"do": "snooze-", "reason": "x", "until": "soon"}, "Enter a valid date."),
        ({"do": "snooze-", "reason": "x", "until": "2001-01-01"}, "Choose a moment in the future"),
        ({"do": "snooze-", "reason": "x", "until": "9999-12-31"}, "at most a year ahead"),
        ({"do": "snooze-400", "reason": "x"}, "not one of the available choices"),
        ({"do": "snooze-1", "reason": "x" * 501}, "at most 500 characters"),
        ({"do": "explode"}, "not known here"),
        ({}, "not known here"),
    ],
)
def test_what_makes_no_sense_changes_nothing_and_says_so(
    words: dict[str, str], sentence: str, server: LicenseServer, ben: User, login: Login
) -> None:
    alert = an_alert(server)
    assert sentence in answer(login(ben), alert, **words)
    alert.refresh_from_db()
    assert (alert.snoozed_until, alert.acknowledged_at) == (None, None)


@pytest.mark.parametrize("chosen", [[], ["x"], ["99999999999999999999"], ["-1"], ["12345"]])
def test_an_answer_to_nothing_says_so(chosen: list[str], server: LicenseServer, ben: User, login: Login) -> None:
    response = login(ben).post(reverse("react"), {"do": "acknowledge", "alert": chosen}, follow=True)
    assert "No open alert was chosen." in response.content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_it_never_leads_to_another_site(back: str, server: LicenseServer, ben: User, login: Login) -> None:
    data = {"do": "acknowledge", "alert": str(an_alert(server).pk), "back": back}
    assert login(ben).post(reverse("react"), data)["Location"] == reverse("alerts")


def test_it_shows_only_the_alerts_of_the_server_that_was_asked_for(
    server: LicenseServer, cleo: User, login: Login
) -> None:
    other = add_server(name="other.example")
    ours, theirs = an_alert(server), an_alert(other, problem="theirs", rule=Condition.UPLOADS_FAIL)
    client = login(cleo)
    for page in (shown(client, "server_alerts", other.guid), shown(client, server="other.example")):
        assert f'id="a-{theirs.pk}"' in page
        assert f'id="a-{ours.pk}"' not in page
    assert "There is no server of this name." in shown(client, server="nowhere")
    assert f'id="a-{ours.pk}"' not in shown(client, rule="uploads_fail")
    assert "Nothing matches." in shown(client, rule="watchdog")


def test_a_grouped_alert_names_ten_servers_and_leads_to_all(server: LicenseServer, cleo: User, login: Login) -> None:
    servers = [add_server(name=f"lic-{number:02}.example") for number in range(30)]
    alert, client = an_alert(*servers), login(cleo)
    page = shown(client)
    assert "30 servers:" in page
    assert ">lic-09</a>" in page
    assert ">lic-10</a>" not in page
    assert f'<a href="/alerts/{alert.pk}/#servers">20 more</a>' in page
    whole = shown(client, "alert", alert.pk)
    older = re.search(r'href="\?older=([^"]+)"', whole)
    assert older
    rest = client.get(f"{reverse('alert', args=[alert.pk])}?older={older[1]}").content.decode()
    names = {name for text in (whole, rest) for name in re.findall(r">(lic-\d\d\.example)</a></th>", text)}
    assert len(names) == 30


def test_it_tells_who_was_told_and_who_could_not_be(server: LicenseServer, cleo: User, login: Login) -> None:
    alert = an_alert(server)
    notice = a_notice(alert)
    assert "nobody was told" in shown(login(cleo))
    a_delivery(notice, a_channel("Mail"))
    a_delivery(notice, a_channel("Hook"), state="failed")
    a_delivery(notice, a_channel("Pager"), verdict="held")
    a_delivery(notice, a_channel("Chat"), verdict="skipped")
    assert "told Mail; being told Pager; could not be told Hook" in shown(login(cleo))


def test_the_page_of_an_alert_tells_its_story(server: LicenseServer, ben: User, login: Login) -> None:
    alert, client = an_alert(server), login(ben)
    notice = a_notice(alert)
    Notice.objects.update(passed_over=[30, 14])
    a_delivery(notice, a_channel("Mail"))
    a_delivery(notice, a_channel("Chat"), verdict="skipped")
    answer(client, alert, do="snooze-1", reason="Ordered")
    page = shown(client, "alert", alert.pk)
    for words in (
        "Step reached: 7 days left. 120 XDT_PLT_CCS licenses expire",
        "Passed over while nobody looked: 30, 14.",
        "Mail was told<small>250 accepted",
        "Chat was not told<small>It is below the floor of this channel.",
        "Snoozed by ben<small>until ",
        "Seen in desktops.lic.",
    ):
        assert words in page


def test_what_is_over_is_kept_with_the_evidence(server: LicenseServer, cleo: User, login: Login) -> None:
    now = timezone.now()
    for number in range(30):
        at = now - timedelta(hours=number)
        an_alert(server, problem=f"p{number}", closed_at=at, closed_because=f"Renewed, file {number}.")
    client = login(cleo)
    page = shown(client, "closed_alerts")
    assert "<strong>Over:</strong> Renewed, file 0." in page
    assert page.count("<li id=") == 25
    over = shown(client, "alert", Alert.objects.order_by("pk")[0].pk)
    assert "What it was" in over
    assert "glyph act" not in over.partition('id="what"')[2].partition("</section>")[0]
    older = re.search(r'href="\?older=([^"]+)"', page)
    assert older
    rest = client.get(f"{reverse('closed_server_alerts', args=[server.guid])}?older={older[1]}").content.decode()
    assert rest.count("<li id=") == 5
    assert "cannot be read" in shown(client, "closed_alerts", older="x")


def test_a_full_group_leads_to_pages_of_its_own(server: LicenseServer, cleo: User, login: Login) -> None:
    for number in range(30):
        an_alert(server, problem=str(number))
    client = login(cleo)
    page = shown(client)
    assert f"The first {alert_groups.SHOWN} of 30" in page
    assert 'href="?group=act">All 30</a>' in page
    assert shown(client, group="act").count("<li id=") == 25


def test_it_asks_as_often_for_many_alerts_as_for_one(server: LicenseServer, ben: User, login: Login) -> None:
    client, channel = login(ben), a_channel()

    def queries(name: str, *arguments: object) -> int:
        with CaptureQueriesContext(connection) as asking:
            shown(client, name, *arguments)
        return len(asking)

    def all_pages(alert: Alert) -> tuple[int, ...]:
        return queries("alerts"), queries("alert", alert.pk), queries("closed_alerts"), queries("servers")

    def some(number: int) -> Alert:
        alert = an_alert(server, problem=f"{number}")
        a_delivery(a_notice(alert), channel)
        an_alert(server, problem="over", closed_at=timezone.now(), closed_because="Renewed.")
        return alert

    first = some(0)
    all_pages(first)
    few = all_pages(first)
    for number in range(1, 8):
        some(number)
    a_notice(first, rung=1)
    assert all_pages(first) == few


def test_the_list_of_servers_counts_what_is_open_there(server: LicenseServer, cleo: User, login: Login) -> None:
    an_alert(server, problem="later", title="Later", due=timezone.now().date() + timedelta(days=90))
    an_alert(server)
    refresh(server)
    assert f'<a href="/servers/{server.guid}/alerts/">2</a>' in shown(login(cleo), "servers")


def test_the_bell_is_asked_for_alone(server: LicenseServer, cleo: User, login: Login) -> None:
    an_alert(server)
    an_alert(server, problem="dark", severity=Severity.UNKNOWN)
    found = shown(login(cleo), "bell")
    assert found.startswith('<a class="scope" id="bell"')
    assert 'aria-label="1 alert that nobody answered"' in found


def test_it_says_that_an_answer_is_not_kept_any_more(server: LicenseServer, cleo: User, login: Login) -> None:
    delivery = a_delivery(a_notice(an_alert(server)), a_channel())
    delivery.message.delete()  # type: ignore[union-attr]
    page = shown(login(cleo), "alert", delivery.notice.alert_id)
    assert "What Team mail answered is not known any more" in page
    assert "Team mail waits" not in page
