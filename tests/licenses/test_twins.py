"""Is one purchase under an old and a new code counted once, and nothing else taken for it?"""

from datetime import date

import pytest

from licenses.models import License
from licenses.pools import installed_only, pools_of
from licenses.twins import legacy_twins
from servers.models import LicenseServer
from tests.factories import a_server, increment, license_file, receive

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)
BY_SERIAL = "SN=LA-1"
BY_ISSUE = "ISSUED=1-jan-2026"


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server without anything."""
    return a_server("lic1")


def twins(server: LicenseServer, *lines: str) -> list[str]:
    receive(server, license_file(*lines))
    every = list(License.objects.in_force(on=TODAY))
    found = legacy_twins(every)
    return [one.feature for one in every if one.pk in found]


def total(server: LicenseServer) -> int:
    return sum(pool.contracted for pool in installed_only(pools_of(server, on=TODAY)))


@pytest.mark.parametrize("known_by", [BY_SERIAL, BY_ISSUE])
def test_the_old_code_of_one_purchase_is_its_twin(server: LicenseServer, known_by: str) -> None:
    lines = [increment("XDS_PLT_UD", extra=known_by), increment("XDT_PLT_UD", extra=known_by)]
    assert twins(server, *lines) == ["XDS_PLT_UD"]
    assert total(server) == 100


@pytest.mark.parametrize("vendor", ["CITRIX", "citrix"])
def test_letters_of_any_case_are_the_same(server: LicenseServer, vendor: str) -> None:
    lines = [increment("xds_plt_ud", vendor=vendor, extra=BY_SERIAL), increment("Xdt_Plt_UD", extra=BY_SERIAL)]
    assert twins(server, *lines) == ["xds_plt_ud"]


def test_twins_may_stand_in_two_files(server: LicenseServer) -> None:
    receive(server, license_file(increment("XDS_PLT_UD", extra=BY_SERIAL)), name="old.lic")
    receive(server, license_file(increment("XDT_PLT_UD", extra=BY_SERIAL)), name="new.lic")
    assert total(server) == 100


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (increment("XDS_PLT_UD", extra="SN=1"), increment(extra="SN=2")),
        (increment("XDS_PLT_UD", extra=""), increment(extra="")),
        (increment("XDS_ENT_UD", extra=BY_SERIAL), increment(extra=BY_SERIAL)),
        (increment("XDS_PLT_CCS", extra=BY_SERIAL), increment(extra=BY_SERIAL)),
        (increment("XDS_PLT_UD", extra=BY_ISSUE, count=99), increment(extra=BY_ISSUE)),
        (increment("XDS_PLT_UD", extra=BY_ISSUE, version="2026.0630"), increment(extra=BY_ISSUE)),
        (increment("XDS_PLT_UD", extra="ISSUED=2-jan-2026"), increment(extra=BY_ISSUE)),
        (increment("XDS_PLT_UD", vendor="tool", extra=BY_SERIAL), increment(extra=BY_SERIAL)),
        (increment("XDS_PLT_UD", extra=BY_SERIAL), increment(vendor="tool", extra=BY_SERIAL)),
        (increment("MPS_PLT_UD", extra=BY_SERIAL), increment(extra=BY_SERIAL)),
    ],
    ids=["serial", "nothing known", "edition", "model", "count", "CSS date", "issue date", "v1", "v2", "product"],
)
def test_two_purchases_are_two(server: LicenseServer, old: str, new: str) -> None:
    assert twins(server, old, new) == []


def test_the_new_code_alone_and_the_old_code_alone_are_no_twins(server: LicenseServer) -> None:
    assert twins(server, increment("XDS_PLT_UD", extra="SN=1"), increment("XDS_PLT_UD", extra="SN=1")) == []


def test_uncounted_licenses_are_told_by_their_serial_only(server: LicenseServer) -> None:
    extra = f"HOSTID=ANY {BY_ISSUE}"
    lines = [increment(code, count="uncounted", extra=extra) for code in ("XDS_PLT_UD", "XDT_PLT_UD")]
    assert twins(server, *lines) == []


@pytest.mark.parametrize("system", ["XDS_PLT_UD", "XDT_PLT_UD"])
def test_licenses_of_the_installation_are_no_purchase(server: LicenseServer, system: str) -> None:
    mark = f"VENDOR_STRING=;LT=SYS {BY_SERIAL}"
    lines = [increment(code, extra=mark if code == system else BY_SERIAL) for code in ("XDS_PLT_UD", "XDT_PLT_UD")]
    assert twins(server, *lines) == []


def test_an_old_code_counts_where_the_new_one_has_ended(server: LicenseServer) -> None:
    old = increment("XDS_PLT_UD", extra=BY_SERIAL, count=40)
    assert twins(server, old, increment(extra=BY_SERIAL, expiry="31-may-2026")) == []
    assert total(server) == 40
