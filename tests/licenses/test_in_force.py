"""From which day to which day is a license good?"""

from datetime import UTC, date, datetime

import pytest

from licenses.models import License, LicenseFile
from tests.factories import a_server, increment, license_file, receive

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)


def is_good(*, on: date, expiry: str = "permanent", extra: str = "SN=1") -> bool:
    receive(a_server(), license_file(increment(expiry=expiry, extra=extra)))
    return License.objects.in_force(on=on).exists()


@pytest.mark.parametrize(
    ("on", "good"), [(date(2026, 6, 29), True), (DAY, True), (date(2026, 7, 1), False), (date(2000, 1, 1), True)]
)
def test_it_is_good_until_the_end_of_its_last_day(on: date, good: bool) -> None:
    assert is_good(on=on, expiry="30-jun-2026") is good


@pytest.mark.parametrize(("on", "good"), [(date(2026, 6, 29), False), (DAY, True), (date(2026, 7, 1), True)])
def test_it_is_good_from_its_first_day(on: date, good: bool) -> None:
    assert is_good(on=on, extra="SN=1 START=30-jun-2026") is good


@pytest.mark.parametrize("expiry", ["permanent", "1-jan-0", "01-jan-0000"])
def test_never_is_never(expiry: str) -> None:
    assert is_good(on=date(9999, 12, 31), expiry=expiry)


def test_an_expiry_that_cannot_be_read_is_not_never() -> None:
    assert is_good(on=DAY, expiry="06-okt-2027"), "it still counts: nobody knows that it ended"
    one = License.objects.get()
    assert (one.expires_on, one.expiry_known) == (None, False)


def test_a_retired_file_grants_nothing() -> None:
    receive(a_server(), license_file())
    LicenseFile.objects.update(retired_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not License.objects.in_force(on=DAY).exists()


@pytest.mark.parametrize(
    ("feature", "vendor", "extra", "is_system"),
    [
        ("CITRIX", "CITRIX", "SN=1", True),
        ("CTXLSDIAG", "citrix", "SN=1", True),
        ("MPS_ENT_CCU", "CITRIX", "VENDOR_STRING=;LT=SYS;GP=0 SN=1", True),
        ("MPS_ENT_CCU", "CITRIX", "VENDOR_STRING=;LT=Retail SN=1", False),
        ("CITRIX", "other", "SN=1", False),
    ],
)
def test_start_up_licenses_are_told_from_entitlements(feature: str, vendor: str, extra: str, is_system: bool) -> None:
    receive(a_server(), license_file(increment(feature, vendor=vendor, extra=extra)))
    assert License.objects.get().is_system is is_system
