"""Does the set-up link let exactly one person in, once?"""

import pytest

from accounts.models import PeopleEvent, SetupLink, User
from accounts.roles import Role
from accounts.setup_link import SetupLinkRefused, create_first_administrator, is_open, new_setup_secret
from tests.conftest import PASSWORD
from tests.factories import at_once

pytestmark = pytest.mark.django_db


def fresh_secret() -> str:
    secret = new_setup_secret()
    assert secret
    return secret


def enter(secret: str, username: str = "ada") -> User:
    return create_first_administrator(secret, username=username, password=PASSWORD)


def test_it_makes_an_administrator_who_can_sign_in() -> None:
    ada = enter(fresh_secret())
    assert ada.role == Role.ADMINISTRATOR
    assert ada.check_password(PASSWORD)
    assert not ada.is_superuser, "the role alone decides"
    event = PeopleEvent.objects.get()
    assert (event.kind, event.by, event.whom, event.role_after) == ("set_up", "", "ada", Role.ADMINISTRATOR)


def test_it_keeps_the_secret_as_a_hash_only() -> None:
    secret = fresh_secret()
    assert secret not in str(SetupLink.objects.values().get())


def test_it_works_once() -> None:
    secret = fresh_secret()
    enter(secret)
    with pytest.raises(SetupLinkRefused, match="already used"):
        enter(secret, "ben")
    assert [user.username for user in User.objects.all()] == ["ada"]


def test_a_newer_link_replaces_it() -> None:
    old, new = fresh_secret(), fresh_secret()
    assert (is_open(old), is_open(new)) == (False, True)
    with pytest.raises(SetupLinkRefused, match="newer one replaced it"):
        enter(old)
    assert enter(new)


def test_it_is_closed_once_an_account_exists(cleo: User) -> None:
    assert new_setup_secret() is None


def test_a_link_from_before_the_first_account_opens_nothing() -> None:
    secret = fresh_secret()
    User.objects.create_user(username="cleo", password=PASSWORD)
    assert not is_open(secret)
    with pytest.raises(SetupLinkRefused, match="An account exists"):
        enter(secret)
    assert SetupLink.objects.filter(used_at=None).exists(), "a refusal uses nothing up"


@pytest.mark.parametrize("secret", ["", "wrong", "\x00", "\ud800"])
def test_it_refuses_any_other_secret(secret: str) -> None:
    fresh_secret()
    assert not is_open(secret)
    with pytest.raises(SetupLinkRefused):
        enter(secret)
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_account() -> None:
    secret = fresh_secret()
    names = iter(["ada", "ben"])
    found = at_once(lambda: enter(secret, next(names)))
    assert User.objects.count() == 1
    assert sorted(type(one).__name__ for one in found) == ["SetupLinkRefused", "User"]


def test_people_without_a_password_do_not_close_it() -> None:
    """Nobody can sign in as one of them, so the first who can is still to come."""
    User.objects.create_user(username="invented", password=None)
    secret = new_setup_secret()
    assert secret
    assert is_open(secret)
    create_first_administrator(secret, username="ada", password=PASSWORD)
    assert new_setup_secret() is None
