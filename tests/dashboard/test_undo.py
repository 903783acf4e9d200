"""Can a button be taken back from the message that says what it did, and only where that is honest?"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from alerts.models import Alert
from servers.models import LicenseServer
from tests.dashboard.alerts import an_alert
from tests.dashboard.conftest import Login

UNDO = '<input type="hidden" name="do" value="{}">'


@pytest.fixture
def alert(server: LicenseServer) -> Alert:
    """One that nobody answered."""
    return an_alert(server)


def press(client: Client, *alerts: Alert, do: str, **more: str) -> str:
    """The page after the button."""
    fields = {"do": do, "alert": [one.pk for one in alerts], **more}
    return client.post(reverse("react"), fields, follow=True).content.decode()


def test_an_acknowledgement_is_undone_from_its_message(alert: Alert, ben: User, login: Login) -> None:
    client = login(ben)
    page = press(client, alert, do="acknowledge")
    assert UNDO.format("take_back") in page.partition('<div class="toast" role="status">')[2].partition("</div>")[0]
    press(client, alert, do="take_back")
    alert.refresh_from_db()
    assert alert.acknowledged_at is None


def test_it_is_offered_once(alert: Alert, ben: User, login: Login) -> None:
    client = login(ben)
    press(client, alert, do="acknowledge")
    assert "take_back" not in client.get(reverse("thresholds")).content.decode()


def test_a_snooze_is_undone_by_waking(alert: Alert, ben: User, login: Login) -> None:
    client = login(ben)
    assert UNDO.format("wake") in press(client, alert, do="snooze-1", reason="The order is placed.")
    press(client, alert, do="wake")
    alert.refresh_from_db()
    assert alert.snoozed_until is None


def test_nothing_is_offered_that_would_take_back_what_somebody_else_said(
    alert: Alert, server: LicenseServer, ada: User, ben: User, login: Login
) -> None:
    press(login(ada), alert, do="acknowledge")
    other = an_alert(server, problem="another")
    page = press(login(ben), alert, other, do="acknowledge")
    assert "1 alert was acknowledged." in page
    assert UNDO.format("take_back") not in page


def test_a_longer_snooze_is_not_undone_by_none(alert: Alert, ben: User, login: Login) -> None:
    Alert.objects.filter(pk=alert.pk).update(snoozed_until=timezone.now(), snooze_reason="Before")
    assert UNDO.format("wake") not in press(login(ben), alert, do="snooze-7", reason="Longer")
