"""Who gets in by a secret address, and until when?"""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from accounts.roles import PERMISSIONS, Role
from alerts.channel_models import FeedAddress
from alerts.feed_addresses import MOST, AddressRefused, address_read, addresses_for, make_address, revoke_address
from tests.factories import a_server

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
CALENDAR, ATOM = FeedAddress.Feed.CALENDAR, FeedAddress.Feed.ATOM


def made(owner: User, *, feed: str = CALENDAR, name: str = "phone") -> tuple[FeedAddress, str]:
    return make_address(owner, feed=feed, name=name, now=NOW)


def test_it_keeps_no_secret_that_could_be_read(cleo: User) -> None:
    address, secret = made(cleo)
    assert len(secret) >= 43
    assert secret not in str(FeedAddress.objects.values().get())
    assert len(address.digest) == 64


def test_it_opens_with_its_secret_and_notes_that_it_was_read(cleo: User) -> None:
    address, secret = made(cleo)
    assert address_read(secret, feed=CALENDAR, now=NOW) == address
    address.refresh_from_db()
    assert address.read_at == NOW


def test_it_writes_at_most_once_a_minute(cleo: User) -> None:
    address, secret = made(cleo)
    for seconds, expected in ((0, 0), (59, 0), (60, 60)):
        address_read(secret, feed=CALENDAR, now=NOW + timedelta(seconds=seconds))
        address.refresh_from_db()
        assert address.read_at == NOW + timedelta(seconds=expected)


def test_a_clock_that_was_ahead_does_not_hide_later_readings(cleo: User) -> None:
    address, secret = made(cleo)
    FeedAddress.objects.update(read_at=NOW + timedelta(days=365))
    address_read(secret, feed=CALENDAR, now=NOW)
    address.refresh_from_db()
    assert address.read_at == NOW


@pytest.mark.parametrize("secret", ["", "x", "é", "\ud800", "a" * 5000, "' OR 1=1", "%"])
def test_it_does_not_open_with_anything_else(secret: str, cleo: User) -> None:
    made(cleo)
    assert address_read(secret, feed=CALENDAR, now=NOW) is None


def test_the_digest_itself_opens_nothing(cleo: User) -> None:
    address, _ = made(cleo)
    assert address_read(address.digest, feed=CALENDAR, now=NOW) is None


def test_the_secret_of_one_feed_does_not_open_the_other(cleo: User) -> None:
    _, secret = made(cleo, feed=ATOM)
    assert address_read(secret, feed=CALENDAR, now=NOW) is None


def test_it_opens_nothing_once_it_was_taken_back(cleo: User) -> None:
    address, secret = made(cleo)
    revoke_address(address, now=NOW)
    revoke_address(address, now=NOW + timedelta(days=1))
    assert address_read(secret, feed=CALENDAR, now=NOW) is None
    address.refresh_from_db()
    assert (address.revoked_at, address.read_at) == (NOW, None)


def test_it_opens_nothing_for_who_left(cleo: User) -> None:
    address, secret = made(cleo)
    User.objects.update(is_active=False)
    assert address_read(secret, feed=CALENDAR, now=NOW) is None
    address.refresh_from_db()
    assert address.read_at is None


def test_it_opens_nothing_for_a_role_that_may_not_see_alerts(cleo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = made(cleo)
    monkeypatch.setitem(PERMISSIONS, Role.VIEWER, PERMISSIONS[Role.VIEWER] - {"alerts.view_alert"})
    assert address_read(secret, feed=CALENDAR, now=NOW) is None


def test_everybody_sees_their_own_and_the_administrator_all(ada: User, ben: User, cleo: User) -> None:
    mine, his = made(cleo)[0], made(ben)[0]
    assert list(addresses_for(cleo)) == [mine]
    assert list(addresses_for(ben)) == [his]
    assert set(addresses_for(ada)) == {mine, his}


def test_it_can_be_of_one_server(cleo: User) -> None:
    server = a_server()
    address, secret = make_address(cleo, feed=ATOM, name="reader", now=NOW, server=server)
    found = address_read(secret, feed=ATOM, now=NOW)
    assert found == address
    assert found.server == server


@pytest.mark.parametrize(
    ("feed", "name", "sentence"),
    [("rss", "phone", "There are: calendar, atom"), ("atom", " \x00\n", "a name that says who reads there")],
)
def test_it_refuses_what_makes_no_sense(feed: str, name: str, sentence: str, cleo: User) -> None:
    with pytest.raises(AddressRefused, match=sentence):
        made(cleo, feed=feed, name=name)
    assert not FeedAddress.objects.exists()


def test_it_keeps_a_long_name_as_far_as_the_table_goes(cleo: User) -> None:
    assert made(cleo, name="x\r\n" + "y" * 200)[0].name == f"x {'y' * 98}"


def test_one_person_has_so_many_and_no_more(cleo: User, ben: User) -> None:
    rows = [FeedAddress(feed=ATOM, name="n", digest=str(i), owner=cleo, created_at=NOW) for i in range(MOST)]
    FeedAddress.objects.bulk_create(rows)
    with pytest.raises(AddressRefused, match="Take one back"):
        made(cleo)
    made(ben)
    revoke_address(rows[0], now=NOW)
    made(cleo)
