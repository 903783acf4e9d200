"""Does a link let exactly one person in, and does an administrator always remain?"""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import Invitation, PeopleEvent, User
from accounts.people import (
    OPEN_FOR,
    PeopleRefused,
    accept,
    activate,
    change_role,
    deactivate,
    entitled,
    invitation_of,
    invite,
    take_back,
)
from accounts.roles import Role
from tests.factories import at_once

PASSWORD = "correct horse battery staple"
NOW = timezone.now


def link(ada: User, name: str = "finn", role: str = Role.PRIVACY_OFFICER) -> str:
    return invite(username=name, role=role, by=ada, now=NOW())[1]


def test_a_link_lets_one_person_in_with_the_chosen_role(ada: User) -> None:
    secret = link(ada)
    person = accept(secret, password=PASSWORD, now=NOW())
    assert (person.username, person.role, person.check_password(PASSWORD)) == ("finn", Role.PRIVACY_OFFICER, True)
    with pytest.raises(PeopleRefused, match="used, replaced, or is too old"):
        accept(secret, password=PASSWORD, now=NOW())
    assert User.objects.count() == 2


def test_the_secret_is_kept_as_a_hash_only(ada: User) -> None:
    secret = link(ada)
    assert secret not in str(list(Invitation.objects.values()))


def test_a_link_ends_by_time_by_a_newer_one_and_by_taking_it_back(ada: User) -> None:
    first = link(ada)
    assert invitation_of(first, now=NOW() + OPEN_FOR + timedelta(seconds=1)) is None
    second = link(ada)
    assert invitation_of(first, now=NOW()) is None
    take_back(Invitation.objects.get(), by=ada)
    assert invitation_of(second, now=NOW()) is None


@pytest.mark.parametrize("name", ["", "two words", "<b>", "ada", "ADA", "x" * 151, "a\x00b"])
def test_a_name_that_cannot_be_or_is_taken_is_refused(ada: User, name: str) -> None:
    with pytest.raises(PeopleRefused):
        link(ada, name)
    assert not Invitation.objects.exists()


def test_a_name_that_was_taken_meanwhile_is_refused(ada: User) -> None:
    secret = link(ada)
    User.objects.create_user("finn")
    with pytest.raises(PeopleRefused, match="here already"):
        accept(secret, password=PASSWORD, now=NOW())
    assert Invitation.objects.get().used_at is None


def test_the_last_administrator_stays(ada: User, dora: User) -> None:
    with pytest.raises(PeopleRefused, match="last administrator"):
        deactivate(ada, by=ada)
    with pytest.raises(PeopleRefused, match="last administrator"):
        change_role(ada, role=Role.VIEWER, by=dora)
    change_role(dora, role=Role.ADMINISTRATOR, by=ada)
    assert not deactivate(ada, by=dora).is_active
    with pytest.raises(PeopleRefused, match="last administrator"):
        change_role(dora, role=Role.VIEWER, by=dora)


def test_who_is_deactivated_may_do_nothing_until_activated(ada: User, dora: User) -> None:
    assert not deactivate(dora, by=ada).has_perm("programs.decide")
    assert [one.username for one in entitled("programs.decide")] == ["ada"]
    assert activate(dora, by=ada).has_perm("programs.decide")
    assert [one.username for one in entitled("programs.decide")] == ["ada", "dora"]


@pytest.mark.django_db(transaction=True)
def test_two_at_one_link_make_one_account(ada: User) -> None:
    secret = link(ada)
    ends = at_once(lambda: accept(secret, password=PASSWORD, now=NOW()))
    assert sorted(type(end).__name__ for end in ends) == ["PeopleRefused", "User"]


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_step_down_at_once_leave_one(ada: User, dora: User) -> None:
    change_role(dora, role=Role.ADMINISTRATOR, by=ada)
    people = [ada, dora]
    at_once(lambda: deactivate(people.pop(), by=ada))
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


def history() -> list[tuple[str, str, str, str, str]]:
    rows = PeopleEvent.objects.order_by("pk")
    return list(rows.values_list("kind", "by", "whom", "role_before", "role_after"))


def test_who_did_what_to_whom_is_written_down(ada: User) -> None:
    accept(link(ada), password=PASSWORD, now=NOW())
    finn = User.objects.get(username="finn")
    change_role(finn, role=Role.VIEWER, by=ada)
    deactivate(finn, by=ada)
    activate(finn, by=ada)
    link(ada, "gil", Role.OPERATOR)
    take_back(Invitation.objects.get(username="gil"), by=ada)
    assert history() == [
        ("invited", "ada", "finn", "", "privacy_officer"),
        ("joined", "finn", "finn", "", "privacy_officer"),
        ("role", "ada", "finn", "privacy_officer", "viewer"),
        ("deactivated", "ada", "finn", "viewer", ""),
        ("activated", "ada", "finn", "", "viewer"),
        ("invited", "ada", "gil", "", "operator"),
        ("taken_back", "ada", "gil", "operator", ""),
    ]


def test_what_changes_nothing_or_is_refused_is_not_written_down(ada: User, cleo: User) -> None:
    change_role(cleo, role=Role.VIEWER, by=ada)
    activate(cleo, by=ada)
    with pytest.raises(PeopleRefused):
        change_role(ada, role=Role.VIEWER, by=ada)
    with pytest.raises(PeopleRefused):
        deactivate(ada, by=ada)
    assert history() == []


@pytest.mark.parametrize("act", ["UPDATE accounts_peopleevent SET by = 'x'", "DELETE FROM accounts_peopleevent"])
def test_the_database_refuses_to_change_what_was_written_down(ada: User, act: str) -> None:
    link(ada)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.replace("by =", '"by" ='))
    assert len(history()) == 1
