"""Can a person ask why something was told, or was not, and read the answer step by step?"""

import re

import pytest
from django.urls import reverse

from accounts.models import User
from servers.models import LicenseServer
from tests.dashboard.alerts import a_channel, a_delivery, a_notice, an_alert
from tests.dashboard.conftest import Login


def test_it_says_who_was_told_and_who_was_not(server: LicenseServer, cleo: User, login: Login) -> None:
    alert, mail, chat = an_alert(server), a_channel("Mail"), a_channel("Chat")
    notice, client = a_notice(alert), login(cleo)
    a_delivery(notice, mail)
    a_delivery(notice, chat, verdict="skipped")
    page = client.get(reverse("why"), {"alert": alert.pk, "channel": mail.pk}).content.decode()
    assert re.search(r'<p><svg class="glyph well [^>]*>.*?</svg> <strong>[^<]*a step was reached: 7 days left\.', page)
    assert "250 accepted" in page
    page = client.get(reverse("why"), {"alert": alert.pk, "channel": chat.pk}).content.decode()
    assert re.search(r'<p><svg class="glyph act [^>]*>.*?</svg> <strong>[^<]*below the floor of this channel\.', page)
    page = client.get(reverse("why"), {"alert": str(alert.pk), "day": "2001-01-01"}).content.decode()
    assert "found" in page[page.index("<strong>") :]


def test_it_says_nothing_before_it_was_asked(server: LicenseServer, cleo: User, login: Login) -> None:
    an_alert(server)
    assert "Nothing was asked yet." in login(cleo).get(reverse("why")).content.decode()


@pytest.mark.parametrize("words", [{"alert": "x"}, {"alert": "77"}, {"alert": "9" * 30}, {"alert": "", "day": "soon"}])
def test_what_makes_no_sense_is_said(words: dict[str, str], cleo: User, login: Login) -> None:
    response = login(cleo).get(reverse("why"), words)
    assert response.status_code == 422
    assert 'class="field-error"' in response.content.decode()
