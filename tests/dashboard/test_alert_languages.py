"""Does a page say an alert in the reader's language, and mark what it can only show as it is kept?"""

from datetime import UTC, datetime

import time_machine
from django.test import Client

from accounts.models import User
from alerts.models import Alert
from tests.alerts.looking import expiring, look
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
