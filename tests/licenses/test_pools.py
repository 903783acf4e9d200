"""Are licenses added up only where they are one and the same?"""

from datetime import date

import pytest

from licenses.pools import Pool, installed_only, pools_of
from servers.models import LicenseServer
from tests.factories import a_server, increment, license_file, receive

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server without files."""
    return a_server()


def pools(server: LicenseServer, *lines: str) -> list[Pool]:
    receive(server, license_file(*lines))
    return pools_of(server, on=TODAY)


def test_one_product_date_and_expiry_are_one_pool(server: LicenseServer) -> None:
    (pool,) = pools(server, increment(count=100, extra="SN=1"), increment(count=50, extra="SN=2"))
    assert (pool.contracted, pool.overdraft, pool.total) == (150, 0, 150)
    assert (pool.css_date, pool.expires_on, pool.is_installed) == (date(2027, 6, 30), None, True)


def test_two_support_dates_stay_apart(server: LicenseServer) -> None:
    found = pools(server, increment(version="2027.0630"), increment(version="2026.1231", count=5))
    assert [(str(pool.css_date), pool.contracted) for pool in found] == [("2026-12-31", 5), ("2027-06-30", 100)]


def test_two_expiry_dates_stay_apart(server: LicenseServer) -> None:
    found = pools(server, increment(expiry="permanent"), increment(expiry="31-dec-2026", count=5))
    assert [(pool.expires_on, pool.contracted) for pool in found] == [(date(2026, 12, 31), 5), (None, 100)]


def test_an_unreadable_expiry_is_not_added_to_never(server: LicenseServer) -> None:
    found = pools(server, increment(expiry="permanent"), increment(expiry="06.02.2027", count=5))
    assert sorted((pool.expiry_known, pool.contracted) for pool in found) == [(False, 5), (True, 100)]


def test_two_license_types_stay_apart(server: LicenseServer) -> None:
    kinds = ("Retail", "NFR")
    found = pools(server, *(increment(extra=f"VENDOR_STRING=;LT={kind} SN={kind}") for kind in kinds))
    assert sorted(pool.license_type for pool in found) == ["NFR", "Retail"]


def test_overdraft_stands_beside_what_was_bought(server: LicenseServer) -> None:
    (pool,) = pools(server, increment(count=90, extra="OVERDRAFT=9 SN=1"), increment(count=10, extra="SN=2"))
    assert (pool.contracted, pool.overdraft, pool.total) == (100, 9, 109)


def test_uncounted_is_no_number(server: LicenseServer) -> None:
    found = pools(server, increment(count="uncounted", extra="HOSTID=ANY SN=1"), increment(count=0, extra="HOSTID=ANY"))
    assert [(pool.uncounted, pool.contracted, pool.count_known) for pool in found] == [(True, 0, True)]


def test_uncounted_licenses_are_not_added_to_counted_ones(server: LicenseServer) -> None:
    found = pools(server, increment(count=7), increment(count="uncounted", extra="HOSTID=ANY SN=2"))
    assert [(pool.uncounted, pool.contracted) for pool in found] == [(False, 7), (True, 0)]


@pytest.mark.parametrize("count", ["many", "9" * 10])
def test_a_count_that_cannot_be_read_is_not_uncounted(server: LicenseServer, count: str) -> None:
    (pool,) = pools(server, increment(count=7), increment(count=count, extra="SN=2"))
    assert (pool.uncounted, pool.count_known, pool.contracted) == (False, False, 7)


def test_a_vendor_is_the_same_in_any_case(server: LicenseServer) -> None:
    (pool,) = pools(server, increment(vendor="citrix", extra="SN=1"), increment(vendor="CITRIX", extra="SN=2"))
    assert (pool.vendor, pool.contracted, pool.is_citrix) == ("CITRIX", 200, True)


def test_one_name_of_two_vendors_is_two_products(server: LicenseServer) -> None:
    found = pools(server, increment("gui", vendor="alpha"), increment("gui", vendor="beta"))
    assert [(pool.vendor, pool.is_citrix, pool.css_date) for pool in found] == [
        ("ALPHA", False, None),
        ("BETA", False, None),
    ]


def test_what_expired_or_has_not_started_is_shown_but_never_added(server: LicenseServer) -> None:
    later, gone = "START=1-jan-2030 SN=2", "START=1-jan-2020 SN=3"
    found = pools(server, increment(), increment(extra=later, count=5), increment(expiry="31-may-2026", extra=gone))
    assert sum(pool.contracted for pool in installed_only(found)) == 100
    assert [pool.is_installed for pool in found] == [True, False, False]


def test_the_last_day_still_counts(server: LicenseServer) -> None:
    (pool,) = pools(server, increment(expiry="1-jun-2026"))
    assert pool.is_installed
    assert not pools_of(server, on=date(2026, 6, 2))[0].is_installed


def test_what_was_replaced_is_shown_but_never_added(server: LicenseServer) -> None:
    pools(server, increment(count=100))
    found = pools(server, increment(count=150))
    assert [(pool.is_installed, pool.contracted) for pool in found] == [(True, 150), (False, 100)]


def test_system_licenses_come_last_and_say_what_they_are(server: LicenseServer) -> None:
    found = pools(server, increment("CITRIX", count=4000), increment("XDT_PLT_UD"))
    assert [(pool.feature, pool.is_system) for pool in found] == [("XDT_PLT_UD", False), ("CITRIX", True)]


def test_a_plain_version_is_no_date(server: LicenseServer) -> None:
    (pool,) = pools(server, increment("CNS_V3000", vendor="citrix", version="12.0"))
    assert (pool.version, pool.css_date) == ("12.0", None)


def test_licenses_of_another_server_are_not_counted(server: LicenseServer) -> None:
    receive(a_server("lic2"), license_file())
    assert pools_of(server, on=TODAY) == []


def test_a_legacy_twin_is_shown_apart_and_never_added(server: LicenseServer) -> None:
    found = pools(server, increment("XDS_PLT_UD", extra="SN=1"), increment("XDT_PLT_UD", extra="SN=1"))
    assert [(pool.feature, pool.is_legacy_twin, pool.is_installed) for pool in found] == [
        ("XDS_PLT_UD", True, True),
        ("XDT_PLT_UD", False, True),
    ]
    assert [pool.feature for pool in installed_only(found)] == ["XDT_PLT_UD"]


def test_a_twin_is_not_added_to_a_purchase_of_its_own(server: LicenseServer) -> None:
    twin, own = increment("XDS_PLT_UD", extra="SN=1"), increment("XDS_PLT_UD", count=7, extra="SN=2")
    found = pools(server, twin, own, increment("XDT_PLT_UD", extra="SN=1"))
    assert sorted((pool.feature, pool.contracted) for pool in installed_only(found)) == [
        ("XDS_PLT_UD", 7),
        ("XDT_PLT_UD", 100),
    ]


@pytest.mark.parametrize("feature", ["CITRIX", "CTXLSDIAG"])
def test_licenses_of_the_installation_are_visible_and_say_so(server: LicenseServer, feature: str) -> None:
    (pool,) = pools(server, increment(feature, count=4000))
    assert (pool.is_system, pool.is_installed, pool.contracted) == (True, True, 4000)


def test_a_license_type_of_the_system_is_one_whatever_its_code(server: LicenseServer) -> None:
    (pool,) = pools(server, increment(extra="VENDOR_STRING=;LT=SYS SN=1"))
    assert pool.is_system
