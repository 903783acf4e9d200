"""Are the questions that every page of a server asks answered by an index alone, however long its history is?"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Min, QuerySet

from servers.models import LicenseServer
from servers.registry import add_server
from tests.uploads.many_uploads import many_uploads
from uploads.models import Upload
from uploads.states import State

Rows = QuerySet[Upload, Any]
NEWEST = datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.fixture
def server(db: None) -> LicenseServer:
    """One of four, each with a history of some size, which the database knows the shape of."""
    servers = [add_server(name=f"ls{number}.example.org") for number in range(4)]
    many_uploads(servers, 2000, newest=NEWEST)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return servers[1]


def last_arrived(server: LicenseServer) -> Rows:
    rows = Upload.objects.arrived().filter(server=server, program="telemetry", kind="compliance")
    return rows.order_by("-finished_at").values("finished_at")[:1]


def failing(server: LicenseServer) -> Rows:
    rows = Upload.objects.filter(state__in=[State.FAILED, State.REFUSED], server=server).order_by()
    return rows.values("program", "cause", "state").annotate(Count("pk"), Min("created_at"))


def tried_again(server: LicenseServer) -> Rows:
    rows = Upload.objects.filter(server=server, program="telemetry", next_attempt_at__isnull=False)
    return rows.order_by("next_attempt_at").values("next_attempt_at")[:1]


@pytest.mark.parametrize(
    ("question", "index"),
    [(last_arrived, "last_arrived"), (failing, "failing_of_server"), (tried_again, "tried_again")],
)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads a table as small as this one whole")
def test_an_index_answers_alone(question: Callable[[LicenseServer], Rows], index: str, server: LicenseServer) -> None:
    plan = question(server).explain()
    assert f"COVERING INDEX {index} (" in plan, plan
