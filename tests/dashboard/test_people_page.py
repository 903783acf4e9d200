"""Can an administrator bring a second person in, and does nothing else let anybody in?"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, User
from accounts.roles import Role
from tests.dashboard.conftest import Login

PASSWORD = "correct horse battery staple"


def invited(client: Client, name: str = "finn") -> str:
    page = client.post(reverse("people"), {"username": name, "role": Role.PRIVACY_OFFICER}).content.decode()
    found = re.search(r"http://testserver(/join/[\w-]+/)", page)
    assert found
    return found[1]


def test_a_link_leads_in_once(ada: User, login: Login) -> None:
    link = invited(login(ada))
    stranger = Client()
    assert "ada added you as Privacy officer" in stranger.get(link).content.decode()
    assert stranger.post(link, {"password": PASSWORD})["Location"] == "/"
    assert stranger.get(reverse("account")).context["user"].username == "finn"
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"password": PASSWORD}).status_code == 410


def test_a_weak_password_creates_nobody(ada: User, login: Login) -> None:
    link = invited(login(ada))
    page = Client().post(link, {"password": "finn"}).content.decode()
    assert "The account was not created." in page
    assert User.objects.count() == 1


def test_the_link_is_shown_in_one_answer_only(ada: User, login: Login) -> None:
    client = login(ada)
    link = invited(client)
    page = client.get(reverse("people")).content.decode()
    assert link not in page
    assert "finn" in page
    client.post(reverse("take_back_link", args=[Invitation.objects.get().pk]))
    assert Client().get(link).status_code == 410


def test_a_name_that_is_taken_is_said_beside_the_field(ada: User, dora: User, login: Login) -> None:
    answer = login(ada).post(reverse("people"), {"username": "DORA", "role": Role.VIEWER})
    assert answer.status_code == 422
    assert "Somebody of this name is here already." in answer.content.decode()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("words", [{"do": "deactivate"}, {"do": "role", "role": "viewer"}])
def test_the_last_administrator_stays(ada: User, login: Login, words: dict[str, str]) -> None:
    client = login(ada)
    page = client.post(reverse("act_on_person", args=[ada.pk]), words, follow=True).content.decode()
    assert "Nothing was changed. This is the last administrator." in page
    ada.refresh_from_db()
    assert (ada.is_active, ada.role) == (True, Role.ADMINISTRATOR)


def test_roles_change_and_people_leave_and_come_back(ada: User, ben: User, login: Login) -> None:
    client, his = login(ada), login(ben)
    where = reverse("act_on_person", args=[ben.pk])
    client.post(where, {"do": "role", "role": Role.VIEWER})
    client.post(where, {"do": "deactivate"})
    assert his.get(reverse("account")).status_code == 302
    client.post(where, {"do": "activate"})
    ben.refresh_from_db()
    assert (ben.is_active, ben.role) == (True, Role.VIEWER)


def test_the_page_tells_who_let_whom_in_and_changed_what(ada: User, ben: User, login: Login) -> None:
    client = login(ada)
    assert "from now on" in client.get(reverse("people")).content.decode()
    invited(client)
    client.post(reverse("act_on_person", args=[ben.pk]), {"do": "role", "role": Role.VIEWER})
    page = client.get(reverse("people")).content.decode()
    assert "ada made a link for finn, as Privacy officer." in page
    assert "ada changed the role of ben from Operator to Viewer." in page


def test_a_long_history_is_shown_in_parts(ada: User, ben: User, login: Login) -> None:
    client, where = login(ada), reverse("act_on_person", args=[ben.pk])
    for number in range(26):
        client.post(where, {"do": "role", "role": (Role.VIEWER, Role.OPERATOR)[number % 2]})
    page = client.get(reverse("people"))
    assert page.content.decode().count("ada changed the role of ben") == 25
    older = client.get(reverse("people"), {"older": page.context["history"].page.older}).content.decode()
    assert older.count("ada changed the role of ben") == 1


def test_the_last_administrator_is_offered_no_button(ada: User, ben: User, login: Login) -> None:
    client = login(ada)
    assert client.get(reverse("people")).content.decode().count('value="deactivate"') == 1  # that of ben
    User.objects.create_user("eve", role=Role.ADMINISTRATOR)
    assert client.get(reverse("people")).content.decode().count('value="deactivate"') == 3
