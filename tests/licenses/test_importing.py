"""Does a new license file change exactly what it should: stored once, old ones retired, all of it or nothing?"""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from pytest_django.fixtures import DjangoAssertNumQueries

from licenses.formats.license_file import parse
from licenses.importing import Installed, install_license_file
from licenses.models import License, LicenseFile
from servers.models import LicenseServer
from tests.factories import a_server, at_once, increment, license_file

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
OLD = license_file(increment(count=100, extra="SN=HB-1"))
NEW = license_file(increment(count=150, extra="SN=HB-1"))
OTHER = license_file(increment("MPS_ENT_CCU", extra="SN=HB-2"))


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server without files."""
    return a_server()


def install(server: LicenseServer, content: bytes, *, name: str, at: datetime = NOON) -> Installed:
    digest = hashlib.sha256(content).hexdigest()
    return install_license_file(server, parse(content), name=name, sha256=digest, at=at)


def in_force(server: LicenseServer) -> list[str]:
    return sorted(file.name for file in LicenseFile.objects.in_force().filter(server=server))


def test_it_keeps_the_file_and_every_license_of_it(server: LicenseServer) -> None:
    installed = install(server, license_file(increment(), increment("MPS_ENT_CCU")), name="all.lic")
    assert (installed.is_new, installed.retired) == (True, ())
    assert (installed.file.host_name, installed.file.imported_at) == ("lic1", NOON)
    assert [one.feature for one in installed.file.licenses.all()] == ["MPS_ENT_CCU", "XDT_PLT_UD"]


def test_it_keeps_every_fact_of_a_license(server: LicenseServer) -> None:
    extra = 'VENDOR_STRING=;LT=Retail;GP=720 OVERDRAFT=20 ISSUED=1-jan-2026 START=2-feb-2026 NOTICE="Harbor" SN=7'
    install(server, license_file(increment(expiry="30-jun-2027", extra=extra)), name="one.lic")
    one = License.objects.get()
    assert (one.count, one.overdraft, one.license_type, one.serial_number) == (100, 20, "Retail", "7")
    assert (one.notice, str(one), one.line) == ("Harbor", "XDT_PLT_UD 2027.0630", 4)
    days = [one.css_date, one.expires_on, one.issued_on, one.starts_on]
    assert [str(day) for day in days] == ["2027-06-30", "2027-06-30", "2026-01-01", "2026-02-02"]


def test_it_keeps_attributes_in_order_and_no_signature(server: LicenseServer) -> None:
    install(server, license_file(increment(extra="SN=1 TS_OK my_key=x")), name="one.lic")
    assert License.objects.get().attributes == [["SN", "1"], ["my_key", "x"], ["TS_OK", None]]


def test_the_same_bytes_again_change_nothing(server: LicenseServer) -> None:
    install(server, OLD, name="a.lic")
    again = install(server, OLD, name="b.lic", at=NOON + timedelta(days=1))
    assert (again.changed_something, again.retired, again.file.imported_at) == (False, (), NOON)
    assert LicenseFile.objects.count() == License.objects.count() == 1


def test_a_file_of_the_same_name_replaces_the_old_one(server: LicenseServer) -> None:
    old = install(server, OLD, name="Citrix.lic").file
    installed = install(server, OTHER, name="citrix.LIC", at=NOON + timedelta(days=1))
    old.refresh_from_db()
    assert installed.retired == (old,)
    assert (old.retired_at, old.replaced_by) == (NOON + timedelta(days=1), installed.file)
    assert in_force(server) == ["citrix.LIC"]


def test_a_file_with_the_same_serial_numbers_replaces_the_old_one(server: LicenseServer) -> None:
    install(server, OLD, name="2025.lic")
    both = license_file(increment(count=150, extra="SN=HB-1"), increment("MPS_ENT_CCU", extra="SN=HB-2"))
    assert len(install(server, both, name="2026.lic").retired) == 1
    assert in_force(server) == ["2026.lic"]


@pytest.mark.parametrize(
    "old",
    [
        license_file(increment(extra="SN=HB-1"), increment(extra="SN=HB-9")),
        license_file(increment("OTHER_PRODUCT", extra="SN=HB-1")),
        license_file(increment(extra="TS_OK")),
        b"SERVER lic2 ANY 27000\nUSE_SERVER\n",
    ],
)
def test_a_file_with_anything_of_its_own_stays(server: LicenseServer, old: bytes) -> None:
    install(server, old, name="old.lic")
    assert install(server, NEW, name="new.lic").retired == ()
    assert in_force(server) == ["new.lic", "old.lic"]


def test_very_long_serial_numbers_are_compared_as_they_are_kept(server: LicenseServer) -> None:
    install(server, license_file(increment(extra=f"SN={'9' * 900}")), name="old.lic")
    renewal = license_file(increment(count=7, extra=f"SN={'9' * 900}"))
    assert len(install(server, renewal, name="new.lic").retired) == 1


def test_a_retired_file_that_comes_again_is_in_force_again(server: LicenseServer) -> None:
    first = install(server, OLD, name="a.lic").file
    install(server, NEW, name="a.lic")
    again = install(server, OLD, name="a.lic")
    assert (again.file, again.is_new) == (first, False)
    assert [file.sha256 for file in LicenseFile.objects.in_force()] == [first.sha256]
    assert (again.is_back, again.changed_something, again.file.replaced_by) == (True, True, None)
    assert License.objects.filter(file=first).count() == 1


def test_files_of_another_server_are_left_alone(server: LicenseServer) -> None:
    other = a_server("lic2")
    install(other, OLD, name="a.lic")
    assert install(server, OLD, name="a.lic").is_new
    assert in_force(other) == in_force(server) == ["a.lic"]


def test_a_failure_in_the_middle_changes_nothing(server: LicenseServer) -> None:
    install(server, OLD, name="a.lic")
    parsed = parse(license_file(increment(), increment("MPS_ENT_CCU")))
    twice = parse(license_file(increment(), increment())).features[0]
    broken = type(parsed)(**{**{name: getattr(parsed, name) for name in parsed.__slots__}, "features": (twice, twice)})
    with pytest.raises(DatabaseError):  # one line twice: the constraint of the table refuses it
        install_license_file(server, broken, name="a.lic", sha256="0" * 64, at=NOON)
    assert in_force(server) == ["a.lic"]
    assert LicenseFile.objects.count() == License.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_make_one_row() -> None:
    server = a_server()
    found = at_once(lambda: install(server, OLD, name="a.lic"), times=3)
    assert [one for one in found if isinstance(one, Exception)] == []
    assert sorted(one.is_new for one in found if isinstance(one, Installed)) == [False, False, True]
    assert LicenseFile.objects.count() == License.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_of_one_name_at_once_leave_one_in_force() -> None:
    server = a_server()
    contents = iter([OLD, OTHER])
    found = at_once(lambda: install(server, next(contents), name="a.lic"))
    assert [one for one in found if isinstance(one, Exception)] == []
    assert in_force(server) == ["a.lic"]
    assert LicenseFile.objects.filter(replaced_by__isnull=False).count() == 1


def test_the_number_of_queries_does_not_grow_with_the_licenses(
    server: LicenseServer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    content = license_file(*(increment(extra=f"SN={at}") for at in range(400)))
    with django_assert_max_num_queries(20):
        install(server, content, name="large.lic")
    assert License.objects.count() == 400
