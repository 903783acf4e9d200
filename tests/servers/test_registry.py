"""Does a server become ours by one way only, and does its schedule count from the right moment?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from servers.models import LicenseServer, ReportingMode
from servers.registry import add_server, archive_server, change_server, note_service_start, server_named
from tests.factories import a_server, at_once

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
INSTALLED = datetime(2026, 1, 2, tzinfo=UTC)


@time_machine.travel(NOON, tick=False)
def test_its_schedule_starts_when_it_is_added() -> None:
    server = add_server(name=" lic1.example.test ")
    assert (server.name, server.service_started_at) == ("lic1.example.test", NOON)
    assert server.reports_electronically


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a b",
        "a/b",
        "a\\b",
        "<b>",
        "a'b",
        'a"b',
        "a\x00b",
        "a\nb",
        "-a",
        "a-",
        ".",
        "ls;rm",
        "\ud800",
        "ä",
        "a" * 256,
    ],
)
def test_it_refuses_what_is_no_host_name_with_a_sentence(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        add_server(name=name)
    assert refused.value.message_dict["name"][0].endswith(".")
    assert not LicenseServer.objects.exists()


@pytest.mark.parametrize("name", ["lic1", "LIC-AMS-01.corp.example", "10.0.0.7", "srv_1", "a" * 255])
def test_it_takes_host_names(name: str) -> None:
    assert add_server(name=name).name == name


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", ""),
        ("product_version", "x" * 65),
        ("product_version", "11\x0017"),
        ("hardware_id", "\ud800"),
        ("reporting_mode", "sometimes"),
        ("licensing_mode", ""),
        ("installed_at", datetime(1970, 1, 1, tzinfo=UTC)),
        ("service_started_at", datetime(9999, 1, 1, tzinfo=UTC)),
        ("guid", "00000000-0000-0000-0000-000000000000"),
        ("id", 1),
    ],
)
def test_it_refuses_an_impossible_fact_by_its_name(fact: str, value: object) -> None:
    server = a_server()
    with pytest.raises(ValidationError) as refused:
        change_server(server, **{fact: value})
    assert list(refused.value.message_dict) == [fact]


def test_a_name_stands_there_once_in_any_case() -> None:
    a_server("lic1")
    with pytest.raises(ValidationError, match="taken"):
        add_server(name="LIC1")
    with pytest.raises(IntegrityError), transaction.atomic():
        LicenseServer.objects.create(name="Lic1", service_started_at=NOON)


def test_the_database_itself_refuses_a_server_without_a_name() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LicenseServer.objects.create(name="", service_started_at=NOON)


def test_it_finds_a_server_by_name_in_any_case_or_adds_it() -> None:
    first = server_named("lic1")
    assert server_named(" LIC1 ") == first
    assert server_named("lic2") != first


@pytest.mark.django_db(transaction=True)
def test_two_at_once_add_one_server() -> None:
    found = at_once(lambda: server_named("lic1").pk)
    assert found == [LicenseServer.objects.get().pk] * 2


@time_machine.travel(NOON, tick=False)
def test_a_reinstallation_resets_the_schedule() -> None:
    server = a_server(installed_at=INSTALLED, service_started_at=INSTALLED)
    assert server.service_started_at == INSTALLED
    change_server(server, installed_at=INSTALLED + timedelta(days=100))
    assert server.service_started_at == NOON


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("facts", [{"installed_at": INSTALLED}, {"product_version": "11.17.2.0 build 53100"}])
def test_anything_else_keeps_the_schedule(facts: dict[str, object]) -> None:
    server = a_server(installed_at=INSTALLED, service_started_at=INSTALLED)
    assert change_server(server, **facts).service_started_at == INSTALLED


@time_machine.travel(NOON, tick=False)
def test_learning_when_it_was_installed_is_no_reinstallation() -> None:
    server = a_server(service_started_at=INSTALLED)
    assert change_server(server, installed_at=INSTALLED).service_started_at == INSTALLED


def test_archiving_keeps_the_first_moment_and_everything_else() -> None:
    server = a_server()
    for at in (NOON, NOON + timedelta(days=1)):
        with time_machine.travel(at, tick=False):
            archive_server(server)
    server.refresh_from_db()
    assert server.archived_at == NOON
    assert not LicenseServer.objects.in_service().exists()


def test_a_start_of_the_service_counts_for_servers_in_service() -> None:
    archived, ours = a_server("old", service_started_at=INSTALLED), a_server("new", service_started_at=INSTALLED)
    archive_server(archived)
    assert note_service_start(at=NOON) == 1
    starts = dict(LicenseServer.objects.values_list("name", "service_started_at"))
    assert starts == {"old": INSTALLED, ours.name: NOON}


@pytest.mark.parametrize(
    ("name", "short"), [("lic1.example.test", "lic1"), ("lic1", "lic1"), ("10.0.0.7", "10.0.0.7"), ("10a.x", "10a")]
)
def test_its_short_name_is_the_host_part(name: str, short: str) -> None:
    assert LicenseServer(name=name).short_name == short


def test_it_knows_its_own_zone_and_its_reporting_mode() -> None:
    server = a_server(time_zone="Europe/Amsterdam", reporting_mode=ReportingMode.MANUAL)
    assert server.zone == ZoneInfo("Europe/Amsterdam")
    assert not server.reports_electronically
