"""Does a person at a page get the answer of a worker, once, and hear of it when no worker is there?"""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from tests.memory_broker import Broker, memory_broker
from tests.uploads.faulty_line import Line
from uploads import asking_for_checks, tasks
from uploads.asking_for_checks import LOST_AFTER, UNCLAIMED_AFTER, WORTHLESS_AFTER, NotAsked, Stage, ask, checks
from uploads.own_state import NetworkCheck

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> Iterator[Broker]:
    """What was handed to the broker."""
    with memory_broker() as running:
        yield running


def stage() -> Stage | None:
    return checks(now=timezone.now()).stage


def test_a_worker_answers_into_the_row(line: Line, settings: Settings, sent: Broker, ben: User) -> None:
    settings.SANDBOX = False
    row = ask(by=ben)
    assert (stage(), sent.ids) == (Stage.WAITING, [row.pk])
    assert tasks.check_network(sent.ids[0])
    found = checks(now=timezone.now())
    assert (found.open, found.stage, found.is_moving) == (None, Stage.FINISHED, False)
    assert found.newest
    assert [one["id"] for one in found.newest.report["checks"]] == [
        "dns", "tcp", "proxy", "tls", "revocation", "clock", "login", "trial",
    ]  # fmt: skip
    assert (found.newest.asked_by, found.newest.report["findings"]) == (ben, 0)


def test_a_second_press_asks_nobody_twice(sent: Broker, ben: User, ada: User) -> None:
    assert ask(by=ben) == ask(by=ada)
    assert len(sent.ids) == 1


def test_a_doubled_message_is_made_once(line: Line, sent: Broker) -> None:
    ask(by=None)
    assert tasks.check_network(sent.ids[0])
    seen = len(line.seen)
    assert not tasks.check_network(sent.ids[0])
    assert len(line.seen) == seen


def test_the_trial_that_was_asked_for_is_made(line: Line, settings: Settings, sent: Broker) -> None:
    settings.SANDBOX = False
    tasks.check_network(ask(by=None, trial=True).pk)
    report = NetworkCheck.objects.get().report
    assert report["checks"][-1]["state"] == "ok"


def test_only_the_newest_answer_is_kept(line: Line, sent: Broker) -> None:
    with time_machine.travel("2026-03-01 08:00Z", tick=False) as clock:
        for _ in range(3):
            tasks.check_network(ask(by=None).pk)
            clock.shift(timedelta(minutes=1))
    assert NetworkCheck.objects.count() == 1


def test_the_earlier_answer_stays_until_there_is_a_new_one(line: Line, sent: Broker) -> None:
    with time_machine.travel("2026-03-01 08:00Z", tick=False) as clock:
        first = ask(by=None)
        tasks.check_network(first.pk)
        clock.shift(timedelta(hours=1))
        second = ask(by=None)
        found = checks(now=timezone.now())
        assert (found.open, found.newest, found.stage) == (second, first, Stage.WAITING)


def test_it_is_said_when_no_worker_picks_it_up(sent: Broker) -> None:
    with time_machine.travel("2026-03-01 08:00Z", tick=False) as clock:
        row = ask(by=None)
        clock.shift(UNCLAIMED_AFTER)
        assert (stage(), checks(now=timezone.now()).is_moving) == (Stage.UNCLAIMED, True)
        clock.shift(WORTHLESS_AFTER)
        assert (stage(), checks(now=timezone.now()).is_moving) == (Stage.LOST, False)
        assert not tasks.check_network(row.pk), "a worker that comes an hour later does not check for nobody"
        assert ask(by=None) != row


def test_it_is_said_when_the_worker_was_killed_in_it(sent: Broker) -> None:
    with time_machine.travel("2026-03-01 08:00Z", tick=False) as clock:
        NetworkCheck.objects.filter(pk=ask(by=None).pk).update(started_at=timezone.now())
        assert stage() == Stage.RUNNING
        clock.shift(LOST_AFTER)
        assert stage() == Stage.LOST


def test_a_broker_that_is_gone_is_said_at_once_and_nothing_waits(settings: Settings) -> None:
    with pytest.raises(NotAsked, match="broker does not answer"):
        ask(by=None)
    assert NetworkCheck.objects.count() == 0


def test_nothing_was_ever_asked() -> None:
    assert checks(now=timezone.now()) == asking_for_checks.Checks(None, None, None)


class TestCommand:
    """The same from the shell, by the shell's own network."""

    def test_all_well(self, line: Line, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("network_check")
        told = capsys.readouterr().out
        assert f"to {line.address}, " in told.partition("\n")[0]
        assert "Log-in            ok" in told
        assert NetworkCheck.objects.count() == 0

    def test_a_finding(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as end:
            call_command("network_check")
        assert end.value.code == 1
        told = capsys.readouterr().out
        assert "Cause: The machine at this address answered that nothing listens" in told
        assert "Fix: Check host and port in CIS_URL" in told
        assert "Log-in            skipped" in told

    def test_json_for_programs(self, line: Line, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
        settings.SANDBOX = False
        call_command("network_check", "--json", "--trial")
        told = json.loads(capsys.readouterr().out)
        assert (told["destination"], told["findings"], told["checks"][-1]["state"]) == (line.address, 0, "ok")
