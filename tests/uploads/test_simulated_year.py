"""Does every day get its uploads, and only one of each, when nothing stays up and no clock can be trusted?

A year in small: the service starts anew every hour, beat is late, doubled or absent for hours, messages get lost and
come twice, the receiver fails, the clock of the machine jumps, daylight saving begins and ends, and the server moves
to another zone. The functions are the real ones, and so is the receiver. SIMULATED_DAYS is how long it goes on; the
long profile of Hypothesis goes on for 400 days.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from dashboard.ticks import strips_of
from programs.schedule import EVERY
from servers.models import LicenseServer
from servers.registry import change_server, note_service_start
from tests.uploads.conftest import STARTED, Peer, Worker, licensed_server
from tests.uploads.faulty_line import CHUNK, IDENTITY, Line, answers, loses_answer, resets_after
from uploads.dispatch import tick
from uploads.models import Attempt, Upload
from uploads.reporting import next_upload
from uploads.states import State

DAYS = int(os.environ.get("SIMULATED_DAYS") or (400 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 31))
BEGIN = STARTED
# New York changes its clocks on 8 March, Amsterdam on 29 March and 25 October; the server moves in between.
MOVES_ON = 14
HOUR = timedelta(hours=1)
# By how much the clock of the machine is wrong, from which hour on; 0 is the true time.
WRONG_CLOCK = {
    100: 26 * HOUR,
    102: timedelta(0),
    300: -7 * HOUR,
    303: timedelta(0),
    500: timedelta(minutes=-3),
    505: timedelta(0),
    700: 3 * EVERY,
    701: timedelta(0),
    900: -2 * EVERY,
    902: timedelta(0),
}
BUSY = answers(503)


@dataclass(slots=True)
class World:
    """What happens to one server. `ticks` counts how often anybody looked."""

    server: LicenseServer
    worker: Worker
    line: Line
    clock: time_machine.Traveller
    chance: random.Random = field(default_factory=lambda: random.Random(20260220))
    error: timedelta = timedelta(0)
    absent_until: int = 0
    is_calm: bool = False
    ticks: int = 0

    def live(self, hour: int) -> None:
        """One hour: the service starts anew in it, and beat looks when it happens to."""
        self.error = WRONG_CLOCK.get(hour, self.error)
        if self.chance.random() < 0.02:
            self.absent_until = hour + self.chance.randint(2, 8)
        looks = 0 if hour < self.absent_until else self.chance.choice([1, 2, 2, 3])
        events = [(self.chance.randrange(3600), self._look) for _ in range(looks)]
        for second, event in sorted([*events, (self.chance.randrange(3600), self._restart)], key=lambda one: one[0]):
            self.clock.move_to(BEGIN + hour * HOUR + timedelta(seconds=second) + self.error)
            event()

    def rest(self) -> None:
        """Two days at the end on which nothing goes wrong: what failed is tried again, what was lost is found."""
        self.is_calm = True
        for _ in range(2 * 24):
            self.clock.shift(HOUR)
            tick(now=timezone.now(), send=self._deliver)

    def _restart(self) -> None:
        note_service_start(at=timezone.now())

    def _look(self) -> None:
        self.ticks += 1
        for _ in range(self.chance.choice([1, 1, 1, 2])):
            tick(now=timezone.now(), send=self._hand_over)

    def _hand_over(self, upload_id: int) -> bool:
        """The broker takes it, loses it, has it twice, or is down."""
        luck = self.chance.random()
        if luck < 0.05:
            return False
        if luck < 0.15:
            return True
        for _ in range(2 if luck < 0.3 else 1):
            self._deliver(upload_id)
        return True

    def _deliver(self, upload_id: int) -> bool:
        self.line.clear()
        luck = 1.0 if self.is_calm else self.chance.random()
        if luck < 0.05:
            self.line.fail(IDENTITY, BUSY, BUSY, BUSY)
        elif luck < 0.1:
            self.line.fail(CHUNK, BUSY, resets_after(10), BUSY)
        elif luck < 0.15:
            self.line.fail(CHUNK, loses_answer)
        self.worker.send(Upload.objects.get(pk=upload_id))
        return True


@pytest.fixture
def world(db: None, worker: Worker, line: Line) -> Iterator[World]:
    with time_machine.travel(BEGIN, tick=False) as clock:
        server = licensed_server("ls1.example.org")
        change_server(server, time_zone="America/New_York")
        yield World(server, worker, line, clock)


def test_no_day_is_missed_and_none_is_doubled(world: World, peer: Peer) -> None:
    for hour in range(DAYS * 24):
        if hour == MOVES_ON * 24:
            change_server(world.server, time_zone="Europe/Amsterdam")
        world.live(hour)
    world.clock.move_to(BEGIN + DAYS * EVERY)
    world.rest()
    assert world.ticks > DAYS * 24
    assert_every_slot_once()
    assert_arrived_once(peer)
    assert_the_history_shows_it(world.server)


def assert_every_slot_once() -> None:
    """Of each kind there is one upload for every 24 hours since the first, and no other."""
    for kind in ("compliance", "usage"):
        periods = list(Upload.objects.filter(kind=kind).order_by("period").values_list("period", flat=True))
        first = periods[0]
        assert first - BEGIN < 3 * HOUR
        assert periods == [first + day * EVERY for day in range(len(periods))]
        assert timedelta(0) <= timezone.now() - periods[-1] < EVERY


def assert_arrived_once(peer: Peer) -> None:
    """The receiver has each bundle whole and once, and nothing was delivered that it does not have."""
    uploads = list(Upload.objects.all())
    assert {upload.state for upload in uploads} == {State.DELIVERED}
    whole = Counter(one.sha256 for one in peer.store.bundles() if one.id not in peer.earlier and one.complete)
    assert whole == Counter(upload.bundle_sha256 for upload in uploads)
    assert set(whole.values()) == {1}
    assert Attempt.objects.filter(verdict=Attempt.Verdict.TRY_AGAIN).exists()  # it did not go too well


def assert_the_history_shows_it(server: LicenseServer) -> None:
    """In the server's own zone every day before today was delivered, and the next slot is known."""
    now = timezone.now()
    server.refresh_from_db()
    strip = strips_of(server, days=DAYS, now=now, expected_since={"telemetry": BEGIN})["telemetry"]
    assert {one.css for one in strip.ticks[:-1]} == {"ok", "late"}
    newest = Upload.objects.order_by("-period")[0].period
    assert next_upload(server, now=now) == newest + EVERY
