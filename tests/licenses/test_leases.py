"""What did the activation service activate, and is its double count found?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from licenses.formats import inventory_export
from licenses.leases import record
from licenses.models import ActivationLease
from servers.models import LicenseServer
from tests.factories import a_server, increment, license_file, receive
from tests.intake.files import LAS_INVENTORY

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server without anything."""
    return a_server("lic1")


def keep(server: LicenseServer, content: bytes = LAS_INVENTORY, *, at: datetime = NOON) -> int:
    return record(server, inventory_export.parse(content), at=at)


def available(number: object) -> bytes:
    return LAS_INVENTORY.replace(b"220", str(number).encode())


def lease() -> tuple[object, ...]:
    one = ActivationLease.objects.get()
    return (one.quantity, one.reported, one.was_doubled)


def test_it_keeps_code_number_and_end(server: LicenseServer) -> None:
    assert keep(server) == 1
    one = ActivationLease.objects.get()
    assert (one.code, one.expires_on, one.last_seen_at) == ("XDT_PLT_UD", date(2027, 6, 30), NOON)
    assert lease() == (220, 220, False), "without license files there is nothing to compare with"


def test_twice_the_contracted_number_is_counted_once(server: LicenseServer) -> None:
    receive(server, license_file(increment(count=60, extra="SN=1"), increment(count=50, extra="SN=2")))
    keep(server)
    assert lease() == (110, 220, True)


@pytest.mark.parametrize("number", [219, 221, 110, 330])
def test_any_other_number_is_counted_as_it_came(server: LicenseServer, number: int) -> None:
    receive(server, license_file(increment(count=110)))
    keep(server, available(number))
    assert lease() == (number, number, False)


def test_overdraft_twins_and_ended_licenses_are_not_what_was_contracted(server: LicenseServer) -> None:
    ours = increment(count=110, extra="OVERDRAFT=11 SN=1")
    twin = increment("XDS_PLT_UD", count=110, extra="SN=1")
    ended = increment(count=500, expiry="31-may-2026", extra="SN=2")
    receive(server, license_file(ours, twin, ended))
    keep(server)
    assert lease() == (110, 220, True)


def test_licenses_of_another_server_are_no_contract_here(server: LicenseServer) -> None:
    receive(a_server("lic2"), license_file(increment(count=110)))
    keep(server)
    assert lease() == (220, 220, False)


def test_two_rows_of_one_code_are_added_and_the_first_end_counts(server: LicenseServer) -> None:
    rows = LAS_INVENTORY[LAS_INVENTORY.index(b"LicenseProductName") :]
    keep(
        server,
        LAS_INVENTORY
        + b"\n"
        + rows.replace(b"220", b"30").replace(b"2027-06-30 00:00:00\nLicenseC", b"2026-12-31 00:00:00\nLicenseC"),
    )
    assert lease() == (250, 250, False)
    assert ActivationLease.objects.get().expires_on == date(2026, 12, 31)


def test_a_number_that_is_not_said_is_not_known(server: LicenseServer) -> None:
    receive(server, license_file(increment(count=110)))
    keep(server, available("many"))
    assert lease() == (None, None, False)


def test_a_later_inventory_renews_it(server: LicenseServer) -> None:
    keep(server)
    keep(server, available(100), at=NOON + timedelta(days=1))
    assert lease() == (100, 100, False)
    assert ActivationLease.objects.get().last_seen_at == NOON + timedelta(days=1)


def test_the_inventory_of_license_files_activates_nothing(server: LicenseServer) -> None:
    assert keep(server, LAS_INVENTORY.replace(b"Get-LicLasInventory", b"Get-LicInventory")) == 0
    assert not ActivationLease.objects.exists()


def test_start_up_licenses_are_no_lease(server: LicenseServer) -> None:
    assert keep(server, LAS_INVENTORY.replace(b": Retail", b": SYS")) == 0
