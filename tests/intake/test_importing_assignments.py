"""What does a list of users and devices change? Who holds a license of the features that it names."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from intake.models import Outcome
from licenses.assignments import held_counts
from licenses.models import Assignment, UsageSample
from servers.models import LicenseServer
from servers.registry import change_server
from tests.factories import receive
from tests.intake.files import udadmin

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOTH, ONE = udadmin("ada", "ben"), udadmin("ada")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is noon on 1 June 2026."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def held() -> list[str]:
    return sorted(Assignment.objects.held().values_list("name", flat=True))


def test_users_and_devices_together_are_the_use(server: LicenseServer, clock: time_machine.Traveller) -> None:
    report = receive(server, udadmin("ada", "HARBOR\\ben", devices=("dock-05",)))
    assert report.summary == "3 assignments of users and devices."
    assert held_counts(server) == {("XDT_PLT_UD", "2027.0630"): 3}
    sample = UsageSample.objects.get()
    assert (sample.feature, sample.at, sample.in_use, sample.issued) == ("XDT_PLT_UD", NOON, 3, None)


def test_who_is_missing_in_a_later_list_has_gone(server: LicenseServer, clock: time_machine.Traveller) -> None:
    receive(server, BOTH)
    clock.shift(HOUR)
    receive(server, ONE)
    assert held() == ["ada"]
    ben = Assignment.objects.get(name="ben")
    assert (ben.first_seen_at, ben.last_seen_at, ben.gone_at) == (NOON, NOON, NOON + HOUR)


def test_a_later_list_brings_back_who_had_gone(server: LicenseServer, clock: time_machine.Traveller) -> None:
    for content in (BOTH, ONE, udadmin("ada", "ben", minutes=7)):
        receive(server, content)
        clock.shift(HOUR)
    assert held() == ["ada", "ben"]
    assert Assignment.objects.get(name="ben").first_seen_at == NOON


def test_the_very_same_list_after_another_one_is_news(server: LicenseServer, clock: time_machine.Traveller) -> None:
    for content in (BOTH, ONE, BOTH):
        report = receive(server, content)
        clock.shift(HOUR)
    assert report.outcome == Outcome.IMPORTED
    assert held() == ["ada", "ben"]


def test_the_very_same_list_on_the_next_day_is_the_use_of_that_day(
    server: LicenseServer, clock: time_machine.Traveller
) -> None:
    receive(server, BOTH)
    assert receive(server, BOTH).outcome == Outcome.DUPLICATE
    clock.shift(timedelta(days=1))
    assert receive(server, BOTH).outcome == Outcome.IMPORTED
    assert [sample.at for sample in UsageSample.objects.order_by("at")] == [NOON, NOON + timedelta(days=1)]
    assert Assignment.objects.filter(last_seen_at=NOON + timedelta(days=1)).count() == 2


def test_a_list_of_one_feature_leaves_the_others_alone(server: LicenseServer) -> None:
    receive(server, BOTH)
    receive(server, udadmin("cleo", feature="CXS_ENT2_UD"))
    assert held() == ["ada", "ben", "cleo"]


def test_an_empty_list_says_of_no_feature_that_it_is_unused(server: LicenseServer) -> None:
    receive(server, BOTH)
    report = receive(server, udadmin())
    assert report.summary == "0 assignments of users and devices."
    assert held() == ["ada", "ben"]


def test_the_times_of_a_list_are_those_of_the_server(server: LicenseServer) -> None:
    change_server(server, time_zone="Europe/Amsterdam")
    receive(server, udadmin("ada (Mon Jun  1 08:00:01 2026)"))
    assert Assignment.objects.get().assigned_at == datetime(2026, 6, 1, 6, 0, 1, tzinfo=UTC)


def test_a_line_that_is_not_understood_is_said_and_the_rest_counts(server: LicenseServer) -> None:
    report = receive(server, BOTH + b" dora XDT_PLT_UD\n")
    assert (report.outcome, report.problem_count, report.problems[0]["line"]) == (Outcome.IMPORTED, 1, 5)
    assert held() == ["ada", "ben"]
