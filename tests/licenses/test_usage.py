"""Do samples and daily peaks always agree, whatever came in which order, and does old use go?"""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from intake import tasks
from licenses.models import DailyPeak, UsageSample
from licenses.readings import Reading
from licenses.usage import days_of_use, export_rows, forget_old, latest_use, peaks_between, record
from servers.models import LicenseServer
from tests.factories import a_server, at_once

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server in UTC."""
    return a_server()


def used(in_use: int | None, *, at: datetime = NOON, feature: str = "F", pool: str = "", issued: int = 20) -> Reading:
    return Reading(feature, pool, at, in_use, issued)


def peaks(server: LicenseServer) -> list[tuple[object, ...]]:
    rows = DailyPeak.objects.filter(server=server).order_by("feature", "pool", "day")
    return list(rows.values_list("feature", "pool", "day", "in_use", "samples"))


def recounted(server: LicenseServer) -> list[tuple[object, ...]]:
    days: dict[tuple[str, str, date], list[int]] = defaultdict(list)
    for one in UsageSample.objects.filter(server=server):
        days[(one.feature, one.pool, one.at.astimezone(server.zone).date())].append(one.in_use or 0)
    return sorted((*key, max(numbers), len(numbers)) for key, numbers in days.items())


def keep(server: LicenseServer, *readings: Reading, source: str = "lmstat") -> int:
    return record(server, readings, source=source)


def test_it_says_how_many_were_new(server: LicenseServer) -> None:
    both = used(5), used(7, at=NOON + HOUR)
    assert (keep(server, *both), keep(server, *both), keep(server)) == (2, 0, 0)
    assert peaks(server) == [("F", "", date(2026, 6, 1), 7, 2)]


def test_a_later_import_of_an_earlier_moment_counts_for_its_own_day(server: LicenseServer) -> None:
    keep(server, used(5))
    keep(server, used(9, at=NOON - DAY), used(8, at=NOON - HOUR))
    assert [(row[2], row[3]) for row in peaks(server)] == [(date(2026, 5, 31), 9), (date(2026, 6, 1), 8)]


def test_what_is_not_said_is_kept_nowhere(server: LicenseServer) -> None:
    assert keep(server, used(None)) == 0
    assert not UsageSample.objects.exists()
    assert not DailyPeak.objects.exists()


@pytest.mark.parametrize(
    "reading", [used(2**63), used(-1), used(5, issued=2**63), used(5, at=datetime(9999, 12, 31, tzinfo=UTC))]
)
def test_what_cannot_be_is_kept_nowhere(server: LicenseServer, reading: Reading) -> None:
    assert keep(server, reading, used(4)) == 1
    assert peaks(server) == [("F", "", date(2026, 6, 1), 4, 1)]


def test_features_pools_servers_and_sources_stand_apart(server: LicenseServer) -> None:
    other = a_server("lic2")
    keep(server, used(1), used(2, feature="G"), used(3, pool="2027.0630"))
    keep(server, used(4), source="inventory")
    keep(other, used(9))
    assert [(row[0], row[1], row[3], row[4]) for row in peaks(server)] == [
        ("F", "", 4, 2),
        ("F", "2027.0630", 3, 1),
        ("G", "", 2, 1),
    ]


READINGS = st.builds(
    lambda feature, pool, hours, in_use: used(in_use, at=NOON + hours * HOUR, feature=feature, pool=pool),
    st.sampled_from("FG"),
    st.sampled_from(["", "2027.0630"]),
    st.integers(-60, 60),
    st.none() | st.integers(0, 9),
)
ZONES = st.sampled_from(["UTC", "Europe/Amsterdam", "Pacific/Kiritimati", "America/St_Johns"])


@given(imports=st.lists(st.lists(READINGS, max_size=6), max_size=6), zone=ZONES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_peaks_are_the_recount_of_the_samples(server: LicenseServer, imports: list[list[Reading]], zone: str) -> None:
    UsageSample.objects.all().delete()
    DailyPeak.objects.all().delete()
    server.time_zone = zone
    for readings in imports:
        keep(server, *readings)
        assert peaks(server) == recounted(server)


@given(readings=st.lists(READINGS, max_size=8), data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_imports_does_not_matter(
    server: LicenseServer, readings: list[Reading], data: st.DataObject
) -> None:
    once = {(one.feature, one.pool, one.at): one for one in readings if one.in_use is not None}
    found = []
    for order in (list(once.values()), data.draw(st.permutations(list(once.values())))):
        UsageSample.objects.all().delete()
        DailyPeak.objects.all().delete()
        for reading in order:
            keep(server, reading)
        found.append(peaks(server))
    assert found[0] == found[1]


@pytest.mark.django_db(transaction=True)
def test_many_hands_at_once_agree() -> None:
    server = a_server()
    waiting = [[used(number, at=NOON + number * HOUR)] for number in range(4)]
    at_once(lambda: record(LicenseServer.objects.get(pk=server.pk), waiting.pop(), source="lmstat"), times=4)
    assert peaks(server) == recounted(server) == [("F", "", date(2026, 6, 1), 3, 4)]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_with_a_change_of_clocks_has_all_of_its_hours(server: LicenseServer, day: date, hours: int) -> None:
    server.time_zone = "Europe/Amsterdam"
    start = datetime(day.year, day.month, day.day, tzinfo=server.zone).astimezone(UTC)
    keep(server, *(used(number % 10, at=start + number * HOUR) for number in range(hours + 1)))
    assert [(row[2], row[4]) for row in peaks(server)] == [(day, hours), (day + DAY, 1)]


def test_days_without_a_reading_are_not_known(server: LicenseServer) -> None:
    keep(server, used(0), used(9, pool="2027.0630", at=NOON + DAY))
    days = days_of_use(server, feature="F", first=date(2026, 5, 31), last=date(2026, 6, 2))
    assert [(day.day.day, day.in_use, day.issued) for day in days] == [(31, None, None), (1, 0, 20), (2, None, None)]


def test_the_latest_use_is_that_of_each_feature(server: LicenseServer) -> None:
    keep(server, used(5), used(4, at=NOON + HOUR), used(1, feature="G"), used(9, at=NOON + DAY, pool="2027.0630"))
    assert {name: sample.in_use for name, sample in latest_use(server).items()} == {"F": 4, "G": 1}
    assert latest_use(a_server("lic2")) == {}


def test_peaks_between_two_moments_leave_out_the_first(server: LicenseServer) -> None:
    keep(server, used(9), used(5, at=NOON + HOUR), used(3, at=NOON + 2 * HOUR, pool="2027.0630"))
    assert peaks_between(server, since=NOON, until=NOON + 2 * HOUR) == {("F", ""): 5, ("F", "2027.0630"): 3}
    assert peaks_between(server, since=NOON + DAY, until=NOON + 2 * DAY) == {}


def test_the_export_has_one_row_a_day(server: LicenseServer) -> None:
    keep(server, used(5), used(6, at=NOON + HOUR), used(7, at=NOON + DAY), used(1, feature="A", pool="2027.0630"))
    keep(a_server("lic2"), used(9))
    rows = export_rows(server, first=date(2026, 6, 1), last=date(2026, 6, 2))
    assert not isinstance(rows, list), "it is streamed"
    assert list(rows) == [
        ("A", "2027.0630", date(2026, 6, 1), 1, 20),
        ("F", "", date(2026, 6, 1), 6, 20),
        ("F", "", date(2026, 6, 2), 7, 20),
    ]
    assert list(export_rows(server, first=date(2026, 6, 3), last=date(2026, 6, 30))) == []


def test_old_use_goes_and_young_use_stays(server: LicenseServer, settings: Settings) -> None:
    settings.USAGE_DAYS = 30
    keep(server, *(used(5, at=NOON - days * DAY) for days in (0, 29, 31, 400)))
    assert forget_old(now=NOON) == 4, "two samples and their two days"
    assert [row[2] for row in peaks(server)] == [date(2026, 5, 3), date(2026, 6, 1)]
    assert forget_old(now=NOON) == 0


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_day_goes_with_all_of_its_samples(server: LicenseServer, settings: Settings, zone: str) -> None:
    settings.USAGE_DAYS = 30
    server.time_zone = zone
    server.save()
    keep(server, *(used(hours % 7, at=NOON - 30 * DAY + hours * HOUR) for hours in range(-48, 48)))
    forget_old(now=NOON)
    assert peaks(server) == recounted(server)
    assert DailyPeak.objects.count() in {2, 3}


def test_the_beat_forgets_with_its_own_clock(server: LicenseServer) -> None:
    keep(server, used(5, at=NOON - 366 * DAY), used(5))
    with time_machine.travel(NOON, tick=False):
        assert tasks.forget_old_usage() == 2
