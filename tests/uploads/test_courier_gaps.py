"""Is every missing day named, and no other?"""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from programs.schedule import EVERY
from servers.models import LicenseServer
from servers.registry import note_service_start
from tests.uploads.courier import a_day, days, gathered, imported, later, manual_server, taken, volumes_of
from uploads import bundle_store
from uploads.courier_gaps import Why, gaps_of
from uploads.models import Upload
from uploads.states import State


def found(*servers: LicenseServer) -> list[tuple[str, int, int, str]]:
    return [(gap.kind, gap.first_day, gap.last_day, str(gap.why)) for gap in gaps_of(servers, now=timezone.now())]


@pytest.fixture
def by_hand(db: None, clock: time_machine.Traveller) -> LicenseServer:
    return manual_server()


def test_days_without_a_break_have_no_gap(by_hand: LicenseServer, clock: time_machine.Traveller) -> None:
    days(clock, 10)
    assert found(by_hand) == []


def test_days_without_a_scheduler_are_named_for_both_kinds(
    by_hand: LicenseServer, clock: time_machine.Traveller
) -> None:
    days(clock, 3)
    later(clock, days=4)
    days(clock, 2)
    first = Upload.objects.earliest("period").period
    gaps = gaps_of([by_hand], now=timezone.now())
    assert [(gap.kind, gap.first, gap.last, gap.why) for gap in gaps] == [
        (kind, first + 3 * EVERY, first + 5 * EVERY, Why.NO_RECORD) for kind in ("compliance", "usage")
    ]
    assert "days 3 to 5 are missing (2026-03-04 to 2026-03-06), no report was made." in gaps[0].sentence
    assert gaps[0].sentence.startswith("ls1.example.org, License server report: ")
    assert gaps[0].facts()["sentence"].startswith("ls1.example.org, compliance: ")


def test_a_single_day_reads_as_one(by_hand: LicenseServer, clock: time_machine.Traveller) -> None:
    days(clock, 2)
    later(clock, days=2)
    a_day()
    assert "Product usage: day 2 is missing (2026-03-03)" in gaps_of([by_hand], now=timezone.now())[1].sentence


def test_today_is_not_missing_before_tomorrow(by_hand: LicenseServer, clock: time_machine.Traveller) -> None:
    days(clock, 1)
    later(clock, days=1)
    assert found(by_hand) == []
    later(clock, hours=23)
    assert found(by_hand) == []
    later(clock, hours=1)
    assert [(first, last) for _, first, last, _ in found(by_hand)] == [(1, 1), (1, 1)]


def test_what_is_not_sealed_and_what_is_damaged_are_told_apart(
    by_hand: LicenseServer, clock: time_machine.Traveller
) -> None:
    days(clock, 5)
    usage = list(Upload.objects.filter(kind="usage").order_by("period"))
    states = {0: State.FAILED, 1: State.QUEUED, 2: State.CANCELED}
    for number, state in states.items():
        Upload.objects.filter(pk=usage[number].pk).update(state=state, next_attempt_at=timezone.now())
    bundle_store.path_of(usage[3].bundle_sha256).unlink()
    assert [why for kind, _, _, why in found(by_hand) if kind == "usage"] == [
        Why.NOT_SEALED, Why.WAITS, Why.CANCELED, Why.DAMAGED]  # fmt: skip


def test_restarts_make_no_gap(by_hand: LicenseServer, clock: time_machine.Traveller) -> None:
    for hours in (5, 30, 23, 24, 1, 70):
        note_service_start(at=timezone.now() - timedelta(minutes=6))
        a_day()
        for _ in range(hours):
            later(clock, hours=1)
            a_day()
    assert found(LicenseServer.objects.get()) == []


def test_a_missing_day_stays_named_in_the_minutes_after_a_start(
    by_hand: LicenseServer, clock: time_machine.Traveller
) -> None:
    days(clock, 2)
    later(clock, days=2)
    days(clock, 1)
    known = found(by_hand)
    assert known
    note_service_start(at=timezone.now())
    assert found(LicenseServer.objects.get()) == known


def test_a_closed_period_is_not_looked_at_again(
    by_hand: LicenseServer, clock: time_machine.Traveller, tmp_path: Path
) -> None:
    days(clock, 2)
    later(clock, days=3)
    days(clock, 2)
    assert len(found(by_hand)) == 2
    report = gathered(by_hand)
    assert [gap["first_day"] for gap in report.missing] == [gap[1] for gap in found(by_hand)]
    imported(taken(tmp_path / "store", volumes_of(report, tmp_path)))
    assert found(by_hand) == []


def test_any_number_of_servers_takes_three_questions(
    by_hand: LicenseServer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        manual_server(f"other{number}.example.org")
    servers = list(LicenseServer.objects.all())
    with django_assert_num_queries(3):
        gaps_of(servers, now=timezone.now())
