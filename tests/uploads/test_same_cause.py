"""Who else fails for the same cause? Counted over servers, cheaply, and only while it lasts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servers.models import LicenseServer
from servers.registry import archive_server
from uploads.causes import Cause
from uploads.models import Upload
from uploads.same_cause import NAMED, others_with_same_cause
from uploads.states import State

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def servers(count: int) -> list[LicenseServer]:
    rows = [LicenseServer(name=f"ls{number:05}.example.org", service_started_at=AT) for number in range(count)]
    return LicenseServer.objects.bulk_create(rows)


def fails(
    owner: LicenseServer, *, cause: str = Cause.CONNECT_TIMEOUT, day: int = 0, state: str = State.FAILED
) -> Upload:
    at = AT + timedelta(days=day)
    return Upload(
        server=owner,
        program="telemetry",
        kind="compliance",
        period=at,
        created_at=at,
        state=state,
        next_attempt_at=at,
        result_code="CTX_UPLOADER_ERROR_NETWORK_OPEN",
        cause=cause,
    )


def test_servers_are_counted_once_and_the_first_are_named() -> None:
    ours, *others = servers(NAMED + 3)
    Upload.objects.bulk_create([fails(one, day=day) for one in (ours, *others) for day in range(3)])
    found = others_with_same_cause(Upload.objects.filter(server=ours)[0])
    assert found.count == NAMED + 2
    assert [one.name for one in found.first] == sorted(one.name for one in others)[:NAMED]
    assert found.unnamed == 2


def test_another_cause_of_the_same_code_is_another_problem() -> None:
    ours, other = servers(2)
    Upload.objects.bulk_create([fails(ours), fails(other, cause=Cause.NAME_UNKNOWN)])
    assert others_with_same_cause(Upload.objects.get(server=ours)).count == 0


def test_what_is_over_does_not_count() -> None:
    ours, canceled, archived, refused = servers(4)
    Upload.objects.bulk_create(
        [fails(ours), fails(canceled, state=State.CANCELED), fails(archived), fails(refused, state=State.REFUSED)]
    )
    archive_server(archived)
    found = others_with_same_cause(Upload.objects.get(server=ours))
    assert [one.name for one in found.first] == [refused.name]
    assert others_with_same_cause(Upload.objects.get(server=canceled)).count == 0


def test_a_thousand_servers_cost_no_more_queries_than_one_and_use_the_index() -> None:
    ours, *others = servers(1000)
    Upload.objects.bulk_create([fails(one, day=day) for one in (ours, *others) for day in range(5)], batch_size=500)
    upload = Upload.objects.filter(server=ours)[0]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert others_with_same_cause(upload).count == 999
    assert len(asked) == 2
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked[1]['sql']}")
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert "same_cause" in plan
