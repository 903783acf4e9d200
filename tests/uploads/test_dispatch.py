"""What is due, and who gets to know? Whatever the beat does: late, twice, at once, without a broker."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from programs.schedule import EVERY, FIRST_UPLOAD_AFTER
from servers.models import LicenseServer, ReportingMode
from servers.registry import add_server, archive_server, change_server
from tests.uploads.conftest import STARTED, Worker, licensed_server
from tests.uploads.faulty_line import IDENTITY, Line, answers
from uploads import policy
from uploads.dispatch import hand_over_waiting, plan_due, tick
from uploads.models import Tick, Trigger, Upload
from uploads.states import State

FIRST = STARTED + FIRST_UPLOAD_AFTER
KINDS = ("compliance", "usage")  # what every slot of Licensing Telemetry consists of


class Broker:
    """Takes messages, or is down."""

    def __init__(self, *, is_up: bool = True) -> None:
        self.messages: list[int] = []
        self.is_up = is_up

    def __call__(self, upload_id: int) -> bool:
        if self.is_up:
            self.messages.append(upload_id)
        return self.is_up


@pytest.fixture
def broker() -> Broker:
    return Broker()


def planned() -> list[tuple[datetime, str]]:
    return list(Upload.objects.order_by("period", "kind").values_list("period", "kind"))


def slots(*periods: datetime) -> list[tuple[datetime, str]]:
    """One upload of each kind for each of these periods, and no other."""
    return [(period, kind) for period in periods for kind in KINDS]


def ids() -> list[int]:
    return list(Upload.objects.order_by("pk").values_list("pk", flat=True))


def test_nothing_is_due_before_five_minutes_have_passed(server: LicenseServer, broker: Broker) -> None:
    assert tick(now=FIRST - timedelta(microseconds=1), send=broker) == 0
    assert planned() == []


def test_the_first_is_due_after_five_minutes_and_the_next_after_a_day(server: LicenseServer, broker: Broker) -> None:
    assert tick(now=FIRST, send=broker) == len(KINDS)
    tick(now=FIRST + EVERY - timedelta(microseconds=1), send=broker)
    assert planned() == slots(FIRST)
    tick(now=FIRST + EVERY, send=broker)
    assert planned() == slots(FIRST, FIRST + EVERY)


@pytest.mark.parametrize("kind", KINDS)
def test_a_planned_upload_waits_for_a_worker(server: LicenseServer, broker: Broker, kind: str) -> None:
    tick(now=FIRST, send=broker)
    upload = Upload.objects.get(kind=kind)
    assert (upload.state, upload.trigger, upload.requested_by) == (State.QUEUED, Trigger.SCHEDULE, None)
    assert (upload.program, upload.created_at) == ("telemetry", FIRST)
    assert broker.messages.count(upload.pk) == 1
    assert sorted(broker.messages) == ids()


def test_two_ticks_are_one_upload_and_one_message_of_each_kind(server: LicenseServer, broker: Broker) -> None:
    assert [tick(now=FIRST, send=broker) for _ in range(2)] == [len(KINDS), 0]
    assert planned() == slots(FIRST)
    assert sorted(broker.messages) == ids()


def test_three_days_without_a_tick_are_uploads_for_the_newest_slot_alone(server: LicenseServer, broker: Broker) -> None:
    tick(now=FIRST, send=broker)
    tick(now=FIRST + 3 * EVERY + timedelta(hours=5), send=broker)
    assert planned() == slots(FIRST, FIRST + 3 * EVERY)


def test_a_clock_that_was_set_back_makes_no_second_upload(server: LicenseServer, broker: Broker) -> None:
    tick(now=FIRST + EVERY, send=broker)
    tick(now=FIRST + timedelta(hours=1), send=broker)
    tick(now=FIRST + EVERY, send=broker)
    assert [one for one in planned() if one[0] == FIRST + EVERY] == slots(FIRST + EVERY)


def test_archived_servers_have_nothing_due(server: LicenseServer, broker: Broker) -> None:
    archive_server(server)
    assert tick(now=FIRST, send=broker) == 0
    assert planned() == []


def test_servers_that_report_by_hand_have_the_same_days(server: LicenseServer, broker: Broker) -> None:
    change_server(server, reporting_mode=ReportingMode.MANUAL)
    for now in (FIRST, FIRST, FIRST + EVERY):
        tick(now=now, send=broker)
    assert planned() == slots(FIRST, FIRST + EVERY)
    assert set(Upload.objects.values_list("trigger", "state")) == {(Trigger.CARRIED, State.QUEUED)}


def test_an_upload_by_hand_does_not_replace_the_daily_one(server: LicenseServer, broker: Broker) -> None:
    now = FIRST + timedelta(minutes=1)
    Upload.objects.create(
        server=server, program="telemetry", kind="compliance", period=now, trigger=Trigger.PERSON, created_at=now
    )
    tick(now=now, send=broker)
    assert planned() == [*slots(FIRST), (now, "compliance")]


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_the_same_moment_make_one_upload_and_one_message_of_each_kind() -> None:
    for number in range(5):
        licensed_server(f"ls{number}.example.org")
    broker, barrier = Broker(), Barrier(4)

    def beat() -> None:
        barrier.wait()
        try:
            tick(now=FIRST, send=broker)
        finally:
            connection.close()

    threads = [Thread(target=beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(broker.messages) == ids()
    assert len(broker.messages) == 5 * len(KINDS)
    assert Tick.objects.get().at == FIRST


def test_what_a_broker_that_is_down_did_not_take_is_handed_over_at_the_next_tick(server: LicenseServer) -> None:
    down, up = Broker(is_up=False), Broker()
    assert tick(now=FIRST, send=down) == 0
    assert set(Upload.objects.values_list("state", "handed_over_at")) == {(State.QUEUED, None)}
    assert tick(now=FIRST + timedelta(seconds=15), send=up) == len(KINDS)
    assert sorted(up.messages) == ids()


def test_a_broker_that_is_down_is_asked_once_a_tick(db: None) -> None:
    asked = []
    for number in range(3):
        add_server(name=f"ls{number}", service_started_at=STARTED)
    tick(now=FIRST, send=lambda pk: bool(asked.append(pk)))  # type: ignore[func-returns-value]
    assert len(asked) == 1


def test_a_lost_message_is_sent_again(server: LicenseServer, broker: Broker) -> None:
    tick(now=FIRST, send=broker)
    tick(now=FIRST + policy.HANDED_OVER - timedelta(seconds=1), send=broker)
    assert sorted(broker.messages) == ids()
    tick(now=FIRST + policy.HANDED_OVER, send=broker)
    assert sorted(broker.messages) == sorted(ids() * 2)


def test_never_more_messages_than_workers_can_have_in_hand(
    db: None, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "MAX_HANDED_OVER", 3)
    for number in range(5):
        add_server(name=f"ls{number}", service_started_at=STARTED)
    assert [tick(now=FIRST, send=broker) for _ in range(3)] == [3, 0, 0]
    Upload.objects.filter(pk__in=broker.messages[:2]).update(
        state=State.SENDING, handed_over_at=None, lease_until=FIRST + policy.LEASE, lease_holder="w"
    )
    assert tick(now=FIRST, send=broker) == 2
    assert len(set(broker.messages)) == 5


def test_failed_uploads_that_are_due_again_count_as_messages_too(
    db: None, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "MAX_HANDED_OVER", 3)
    for number in range(5):
        add_server(name=f"ls{number}", service_started_at=STARTED)
    plan_due(now=FIRST)
    Upload.objects.update(state=State.FAILED, next_attempt_at=FIRST)
    assert [hand_over_waiting(now=FIRST, send=broker) for _ in range(3)] == [3, 0, 0]


def test_the_oldest_period_goes_first(db: None, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MAX_HANDED_OVER", 1)
    young = add_server(name="young", service_started_at=STARTED + timedelta(minutes=9))
    old = add_server(name="old", service_started_at=STARTED)
    plan_due(now=FIRST + EVERY)
    assert young.pk < old.pk
    hand_over_waiting(now=FIRST + EVERY, send=broker)
    assert [Upload.objects.get(pk=pk).server.name for pk in broker.messages] == ["young"]


def test_what_a_dead_worker_left_is_handed_over_after_its_lease(
    server: LicenseServer, broker: Broker, clock: time_machine.Traveller, worker: Worker, line: Line
) -> None:
    tick(now=timezone.now(), send=broker)
    until = timezone.now() + policy.LEASE
    Upload.objects.update(state=State.SENDING, handed_over_at=None, lease_until=until, lease_holder="dead")
    assert tick(now=until, send=broker) == 0
    assert tick(now=until + timedelta(microseconds=1), send=broker) == len(KINDS)
    clock.move_to(until + timedelta(microseconds=1))
    for upload in Upload.objects.all():
        worker.send(upload)
        assert upload.state == State.DELIVERED


def test_a_failed_upload_is_handed_over_a_day_later(
    server: LicenseServer, broker: Broker, clock: time_machine.Traveller, worker: Worker, line: Line
) -> None:
    tick(now=timezone.now(), send=broker)
    upload, other = Upload.objects.order_by("kind")
    line.fail(IDENTITY, answers(400))
    worker.send(upload)
    worker.send(other)
    assert (upload.next_attempt_at, other.state) == (timezone.now() + EVERY, State.DELIVERED)
    tick(now=timezone.now() + EVERY - timedelta(microseconds=1), send=broker)
    assert upload.pk not in broker.messages[len(KINDS) :]
    tick(now=timezone.now() + EVERY, send=broker)
    assert broker.messages[len(KINDS) :].count(upload.pk) == 1
    clock.shift(EVERY)
    worker.send(upload)
    assert (upload.state, upload.attempt_count) == (State.DELIVERED, 2)


def test_two_hundred_servers_take_a_handful_of_questions(
    db: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    LicenseServer.objects.bulk_create(
        LicenseServer(name=f"ls{number}", service_started_at=STARTED) for number in range(200)
    )
    with django_assert_max_num_queries(20):  # six questions; SQLite takes the 400 new rows in a dozen portions
        assert plan_due(now=FIRST) == 200 * len(KINDS)
    with django_assert_max_num_queries(4):  # uploads, servers, decisions, registrations
        assert plan_due(now=FIRST) == 0


def test_it_notes_that_somebody_looked(server: LicenseServer, broker: Broker) -> None:
    for now in (FIRST, FIRST + timedelta(seconds=15)):
        tick(now=now, send=broker)
    assert Tick.objects.get(name="dispatch").at == FIRST + timedelta(seconds=15)
