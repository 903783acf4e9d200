"""Do both databases compare positions in one step?"""

from datetime import UTC, datetime

import pytest

from servers.models import LicenseServer
from uploads.keyset import beyond

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def three(db: None) -> list[LicenseServer]:
    """Three rows of one moment, newest first."""
    rows = [LicenseServer(name=f"ls{number}", service_started_at=AT, created_at=AT) for number in range(3)]
    LicenseServer.objects.bulk_create(rows)
    return list(LicenseServer.objects.order_by("-pk"))


def test_without_a_position_every_row_comes_newest_first(three: list[LicenseServer]) -> None:
    assert list(beyond(LicenseServer.objects.all(), ())) == three


def test_both_directions_begin_with_the_neighbor(three: list[LicenseServer]) -> None:
    newest, middle, oldest = three
    position = (AT, middle.pk)
    assert list(beyond(LicenseServer.objects.all(), position)) == [oldest]
    assert list(beyond(LicenseServer.objects.all(), position, newer=True)) == [newest]


def test_the_columns_are_compared_as_one_value(three: list[LicenseServer]) -> None:
    sql = str(beyond(LicenseServer.objects.all(), (AT, 1)).query)
    assert '("servers_licenseserver"."created_at", "servers_licenseserver"."id") < (' in sql
    assert " OR " not in sql
