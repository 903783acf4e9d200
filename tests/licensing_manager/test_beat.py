"""Does beat ask what is due after every start, and whatever the clock does meanwhile?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from celery import Celery
from django.db import OperationalError
from kombu.utils.imports import symbol_by_name

from licensing_manager.beat import FromFacts
from licensing_manager.celery import app as ours
from uploads.models import Tick
from uploads.readiness import signs_of_life

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TABLE = {"often": {"task": "often", "schedule": 15.0}, "seldom": {"task": "seldom", "schedule": 6 * 3600.0}}


class Beat(FromFacts):
    """The scheduler, but what it would send is written down."""

    sent: list[str]
    producer = None  # type: ignore[assignment]  # no broker is asked

    def apply_async(self, entry: object, *_: object, **__: object) -> None:
        self.sent.append(entry.name)  # type: ignore[attr-defined]


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def beat(clock: time_machine.Traveller, tmp_path: Path) -> Beat:
    return a_beat(tmp_path)


def a_beat(folder: Path) -> Beat:
    app = Celery("beat", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = TABLE
    one = Beat(app=app, schedule_filename=str(folder / "beat-schedule"))
    one.sent = []
    return one


def run(beat: Beat) -> list[str]:
    """Everything that is due now, and the time until the next is at most that of the most frequent entry."""
    beat.sent.clear()
    while (seconds := beat.tick()) == 0:
        pass
    assert 0 < seconds <= 15
    return sorted(beat.sent)


def test_everything_is_asked_at_once_after_a_start(beat: Beat) -> None:
    assert run(beat) == ["often", "seldom"]


def test_then_each_in_its_own_time(beat: Beat, clock: time_machine.Traveller) -> None:
    run(beat)
    assert run(beat) == []
    clock.shift(timedelta(seconds=15))
    assert run(beat) == ["often"]
    clock.shift(timedelta(hours=6))
    assert run(beat) == ["often", "seldom"]


def test_a_restart_every_hour_runs_what_runs_every_six(clock: time_machine.Traveller, tmp_path: Path) -> None:
    for _ in range(3):
        assert run(a_beat(tmp_path)) == ["often", "seldom"]
        clock.shift(timedelta(hours=1))


@pytest.mark.parametrize("back", [timedelta(minutes=2), timedelta(hours=1), timedelta(days=300)])
def test_a_clock_that_was_set_back_stops_nothing(beat: Beat, clock: time_machine.Traveller, back: timedelta) -> None:
    run(beat)
    clock.shift(-back)
    assert run(beat) == ["often", "seldom"]
    clock.shift(timedelta(seconds=15))
    assert run(beat) == ["often"]


def test_a_clock_that_was_set_forward_asks_once(beat: Beat, clock: time_machine.Traveller) -> None:
    run(beat)
    clock.shift(timedelta(days=300))
    assert run(beat) == ["often", "seldom"]
    assert run(beat) == []


def test_it_gives_the_watchdog_a_sign_of_life(beat: Beat) -> None:
    run(beat)
    assert Tick.objects.get().name == "beat"
    assert signs_of_life().beat_is_alive(now=NOON)


def test_a_database_that_is_gone_does_not_stop_it(beat: Beat, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(Tick, "note", gone)
    assert run(beat) == ["often", "seldom"]


def test_its_file_is_a_sign_of_life_and_no_more(beat: Beat, tmp_path: Path) -> None:
    file = tmp_path / "beat-schedule"
    run(beat)
    assert file.read_bytes() == b""
    file.unlink()
    tmp_path.chmod(0o500)
    assert run(beat) == []
    tmp_path.chmod(0o700)


def test_a_folder_that_is_gone_does_not_stop_it(clock: time_machine.Traveller, tmp_path: Path) -> None:
    assert run(a_beat(tmp_path / "gone")) == ["often", "seldom"]


def test_it_is_the_scheduler_of_this_installation() -> None:
    assert symbol_by_name(ours.conf.beat_scheduler) is FromFacts
