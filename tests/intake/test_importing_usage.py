"""What does a report about use change? The samples and peaks of its features, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from intake.models import Outcome, SourceReport
from licenses.models import ActivationLease, Assignment, DailyPeak, License, UsageSample
from licenses.usage import days_of_use
from servers.models import LicenseServer
from servers.registry import change_server
from tests.factories import a_server, increment, license_file, receive
from tests.intake.files import FORMULAS, LAS_INVENTORY, OPTIONS, SAMPLES, lmstat
from uploads.models import Upload

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SOME = lmstat("XDT_PLT_UD 100 40", "MPS_ENT_CCU 10 0")


def rows(model: type[UsageSample] | type[DailyPeak], *names: str) -> list[tuple[object, ...]]:
    return list(model.objects.order_by("feature", "pk").values_list(*names))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is noon on 1 June 2026."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_it_keeps_a_sample_of_each_feature_at_the_time_of_the_header(server: LicenseServer) -> None:
    change_server(server, time_zone="America/New_York")
    assert receive(server, SOME).summary == "Use of 2 features read."
    assert rows(UsageSample, "feature", "at", "in_use", "issued", "pool", "source") == [
        ("MPS_ENT_CCU", datetime(2026, 6, 1, 13, 20, tzinfo=UTC), 0, 10, "", "lmstat"),
        ("XDT_PLT_UD", datetime(2026, 6, 1, 13, 20, tzinfo=UTC), 40, 100, "", "lmstat"),
    ]


def test_it_keeps_the_peak_of_the_day_in_the_zone_of_the_server(server: LicenseServer) -> None:
    change_server(server, time_zone="Asia/Tokyo")
    for at, in_use in (("5:00", 7), ("23:59", 9), ("8:00", 3)):
        receive(server, lmstat(f"F 20 {in_use}", header=f"Mon 6/1/2026 {at}"))
    assert rows(DailyPeak, "feature", "day", "in_use", "issued", "samples") == [("F", date(2026, 6, 1), 9, 20, 3)]


def test_without_a_header_it_is_the_time_of_receipt(server: LicenseServer, clock: time_machine.Traveller) -> None:
    receive(server, lmstat("F 20 5", header=""))
    assert UsageSample.objects.get().at == NOON


def test_a_zero_that_was_read_is_a_zero_and_the_day_before_is_not_known(server: LicenseServer) -> None:
    receive(server, lmstat("F 20 0"))
    days = days_of_use(server, feature="F", first=date(2026, 5, 31), last=date(2026, 6, 1))
    assert [day.in_use for day in days] == [None, 0]


@pytest.mark.parametrize(
    "error", ['Cannot connect to license server (-15,570:111 "Connection refused")', "Cannot read data (-16,287)"]
)
def test_a_server_that_did_not_answer_gives_no_sample(server: LicenseServer, error: str) -> None:
    report = receive(server, lmstat(error=error))
    assert report.outcome == Outcome.IMPORTED
    assert "its use is not known, which is not zero" in report.summary
    assert error in report.summary
    assert not UsageSample.objects.exists()
    assert not DailyPeak.objects.exists()


@pytest.mark.parametrize(
    "line",
    [
        "Users of F: Cannot get users of F: No such feature exists. (-5,222)",
        "Users of F:  (Error: 6 licenses, unsupported by licensed server)",
        "Users of F:  (Uncounted, node-locked)",
    ],
)
def test_a_feature_without_numbers_gives_no_sample(server: LicenseServer, line: str) -> None:
    receive(server, SOME + f"\n{line}\n".encode())
    assert {sample.feature for sample in UsageSample.objects.all()} == {"XDT_PLT_UD", "MPS_ENT_CCU"}


def test_queued_and_reserved_licenses_stand_apart(server: LicenseServer) -> None:
    receive(server, (SAMPLES / "lmstat" / "citrix_rows.txt").read_bytes())
    sample = UsageSample.objects.get(feature="XDT_PLT_CCS")
    assert (sample.in_use, sample.issued, sample.queued, sample.reserved) == (66, 250, 3, 11)


def test_several_servers_in_one_capture_are_added_at_their_moment(server: LicenseServer) -> None:
    one = lmstat("F 20 5")
    receive(server, one + b"-" * 60 + b"\n" + one.partition(b"\n\n")[2].replace(b"lic1", b"lic2"))
    assert rows(UsageSample, "in_use", "issued") == [(10, 40)]


def test_installed_licenses_of_lmstat_say_nothing_about_use(server: LicenseServer) -> None:
    report = receive(server, (SAMPLES / "lmstat" / "installed_vendor_first.txt").read_bytes())
    assert "of installed licenses, which say nothing about use" in report.summary
    assert not UsageSample.objects.exists()


def test_it_touches_nothing_but_use(server: LicenseServer) -> None:
    receive(server, license_file())
    receive(server, SOME)
    assert (License.objects.count(), Assignment.objects.count(), Upload.objects.count()) == (1, 0, 0)
    assert UsageSample.objects.exclude(server=server).count() == ActivationLease.objects.count() == 0


def test_the_same_capture_of_two_servers_is_two_samples(server: LicenseServer) -> None:
    receive(server, SOME)
    receive(a_server("lic2"), SOME)
    assert UsageSample.objects.filter(server=server).count() == 2
    assert UsageSample.objects.count() == 4


def test_a_repeat_keeps_the_number_of_all_problems(server: LicenseServer) -> None:
    noisy = SOME + b"what is this\n" * 300
    first = receive(server, noisy)
    again = receive(server, noisy)
    assert first.problem_count >= 300
    assert (again.outcome, again.problem_count, again.problems) == ("duplicate", first.problem_count, first.problems)
    assert again.summary.startswith("This file was imported already, on ")


def test_an_inventory_is_use_at_the_time_of_receipt(server: LicenseServer, clock: time_machine.Traveller) -> None:
    receive(server, (SAMPLES / "inventory" / "agent_dump.txt").read_bytes())
    assert UsageSample.objects.filter(feature="CITRIX").count() == 0
    assert [peak.day for peak in DailyPeak.objects.all()] == [NOON.date()] * UsageSample.objects.count()


def test_an_inventory_of_another_day_is_another_sample(server: LicenseServer, clock: time_machine.Traveller) -> None:
    receive(server, LAS_INVENTORY)
    assert receive(server, LAS_INVENTORY).outcome == Outcome.DUPLICATE
    clock.move_to(NOON + timedelta(days=1))
    assert receive(server, LAS_INVENTORY).outcome == Outcome.IMPORTED
    assert rows(DailyPeak, "day", "in_use", "samples") == [(date(2026, 6, 1), 40, 1), (date(2026, 6, 2), 40, 1)]
    assert SourceReport.objects.count() == 1


def test_samples_of_the_past_lie_in_the_past(server: LicenseServer) -> None:
    change_server(server, time_zone="Europe/Amsterdam")
    receive(server, (SAMPLES / "inventory" / "history.txt").read_bytes())
    found = rows(UsageSample, "feature", "at", "in_use")
    assert ("XDT_ENT_UD", datetime(2026, 3, 1, 5, 16, 40, tzinfo=UTC), 12345) in found
    assert all(feature == "XDT_ENT_UD" for feature, _, _ in found)


def test_an_answer_without_rows_is_not_zero(server: LicenseServer) -> None:
    report = receive(server, (SAMPLES / "inventory" / "inventory_empty_answer.csv").read_bytes())
    assert report.outcome == Outcome.IMPORTED
    assert "use is not known, which is not zero" in report.summary
    assert not UsageSample.objects.exists()


def test_a_number_that_cannot_be_is_no_number(server: LicenseServer) -> None:
    assert receive(server, FORMULAS).outcome == Outcome.IMPORTED
    assert not UsageSample.objects.exists(), "one row of the sum is not known"


def test_users_and_devices_of_an_inventory_are_assignments(server: LicenseServer) -> None:
    report = receive(server, (SAMPLES / "inventory" / "names_and_holders.txt").read_bytes())
    held = Assignment.objects.filter(feature="XDT_PLT_UD").values_list("holder", "name", "css_text")
    assert {("user", "HARBOR\\ben", "2027.0630"), ("device", "dock-05", "2027.0630")} <= set(held)
    assert "assignments" in report.summary
    assert not UsageSample.objects.exists()


def test_the_activation_service_is_not_counted_twice(server: LicenseServer) -> None:
    receive(server, license_file(increment(count=110)))
    report = receive(server, LAS_INVENTORY)
    lease = ActivationLease.objects.get()
    assert (lease.code, lease.reported, lease.quantity, lease.was_doubled) == ("XDT_PLT_UD", 220, 110, True)
    assert report.summary == "1 reading of use. 1 activation lease."


def test_an_options_file_changes_nothing(server: LicenseServer) -> None:
    receive(server, license_file())
    report = receive(server, OPTIONS)
    assert (report.kind, report.outcome) == ("options_file", Outcome.IMPORTED)
    assert report.summary == "3 rules and 2 groups read, nothing changed.", "its rules may name people"
    assert (License.objects.count(), UsageSample.objects.count(), Assignment.objects.count()) == (1, 0, 0)


def test_it_says_of_a_single_feature_in_the_singular(server: LicenseServer) -> None:
    assert receive(server, lmstat("F 20 5")).summary == "Use of 1 feature read."
