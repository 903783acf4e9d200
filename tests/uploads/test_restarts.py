"""Does every day have its uploads, and only one of each, however often the service starts and the clock is set?"""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from programs.schedule import EVERY, FIRST_UPLOAD_AFTER
from servers.models import LicenseServer
from servers.registry import change_server, note_service_start
from tests.uploads.conftest import STARTED
from uploads import policy
from uploads.dispatch import hand_over_waiting, plan_due
from uploads.models import Upload
from uploads.reporting import next_upload
from uploads.states import State

FIRST = STARTED + FIRST_UPLOAD_AFTER
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def periods() -> list[datetime]:
    """Of the first kind; both kinds of telemetry always stand together."""
    first, other = (Upload.objects.filter(kind=kind).order_by("period") for kind in ("compliance", "usage"))
    found = list(first.values_list("period", flat=True))
    assert found == list(other.values_list("period", flat=True))
    return found


def test_a_restart_in_the_middle_of_a_day_makes_no_second_upload(server: LicenseServer) -> None:
    plan_due(now=FIRST)
    note_service_start(at=FIRST + 2 * HOUR)
    plan_due(now=FIRST + 3 * HOUR)
    assert periods() == [FIRST]
    plan_due(now=FIRST + EVERY)
    assert periods() == [FIRST, FIRST + EVERY]


def test_restarts_every_hour_are_one_upload_a_day(server: LicenseServer) -> None:
    for hour in range(1, 24 * 5):
        note_service_start(at=STARTED + hour * HOUR)
        for minute in (1, 5, 30, 59):
            plan_due(now=STARTED + hour * HOUR + minute * MINUTE)
    assert periods() == [FIRST + HOUR + day * EVERY for day in range(5)]


def test_restarts_every_four_minutes_do_not_put_it_off_for_ever(server: LicenseServer) -> None:
    for minute in range(1, 60):
        if minute % 4 == 0:
            note_service_start(at=STARTED + minute * MINUTE)
        plan_due(now=STARTED + minute * MINUTE)
    assert periods() == [FIRST]


def test_a_restart_after_a_missed_slot_reports_five_minutes_later(server: LicenseServer) -> None:
    plan_due(now=FIRST)
    restarted = FIRST + EVERY + 3 * HOUR
    note_service_start(at=restarted)
    plan_due(now=restarted + 4 * MINUTE)
    assert periods() == [FIRST]
    plan_due(now=restarted + 5 * MINUTE)
    assert periods() == [FIRST, FIRST + EVERY]


def test_after_days_of_standstill_only_the_newest_slot_is_made_up_for(server: LicenseServer) -> None:
    plan_due(now=FIRST)
    restarted = FIRST + 4 * EVERY + 3 * HOUR
    note_service_start(at=restarted)
    for minute in (0, 4, 5, 10):
        plan_due(now=restarted + minute * MINUTE)
    assert periods() == [FIRST, FIRST + 4 * EVERY]


def test_a_reinstallation_reports_five_minutes_later_on_the_same_day(
    server: LicenseServer, clock: time_machine.Traveller
) -> None:
    change_server(server, installed_at=STARTED)
    plan_due(now=timezone.now())
    clock.shift(HOUR)
    change_server(server, installed_at=STARTED + MINUTE)
    again = timezone.now() + FIRST_UPLOAD_AFTER
    for now in (timezone.now(), again, again + MINUTE, again + HOUR):
        plan_due(now=now)
    assert periods() == [FIRST, again]
    note_service_start(at=again + 2 * HOUR)
    plan_due(now=again + 3 * HOUR)
    assert periods() == [FIRST, again]


def test_a_program_that_is_chosen_later_joins_the_slots_of_the_server(server: LicenseServer) -> None:
    plan_due(now=FIRST)
    note_service_start(at=FIRST + HOUR)
    Upload.objects.filter(kind="usage").delete()  # as if it were not there before
    plan_due(now=FIRST + 2 * HOUR)
    assert periods() == [FIRST]


def test_a_start_noted_by_a_clock_that_was_ahead_stops_nothing(server: LicenseServer) -> None:
    plan_due(now=FIRST)
    note_service_start(at=FIRST + 1000 * EVERY)
    for day in range(4):
        plan_due(now=FIRST + day * EVERY + HOUR)
    assert periods() == [FIRST + day * EVERY for day in range(4)]
    assert note_service_start(at=FIRST + 4 * EVERY) == 1


def test_a_clock_that_was_ahead_for_an_hour_doubles_no_day_and_misses_none(server: LicenseServer) -> None:
    plan_due(now=FIRST)
    plan_due(now=FIRST + 3 * EVERY + HOUR)  # three days ahead: that slot is made early
    for day in range(6):
        plan_due(now=FIRST + day * EVERY + HOUR)
    assert periods() == [FIRST + day * EVERY for day in range(6)]


def test_a_start_by_a_clock_that_was_days_ahead_shifts_nothing(server: LicenseServer) -> None:
    plan_due(now=FIRST)
    ahead = FIRST + 3 * EVERY + 4 * HOUR
    note_service_start(at=ahead)
    plan_due(now=ahead + FIRST_UPLOAD_AFTER)
    for day in range(6):
        plan_due(now=FIRST + day * EVERY + HOUR)
    assert periods() == [FIRST + day * EVERY for day in range(6)]


def test_a_machine_that_boots_in_the_year_2000_waits_for_its_five_minutes(server: LicenseServer) -> None:
    plan_due(now=FIRST)
    wrong = datetime(2000, 1, 1, tzinfo=FIRST.tzinfo)
    note_service_start(at=wrong)
    plan_due(now=wrong + 2 * MINUTE)
    plan_due(now=FIRST + 2 * HOUR)
    assert periods() == [FIRST]
    plan_due(now=FIRST + EVERY)
    assert periods() == [FIRST, FIRST + EVERY]


@pytest.mark.parametrize(
    "facts",
    [
        {"state": State.FAILED, "next_attempt_at": STARTED + 1000 * EVERY},
        {"state": State.REFUSED, "next_attempt_at": STARTED + 1000 * EVERY},
        {"state": State.SENDING, "lease_until": STARTED + 1000 * EVERY, "lease_holder": "dead"},
        {"state": State.QUEUED, "handed_over_at": STARTED + 1000 * EVERY},
    ],
)
def test_no_upload_waits_for_a_moment_that_a_wrong_clock_wrote(server: LicenseServer, facts: dict[str, object]) -> None:
    plan_due(now=FIRST)
    Upload.objects.filter(kind="compliance").update(**facts)
    Upload.objects.filter(kind="usage").delete()
    assert hand_over_waiting(now=FIRST + HOUR, send=lambda pk: pk == Upload.objects.get().pk) == 1


@pytest.mark.parametrize("later", [timedelta(0), policy.LEASE])
def test_a_living_lease_and_a_day_s_wait_are_no_such_moments(server: LicenseServer, later: timedelta) -> None:
    plan_due(now=FIRST)
    lease = FIRST + policy.LEASE + later
    Upload.objects.filter(kind="compliance").update(state=State.SENDING, lease_until=lease, lease_holder="alive")
    Upload.objects.filter(kind="usage").update(state=State.FAILED, next_attempt_at=FIRST + policy.LONGEST_WAIT)
    assert not Upload.objects.claimable(now=FIRST).exists()


def test_the_page_tells_the_slot_that_will_be_planned(server: LicenseServer) -> None:
    plan_due(now=FIRST)
    note_service_start(at=FIRST + 2 * HOUR)
    server.refresh_from_db()
    assert next_upload(server, now=FIRST + 3 * HOUR) == FIRST + EVERY
    missed = FIRST + EVERY + HOUR
    note_service_start(at=missed)
    server.refresh_from_db()
    assert next_upload(server, now=missed + MINUTE) == missed + FIRST_UPLOAD_AFTER
