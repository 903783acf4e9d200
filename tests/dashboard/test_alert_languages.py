"""Does a page say an alert in the reader's language, and mark what it can only show as it is kept?"""

from datetime import UTC, datetime, timedelta

import time_machine
from django.test import Client

from accounts.models import User
from alerts.models import Alert, AlertServer
from tests.alerts.looking import expiring, look
from tests.dashboard.alerts import a_channel, a_delivery, a_notice, an_alert
from tests.factories import a_server
from tests.pseudo_language import CODE, pseudo_language

NOW = datetime(2026, 3, 10, 9, 42, tzinfo=UTC)


def alert_page(client: Client, alert: Alert, language: str) -> str:
    return client.get(f"/alerts/{alert.pk}/", headers={"accept-language": language}).content.decode()


@time_machine.travel(NOW, tick=False)
def test_an_open_alert_is_said_anew_and_one_that_is_over_is_marked(ada: User, client: Client) -> None:
    client.force_login(ada)
    expiring(a_server(), "31-mar-2026")
    look()
    alert = Alert.objects.get(rule="license_expiry")
    assert "licenses expire" in alert_page(client, alert, "en")
    with pseudo_language():
        page = alert_page(client, alert, CODE)
        assert "ｌｉｃｅｎｓｅｓ ｅｘｐｉｒｅ" in page
        assert "licenses expire" not in page.partition("<h1")[2].partition("</h1>")[0]
        assert "Ｒｅｎｅｗ ｔｈｅｍ" in page
        Alert.objects.update(closed_at=NOW, closed_because="x")
        page = alert_page(client, alert, CODE)
    assert f'<h1 lang="en">{alert.title}</h1>' in page
    alert.refresh_from_db()
    assert "licenses expire" in alert.title


def test_every_stored_sentence_of_a_story_is_marked_and_nothing_is_for_a_reader_of_the_same_language(
    ada: User, client: Client
) -> None:
    client.force_login(ada)
    alert = an_alert(a_server(), title="<b> expires", closed_at=NOW, closed_because="A newer file & more.")
    notice = a_notice(alert)
    a_delivery(notice, a_channel(), verdict="skipped")
    stored = ("A newer file &amp; more.", "It is below the floor of this channel.", notice.detail, "&lt;b&gt; expires")
    with pseudo_language():
        page = alert_page(client, alert, CODE)
        why = client.get("/alerts/why/", {"alert": alert.pk}, headers={"accept-language": CODE}).content.decode()
    story = page.partition('class="attempts"')[2].partition("</ol>")[0]
    assert [words for words in stored if f'<span lang="en">{words}</span>' not in story] == []
    assert '</strong> <span lang="en">A newer file' in page
    assert f'<small><span lang="en">{stored[1]}</span></small>' in why
    assert 'lang="en"' not in alert_page(client, alert, "en").partition("<body")[2].partition('id="main"')[2]


@time_machine.travel(NOW, tick=False)
def test_the_search_and_the_line_of_snoozed_alerts_say_an_alert_anew_too(ada: User, client: Client) -> None:
    client.force_login(ada)
    server = a_server()
    expiring(server, "31-mar-2026")
    look()
    Alert.objects.filter(rule="license_expiry").update(snoozed_until=NOW + timedelta(days=1), snooze_reason="x")
    an_alert(server, title="Old licenses expire & go", snoozed_until=NOW + timedelta(days=1), snooze_reason="x")
    with pseudo_language():
        headers = {"accept-language": CODE}
        found = client.get("/search/", {"q": "expire"}, headers=headers).content.decode()
        alerts = client.get("/alerts/", headers=headers).content.decode()
    for page in (found, alerts):
        assert "ｌｉｃｅｎｓｅｓ ｅｘｐｉｒｅ" in page
        assert page.count("licenses expire") == 1
        assert '<span lang="en">Old licenses expire &amp; go</span></a>' in page


def test_what_was_seen_on_a_server_is_marked(ada: User, client: Client) -> None:
    client.force_login(ada)
    alert = an_alert(a_server())
    AlertServer.objects.update(evidence="Seen in <old>.lic.")
    with pseudo_language():
        assert '<span lang="en">Seen in &lt;old&gt;.lic.</span></td>' in alert_page(client, alert, CODE)
    assert '<td class="low">Seen in &lt;old&gt;.lic.</td>' in alert_page(client, alert, "en")
