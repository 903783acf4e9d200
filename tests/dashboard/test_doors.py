"""Who gets in, and how often may one be wrong?"""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import ApiToken, User
from accounts.setup_link import new_setup_secret
from accounts.tokens import find_token
from tests.conftest import PASSWORD
from tests.dashboard.conftest import Login

pytestmark = pytest.mark.django_db


def test_it_makes_the_first_administrator_and_signs_in() -> None:
    client, secret = Client(), new_setup_secret()
    response = client.post(reverse("setup", args=[secret]), {"username": "ada", "password": PASSWORD}, follow=True)
    assert response.status_code == 200
    assert User.objects.get().role == "administrator"
    assert b"Add a license server" in response.content


def test_it_closes_the_link_behind_the_first() -> None:
    secret = new_setup_secret()
    Client().post(reverse("setup", args=[secret]), {"username": "ada", "password": PASSWORD})
    response = Client().post(reverse("setup", args=[secret]), {"username": "eve", "password": PASSWORD})
    assert response.status_code == 410
    assert b"This set-up link is closed" in response.content
    assert User.objects.count() == 1


def test_it_refuses_a_weak_password_and_keeps_the_name() -> None:
    secret = new_setup_secret()
    response = Client().post(reverse("setup", args=[secret]), {"username": "ada", "password": "short"})
    assert not User.objects.exists()
    assert b'value="ada"' in response.content
    assert b"This password is too short" in response.content
    assert b'value="short"' not in response.content


def test_it_locks_a_name_after_five_wrong_passwords(ada: User, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    client = Client()
    for _ in range(5):
        response = client.post(reverse("sign_in"), {"username": "ada", "password": "wrong"})
    assert response.status_code == 429
    assert b"Closed for 5 minutes" in response.content
    right = client.post(reverse("sign_in"), {"username": "ada", "password": PASSWORD})
    assert right.status_code == 429


def test_it_never_follows_a_next_address_to_another_host(ada: User) -> None:
    words = {"username": "ada", "password": PASSWORD, "next": "https://evil.example/"}
    assert Client().post(reverse("sign_in"), words)["Location"] == reverse("home")


def test_it_refuses_a_form_without_its_token(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    response = client.post(reverse("account"), {"name": "x", "days": "90"})
    assert response.status_code == 403
    assert b"Reload the page and send it again" in response.content
    assert not ApiToken.objects.exists()


def test_it_shows_a_new_token_once(cleo: User, login: Login) -> None:
    client = login(cleo)
    first = client.post(reverse("account"), {"name": "nightly", "days": "90"}).content.decode()
    secret = first.split('id="secret"')[1].split(">")[1].split("<")[0]
    found = find_token(secret)
    assert found is not None
    assert found.user == cleo
    assert secret not in client.get(reverse("account")).content.decode()


def test_it_revokes_only_ones_own_token(ada: User, cleo: User, login: Login) -> None:
    login(ada).post(reverse("account"), {"name": "hers", "days": "0"})
    token = ApiToken.objects.get()
    assert login(cleo).post(reverse("revoke_token", args=[token.pk])).status_code == 404
    login(ada).post(reverse("revoke_token", args=[token.pk]))
    assert ApiToken.objects.get().revoked_at is not None


def test_it_answers_an_unknown_address_in_words(client: Client) -> None:
    response = client.get("/nothing/here/")
    assert response.status_code == 404
    assert b"There is nothing here" in response.content
