"""Is the server in supplemental grace only where a report says so?"""

from datetime import UTC, datetime, timedelta

import pytest

from licenses.formats.payload_report import parse_report
from licenses.grace import current, record
from licenses.models import GracePeriod
from servers.models import LicenseServer
from tests.factories import a_server
from tests.intake import files

pytestmark = pytest.mark.django_db
NOTED = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server without anything."""
    return a_server()


def says(
    server: LicenseServer, *, code: object = 4, days: object = 15, at: str = "2026-06-01T08:00:00Z"
) -> GracePeriod | None:
    info = (
        f"<DateSampleStopUTC>{at}</DateSampleStopUTC><SGPMaxDays>{days}</SGPMaxDays>"
        f"<SGPClockErrorCode>{code}</SGPClockErrorCode>"
    )
    return record(server, parse_report(files.report(info=info)), source="bundle")


def test_a_code_and_its_days_are_a_grace_period(server: LicenseServer) -> None:
    found = says(server)
    assert found
    assert (found.noted_at, found.ends_at, found.code, found.source) == (
        NOTED,
        NOTED + timedelta(days=15),
        "4",
        "bundle",
    )


@pytest.mark.parametrize("code", ["0", "", " 0 "])
def test_days_without_a_code_are_only_the_length_it_would_have(server: LicenseServer, code: str) -> None:
    assert says(server, code=code) is None
    assert not GracePeriod.objects.exists()


@pytest.mark.parametrize("facts", [{"days": ""}, {"days": "many"}, {"at": ""}, {"at": "soon"}, {"at": "9999-12-31"}])
def test_a_code_without_days_or_moment_says_nothing(server: LicenseServer, facts: dict[str, str]) -> None:
    assert says(server, **facts) is None


def test_a_report_without_its_server_says_nothing(server: LicenseServer) -> None:
    assert record(server, parse_report(b"<R><Inventory/></R>"), source="bundle") is None


def test_one_moment_is_one_row(server: LicenseServer) -> None:
    says(server)
    says(server, days=14)
    assert GracePeriod.objects.get().ends_at == NOTED + timedelta(days=14)


def test_it_runs_until_its_end(server: LicenseServer) -> None:
    says(server)
    assert current(server, now=NOTED + timedelta(days=14, hours=23))
    assert current(server, now=NOTED + timedelta(days=15)) is None


def test_the_newest_word_counts(server: LicenseServer) -> None:
    says(server, days=3, at="2026-06-05T08:00:00Z")
    says(server, days=15)
    found = current(server, now=NOTED + timedelta(days=5))
    assert found
    assert found.ends_at == datetime(2026, 6, 8, 8, tzinfo=UTC)
    assert current(server, now=NOTED + timedelta(days=8)) is None


def test_the_grace_of_another_server_is_not_ours(server: LicenseServer) -> None:
    says(a_server("lic2"))
    assert current(server, now=NOTED) is None


def test_a_later_report_without_grace_ends_it(server: LicenseServer) -> None:
    says(server)
    says(server, code=0, at="2026-06-03T08:00:00Z")
    assert current(server, now=NOTED + timedelta(days=1))
    assert current(server, now=NOTED + timedelta(days=2)) is None


def test_an_earlier_report_without_grace_ends_nothing(server: LicenseServer) -> None:
    says(server)
    says(server, code=0, at="2026-05-31T08:00:00Z")
    assert current(server, now=NOTED)
