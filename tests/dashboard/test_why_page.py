"""Can a person ask why something was told, or was not, and read the answer step by step?"""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from servers.models import LicenseServer
from tests.dashboard.alerts import a_channel, a_delivery, a_notice, an_alert
from tests.dashboard.conftest import Login

ANSWER = re.compile(r'<p class="note"><svg class="glyph (\w*) ?[^>]*>.*?<strong>([^<]+)<')


def answered(client: Client, **words: str | int) -> list[tuple[str, str]]:
    """The color of the sign, none for "nobody was told", and the sentence of each answer."""
    found: list[tuple[str, str]] = ANSWER.findall(client.get(reverse("why"), words).content.decode())
    return found


def test_it_says_who_was_told_and_who_was_not(server: LicenseServer, cleo: User, login: Login) -> None:
    alert, mail, chat = an_alert(server), a_channel("Mail"), a_channel("Chat")
    notice, client = a_notice(alert), login(cleo)
    a_delivery(notice, mail)
    a_delivery(notice, chat, verdict="skipped")
    [(sign, sentence)] = answered(client, alert=alert.pk, channel=mail.pk)
    assert (sign, "the 7-day step was reached" in sentence) == ("well", True)
    [(sign, sentence)] = answered(client, alert=alert.pk, channel=chat.pk)
    assert (sign, "below the floor of this channel" in sentence) == ("", True)
    assert "250 accepted" in client.get(reverse("why"), {"alert": alert.pk}).content.decode()
    [(sign, sentence)] = answered(client, alert=alert.pk, day="2001-01-01")
    assert (sign, "found" in sentence) == ("", True)


def test_a_choice_is_no_failure(server: LicenseServer, cleo: User, login: Login) -> None:
    notice = a_notice(an_alert(server))
    a_delivery(notice, a_channel("Chat"), verdict="skipped")
    a_delivery(notice, a_channel("Mail"), state="failed")
    page = login(cleo).get(reverse("why"), {"alert": notice.alert_id}).content.decode()
    signs = {row.partition("<div>")[2].partition("<")[0]: "glyph act" in row for row in page.split("<li>")[1:]}
    assert (signs["Channel Chat"], signs["The message"]) == (False, True)


def test_a_clock_that_never_spoke_says_why(server: LicenseServer, cleo: User, login: Login) -> None:
    [(_, sentence)] = answered(login(cleo), kind="activation_lease", server=server.name)
    assert sentence.startswith("Nobody was told.")
    assert len(answered(login(cleo), kind="backup")) == 1


def test_a_day_on_which_nothing_came_says_why(server: LicenseServer, cleo: User, login: Login) -> None:
    [(_, sentence)] = answered(login(cleo), day=timezone.now().date().isoformat())
    assert "Nobody was told" in sentence


def test_it_says_nothing_before_it_was_asked(server: LicenseServer, cleo: User, login: Login) -> None:
    an_alert(server)
    assert "Nothing was asked yet." in login(cleo).get(reverse("why")).content.decode()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"alert": "x"}, "Select a valid choice"),
        ({"alert": "77"}, "Select a valid choice"),
        ({"alert": "9" * 30}, "Select a valid choice"),
        ({"day": "soon"}, "Enter a valid date."),
        ({"kind": "wind"}, "Select a valid choice"),
        ({"kind": "grace"}, "This clock runs on a server: name it."),
        ({"kind": "backup", "server": "lic-ams-01.corp.example"}, "This clock is of the installation."),
        ({"kind": "grace", "server": "nowhere"}, "There is no server of this name."),
        ({"person": "eve@example.org"}, "Choose an alert, a clock or a day."),
    ],
)
def test_what_makes_no_sense_is_said(
    words: dict[str, str], sentence: str, server: LicenseServer, cleo: User, login: Login
) -> None:
    response = login(cleo).get(reverse("why"), words)
    assert response.status_code == 422
    assert sentence in response.content.decode()
