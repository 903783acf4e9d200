"""Over 800 days: is every step said once to every channel, in order, however often or seldom somebody looks?

The ordinary run looks once a day, and now and then once more in a look that dies or that is doubled; every nine days;
and every hour in the six days around a leap day, a change to summer time and a change of zone. The long one looks every
hour for all of the 800 days, and every minute in those six. ALERTS_EVERY_MINUTES=1 judges every minute of the 800 days.
"""

import os
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from alerts.channel_models import Channel, Delivery
from alerts.clock import Kind
from alerts.evaluation import Evaluation, settle
from alerts.models import Alert, Notice
from alerts.severity import Severity
from alerts.thresholds import SILENT, Ladders
from alerts.troubles import troubles
from servers.models import LicenseServer
from tests.alerts.eight_hundred_days import DAYS, START, day, facts
from tests.factories import a_server
from uploads.models import Tick

SNAPSHOT = Path(__file__).with_name("ladder_of_800_days.txt")
IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
OFTEN = timedelta(minutes=int(os.environ.get("ALERTS_EVERY_MINUTES", "0")) or (60 if IS_LONG else 24 * 60))
HOUR = timedelta(hours=1)
AROUND = timedelta(minutes=1) if IS_LONG else HOUR
NINE_DAYS = timedelta(days=9)
Said = list[tuple[str, int]]


@pytest.fixture
def server(db: None) -> LicenseServer:
    for way in Channel.Way:
        Channel.objects.create(
            name=str(way.label), way=way, target="-", shown="-", floor=Severity.UNKNOWN, created_at=START
        )
    return a_server()


def moments(step: timedelta) -> Iterator[datetime]:
    now = START
    while now <= day(DAYS):
        yield now
        now += step


def look(server: LicenseServer, now: datetime) -> Evaluation:
    known, open_ones = facts(server, now=now), frozenset(Alert.objects.open().values_list("problem", flat=True))
    return settle(troubles(known, Ladders([]), known=open_ones), known, now=now)


class Died(Exception):
    """The process ends in the middle of a look."""


def judged(server: LicenseServer, now: datetime) -> dict[str, object]:
    """What the rules find at this moment: of each problem its step, how much it presses, and its words."""
    found = troubles(facts(server, now=now), Ladders([]))
    return {problem: (one.rung, one.severity, one.title) for problem, one in found.items()}


def look_and_die(server: LicenseServer, now: datetime) -> None:
    with suppress(Died), transaction.atomic():
        look(server, now)
        raise Died


def steps() -> dict[str, list[int]]:
    """What was said of each problem, in the order in which it was said."""
    found: dict[str, list[int]] = defaultdict(list)
    rows = Notice.objects.filter(reason="step").order_by("at", "pk")
    for problem, rung in rows.values_list("alert__problem", "rung"):
        found[problem].append(rung)
    return found


def as_lines() -> list[str]:
    rows = Notice.objects.order_by("at", "alert__problem", "reason").select_related("alert")
    return [
        f"{one.at:%Y-%m-%d} {one.reason:9} {one.rung:5} {one.severity:7} {one.title}\n"
        for one in rows
        if one.rung > -29 or one.reason != "step"
    ]


def test_each_step_is_said_once_in_order_to_every_channel(server: LicenseServer) -> None:
    chance, last = random.Random(7), dict[str, object]()
    for now in moments(OFTEN):
        if (
            OFTEN < HOUR and now.minute
        ):  # between the hours the rows are only asked when the judging came to something else
            before, last = last, judged(server, now)
            if last == before:
                continue
        if chance.random() < 0.1:
            look_and_die(server, now)
        look(server, now)
        if chance.random() < 0.1:
            assert not look(server, now).notices, "the second of two looks has nothing to say"
    for problem, rungs in steps().items():
        assert rungs == sorted(set(rungs), reverse=True), problem
    kinds = {Kind(alert.rule) for alert in Alert.objects.all() if alert.rule in Kind.values}
    assert kinds == set(Kind) - SILENT
    whole = {problem.partition("|")[0]: rungs for problem, rungs in steps().items()}
    assert whole["license_expiry"][:9] == [180, 90, 30, 14, 7, 1, 0, -1, -7]
    assert whole["report_age"][:7] == [30, 14, 7, 1, 0, -1, -7]
    assert whole["activation_lease"][:6] == [14, 7, 1, 0, -1, -7]
    assert whole["grace"] == [30, 14, 7, 1, 0]
    assert whole["usage"] == [10, 0]
    pressing = Notice.objects.filter(severity__in=[Severity.PLAN, Severity.ACT]).exclude(reason="closed")
    assert not pressing.filter(action__startswith="Nothing").exists(), "who is told to act is told what to do"
    told = Delivery.objects.count()
    assert told == Notice.objects.count() * Channel.objects.count() > 0
    if timedelta(days=1) == OFTEN:
        assert as_lines() == SNAPSHOT.read_text().splitlines(keepends=True)


def test_after_gaps_of_nine_days_nothing_is_said_twice_or_late_twice(server: LicenseServer) -> None:
    for now in moments(NINE_DAYS):
        look(server, now)
        assert not look(server, now).notices
    seldom, passed = steps(), dict[str, list[int]]()
    for notice in Notice.objects.filter(reason="step").order_by("at", "pk").select_related("alert"):
        passed.setdefault(notice.alert.problem, []).extend([*notice.passed_over, notice.rung])
    for problem, rungs in seldom.items():
        assert rungs == sorted(set(rungs), reverse=True), problem
        assert passed[problem] == sorted(set(passed[problem]), reverse=True), problem
    expiry = next(rungs for problem, rungs in passed.items() if problem.startswith("license_expiry|XDT"))
    assert expiry[:12] == [180, 90, 30, 14, 7, 1, 0, -1, -7, -14, -21, -28], "what nobody looked at is named"


@pytest.mark.parametrize("around", [273, 299, 400], ids=["the leap day", "a change to summer time", "another zone"])
def test_around_a_change_of_the_calendar_no_step_comes_back(server: LicenseServer, around: int) -> None:
    now = day(around - 3)
    while now < day(around + 3):
        look(server, now)
        now += AROUND
    said = steps()
    assert len(said) > 10
    for problem, rungs in said.items():
        assert rungs == sorted(set(rungs), reverse=True), problem


def test_the_leap_day_is_a_day(server: LicenseServer) -> None:
    noon = datetime(2028, 2, 28, 12, tzinfo=UTC)
    for later in range(3):
        look(server, noon + timedelta(days=later))
    assert next(rungs for problem, rungs in steps().items() if "MPS_PLT_CCU" in problem) == [1, 0, -1]
    assert Tick.objects.get(name="alerts").at.day == 1
