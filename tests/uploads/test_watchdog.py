"""Is every way to stand still noticed, told apart from the others, and told with its cause and next step?"""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from servers.models import LicenseServer
from tests.uploads.conftest import licensed_server
from uploads.models import Attempt, Tick, Upload
from uploads.readiness import BEAT, SILENT_AFTER, Readiness, readiness, signs_of_life
from uploads.states import State
from uploads.watchdog import PICKED_UP_WITHIN, silences

LONG = timedelta(hours=2)
SHORT = timedelta(seconds=20)
TICK = "dispatch"


def heard(*, beat: timedelta | None, tick: timedelta | None) -> None:
    """Signs of life so long ago; None for never."""
    for name, ago in ((BEAT, beat), (TICK, tick)):
        if ago is not None:
            Tick.note(name, at=timezone.now() - ago)


def found(*, broker: bool = True) -> Readiness:
    signs = signs_of_life()
    return Readiness(database=True, broker=broker, signs=signs, is_ticking=signs.is_ticking(now=timezone.now()))


def told(*, broker: bool = True) -> list[tuple[str, datetime | None]]:
    return [(one.code, one.since) for one in silences(found(broker=broker), now=timezone.now())]


def handed_over(server: LicenseServer, *, ago: timedelta, **facts: object) -> Upload:
    at = timezone.now() - ago
    values: dict[str, object] = {"period": at, "created_at": at, "handed_over_at": at} | facts
    return Upload.objects.create(server=server, program="telemetry", kind="compliance", **values)


@pytest.fixture
def still(clock: time_machine.Traveller) -> datetime:
    return timezone.now()


def test_a_quiet_system_is_not_spoken_of(server: LicenseServer, still: datetime) -> None:
    heard(beat=SHORT, tick=SHORT)
    assert told() == []


@pytest.mark.usefixtures("db")
def test_before_the_first_tick_of_a_new_installation_nothing_is_known(still: datetime) -> None:
    assert told() == []
    assert found().is_ticking is None
    licensed_server("ls1.example.org")
    assert told() == []


def test_an_installation_that_never_ticked_is_told_once_it_should_have(
    server: LicenseServer, clock: time_machine.Traveller
) -> None:
    LicenseServer.objects.update(created_at=timezone.now())
    since = timezone.now()
    clock.shift(SILENT_AFTER)
    assert told() == []
    clock.shift(timedelta(seconds=1))
    assert told() == [("beat_silent", since)]


@pytest.mark.usefixtures("server")
def test_no_beat_is_told_since_its_last_sign_of_life(clock: time_machine.Traveller) -> None:
    heard(beat=timedelta(0), tick=timedelta(0))
    since = timezone.now()
    clock.shift(SILENT_AFTER - timedelta(seconds=1))
    assert told() == []
    clock.shift(timedelta(seconds=1))
    assert told() == [("beat_silent", since)]


@pytest.mark.usefixtures("server")
def test_a_beat_that_nobody_listens_to_is_a_worker_that_is_gone(still: datetime) -> None:
    heard(beat=SHORT, tick=LONG)
    assert told() == [("no_worker", still - LONG)]


def test_workers_that_have_their_hands_full_are_not_called_gone(server: LicenseServer, still: datetime) -> None:
    heard(beat=SHORT, tick=LONG)
    lease = still + timedelta(seconds=30)
    handed_over(server, ago=LONG, state=State.SENDING, lease_until=lease)
    assert told() == [("workers_busy", still - LONG)]
    Upload.objects.update(lease_until=still - timedelta(seconds=1))  # that worker died
    assert told() == [("no_worker", still - LONG)]


def test_messages_that_nobody_takes_are_told_although_it_ticks(server: LicenseServer, still: datetime) -> None:
    heard(beat=SHORT, tick=SHORT)
    handed_over(server, ago=PICKED_UP_WITHIN - timedelta(seconds=1))
    assert told() == []
    oldest = handed_over(server, ago=PICKED_UP_WITHIN)
    assert told() == [("no_worker", oldest.handed_over_at)]


def test_a_message_that_was_sent_again_does_not_hide_how_long_it_has_been(
    server: LicenseServer, still: datetime
) -> None:
    heard(beat=SHORT, tick=SHORT)
    handed_over(server, ago=LONG, handed_over_at=still - SHORT)
    assert told() == [("no_worker", still - SHORT)]


def test_a_long_queue_that_moves_is_no_silence(server: LicenseServer, still: datetime) -> None:
    heard(beat=SHORT, tick=SHORT)
    handed_over(server, ago=LONG)
    done = handed_over(server, ago=LONG + SHORT, state=State.CANCELED)
    Attempt.objects.create(upload=done, number=1, started_at=still - SHORT)
    assert told() == []


def test_what_waits_for_tomorrow_or_for_its_first_message_is_no_silence(server: LicenseServer, still: datetime) -> None:
    heard(beat=SHORT, tick=SHORT)
    handed_over(server, ago=LONG, handed_over_at=None)
    tomorrow = {"state": State.FAILED, "next_attempt_at": still + LONG}
    handed_over(server, ago=LONG + SHORT, **tomorrow)
    assert told() == []


@pytest.mark.usefixtures("server")
def test_a_broker_that_does_not_answer_is_the_one_thing_told(still: datetime) -> None:
    heard(beat=LONG, tick=LONG)
    assert told(broker=False) == [("broker_silent", None)]


@pytest.mark.usefixtures("server")
def test_a_sign_of_life_from_the_future_is_none(still: datetime) -> None:
    heard(beat=-LONG, tick=-LONG)
    assert [code for code, _ in told()] == ["beat_silent"]


@pytest.mark.usefixtures("server")
def test_without_a_broker_the_look_itself_says_so(still: datetime) -> None:
    heard(beat=SHORT, tick=SHORT)
    seen = readiness()
    assert (seen.database, seen.broker, seen.is_ready, seen.is_ticking) == (True, False, False, True)
    assert seen.last_tick == still - SHORT


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(("beat", "tick", "broker"), [(LONG, LONG, True), (SHORT, LONG, True), (LONG, LONG, False)])
def test_each_has_a_cause_and_a_next_step(beat: timedelta, tick: timedelta, *, broker: bool, still: datetime) -> None:
    heard(beat=beat, tick=tick)
    [silence] = silences(found(broker=broker), now=still)
    assert silence.title[0].isupper()
    assert silence.cause.endswith(".")
    assert "tart" in silence.fix
