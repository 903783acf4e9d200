"""Does a secret address appear once, belong to its owner, and lead nowhere when it is taken back?"""

import re

import pytest
from django.urls import reverse

from accounts.models import User
from alerts.channel_models import FeedAddress
from servers.models import LicenseServer
from tests.dashboard.conftest import Login


@pytest.mark.parametrize(("feed", "ending"), [("calendar", "ics"), ("atom", "atom")])
def test_an_address_is_shown_once_and_can_be_read(
    feed: str, ending: str, server: LicenseServer, cleo: User, login: Login
) -> None:
    client, words = login(cleo), {"feed": feed, "name": "My phone", "server": server.name}
    page = client.post(reverse("feeds"), words).content.decode()
    address = re.search(rf"http://testserver(/feeds/\w+/[\w-]+\.{ending})<", page)
    assert address
    assert client.get(address[1]).status_code == 200
    assert address[1] not in client.get(reverse("feeds")).content.decode()
    row = FeedAddress.objects.get()
    assert (row.owner, row.server, row.name) == (cleo, server, "My phone")
    client.post(reverse("revoke_feed", args=[row.pk]))
    assert client.get(address[1]).status_code == 404
    assert "Taken back" in client.get(reverse("feeds")).content.decode()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"feed": "calendar"}, "Give the address a name"),
        ({"feed": "pigeon", "name": "x"}, "Select a valid choice"),
        ({"feed": "atom", "name": "x", "server": "nowhere"}, "There is no server of this name."),
    ],
)
def test_what_makes_no_sense_is_said(words: dict[str, str], sentence: str, cleo: User, login: Login) -> None:
    response = login(cleo).post(reverse("feeds"), words)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not FeedAddress.objects.exists()


def test_nobody_sees_or_ends_the_address_of_another(cleo: User, ben: User, ada: User, login: Login) -> None:
    login(cleo).post(reverse("feeds"), {"feed": "atom", "name": "Reader of cleo"})
    row = FeedAddress.objects.get()
    assert "Reader of cleo" not in login(ben).get(reverse("feeds")).content.decode()
    assert login(ben).post(reverse("revoke_feed", args=[row.pk])).status_code == 404
    assert "Reader of cleo" in login(ada).get(reverse("feeds")).content.decode()
    assert login(ada).post(reverse("revoke_feed", args=[row.pk])).status_code == 302
