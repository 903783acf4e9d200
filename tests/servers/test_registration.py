"""Is a server registered exactly while its code was confirmed and nobody ended it?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from servers.models import CloudRegistration, LicenseServer
from servers.registration import (
    AlreadyOpen,
    claim_question,
    confirm,
    expire,
    is_registered,
    newest,
    note_told,
    open_code,
    refuse,
    registered_ids,
    remove,
    untold,
    waiting,
)
from tests.factories import a_server, at_once

pytestmark = pytest.mark.django_db
State = CloudRegistration.State
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
QUARTER = timedelta(minutes=15)


def opened(server: LicenseServer | None = None, **facts: Any) -> CloudRegistration:
    return open_code(server or a_server(), **{"code": "ABCD2345", "remote_id": "r-1", "at": NOON, "by": "ada", **facts})


def test_a_code_waits_and_registers_nobody() -> None:
    code = opened()
    assert (code.state, code.requested_by, code.expires_at) == (State.WAITING, "ada", NOON + QUARTER)
    assert not is_registered(code.server)


@pytest.mark.parametrize(("given", "counts"), [(60, 60), (900, 900), (5000, 900)])
def test_a_code_counts_for_fifteen_minutes_at_most(given: int, counts: int) -> None:
    assert opened(lifetime=timedelta(seconds=given)).expires_at == NOON + timedelta(seconds=counts)


@pytest.mark.parametrize("code", ["", "ABCDEFG", "ABCDEFGHI", "abcd2345", "ABCD 234", "ÄBCD2345", "<b>12345"])
def test_it_refuses_what_is_no_code(code: str) -> None:
    with pytest.raises(ValueError):
        opened(code=code)


def test_a_tenant_confirms_it() -> None:
    code = opened()
    assert confirm(code, customer_id="tenant-1", at=LATER)
    assert (code.state, code.customer_id, code.registered_at) == (State.REGISTERED, "tenant-1", LATER)
    assert is_registered(code.server)


def test_it_knows_the_registered_of_many() -> None:
    one, two = opened(a_server("one")), opened(a_server("two"))
    other = a_server("three")
    confirm(two, customer_id="t", at=LATER)
    assert registered_ids([one.server_id, two.server_id, other.pk]) == {two.server_id}
    assert registered_ids([]) == set()


@pytest.mark.parametrize("ending", [refuse, expire])
def test_what_is_over_stays_over(ending: Any) -> None:
    code = opened()
    assert ending(code, at=LATER)
    assert not confirm(code, customer_id="t", at=LATER)
    assert not refuse(code, at=LATER)
    assert not is_registered(code.server)


def test_what_is_registered_does_not_expire() -> None:
    code = opened()
    confirm(code, customer_id="t", at=LATER)
    assert not expire(code, at=NOON + QUARTER)
    assert is_registered(code.server)


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_it_ends_and_the_destination_has_to_hear_of_it(is_confirmed: bool) -> None:
    code = opened()
    if is_confirmed:
        confirm(code, customer_id="t", at=LATER)
    ended = remove(code.server, at=LATER, by="ben")
    assert ended == code
    assert (ended.state, ended.removed_by, ended.removed_at, ended.tell_removal) == (State.REMOVED, "ben", LATER, True)
    assert remove(code.server, at=LATER, by="ben") is None


def test_a_code_that_was_taken_back_is_not_confirmed_by_a_late_answer() -> None:
    code = opened()
    remove(code.server, at=LATER)
    assert not confirm(code, customer_id="t", at=LATER)
    assert code.state == State.REMOVED


def test_the_newest_is_shown() -> None:
    server = a_server()
    assert newest(server) is None
    opened(server)
    remove(server, at=LATER)
    second = opened(server, at=LATER, code="WXYZ6789")
    assert newest(server) == second


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_one_is_open_at_most(is_confirmed: bool) -> None:
    code = opened()
    if is_confirmed:
        confirm(code, customer_id="t", at=LATER)
    with pytest.raises(AlreadyOpen):
        opened(code.server, code="WXYZ6789")


@pytest.mark.django_db(transaction=True)
def test_one_is_open_at_most_when_many_ask_at_once() -> None:
    server = a_server()
    found = at_once(lambda: opened(server), times=4)
    assert sum(isinstance(one, CloudRegistration) for one in found) == 1
    assert sum(isinstance(one, AlreadyOpen) for one in found) == 3


@pytest.mark.django_db(transaction=True)
def test_confirming_and_ending_at_once_never_leaves_a_tenant() -> None:
    code = opened()
    turns = iter([True, False])
    found = at_once(lambda: confirm(code, customer_id="t", at=LATER) if next(turns) else remove(code.server, at=LATER))
    assert not [one for one in found if isinstance(one, Exception)]
    assert not is_registered(code.server)


@pytest.mark.parametrize(
    ("state", "facts"),
    [
        ("registered", {}),
        ("registered", {"registered_at": NOON}),
        ("registered", {"customer_id": "t"}),
        ("removed", {}),
        ("waiting", {"tell_removal": True}),
        ("waiting", {"code": "SHORT"}),
        ("waiting", {"code": ""}),
        ("somehow", {}),
    ],
)
def test_the_database_refuses_what_must_never_be(state: str, facts: dict[str, Any]) -> None:
    code = opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        CloudRegistration.objects.filter(pk=code.pk).update(state=state, **facts)


def test_it_knows_whom_nobody_asked_about_for_a_while() -> None:
    code = opened()
    assert waiting(asked_before=NOON) == [code]
    assert claim_question(code, at=LATER, asked_before=NOON)
    assert not claim_question(code, at=LATER, asked_before=NOON)
    assert waiting(asked_before=NOON) == []
    assert waiting(asked_before=LATER) == [code]


def test_it_knows_which_ends_nobody_has_heard_of() -> None:
    code = opened(destination="cis.example.test:443")
    ended = remove(code.server, at=LATER)
    assert ended
    assert untold(destination="cis.example.test:443", asked_before=NOON) == [ended]
    assert untold(destination="sandbox", asked_before=LATER) == []
    assert untold(destination="cis.example.test:443", asked_before=LATER, server=a_server("other")) == []
    note_told(ended)
    assert untold(destination="cis.example.test:443", asked_before=LATER) == []
    assert ended.state == State.REMOVED
