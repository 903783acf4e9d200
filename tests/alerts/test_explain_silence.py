"""Why was nobody told of a deadline, and why was a whole day silent?"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts import explaining_days
from alerts.channel_models import Channel
from alerts.clock import Kind
from alerts.clock_search import Found, find_clocks
from alerts.evaluation import evaluate
from alerts.explaining_clocks import explain_clock
from alerts.explaining_days import explain_day
from alerts.models import Alert
from alerts.thresholds import Scope, save_threshold
from servers.models import LicenseServer
from tests.factories import a_server, increment, license_file, receive
from uploads.models import Tick

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def licensed(expiry: str) -> LicenseServer:
    server = a_server("ls1.example.org", installed_at=NOW)
    receive(server, license_file(increment(expiry=expiry, count=25)))
    return server


def clock(server: LicenseServer | None, kind: Kind = Kind.LICENSE_EXPIRY, *, at: datetime = NOW) -> Found:
    return next(one for one in find_clocks(now=at, server=server, kind=kind) if one[1] == server)


def sentence(server: LicenseServer | None, kind: Kind = Kind.LICENSE_EXPIRY) -> str:
    return explain_clock(*clock(server, kind)).sentence


def explained(*words: str) -> str:
    out = StringIO()
    call_command("explain_alert", *words, stdout=out)
    return out.getvalue()


def test_above_its_first_step_it_says_when_it_will_speak(db: None) -> None:
    server = licensed("30-nov-2026")
    evaluate(now=NOW)
    found = explain_clock(*clock(server))
    assert found.was_told is False
    assert found.sentence == (
        "Nobody was told. 265 days left: the first step is at 180 days, on 2026-06-03. Nothing is to be told before."
    )


def test_the_first_step_is_that_of_the_ladder_that_counts(db: None, ada: User) -> None:
    server = licensed("30-mar-2026")
    save_threshold(Scope(feature="XDT_PLT_UD"), days=[5], by=ada, now=NOW)
    evaluate(now=NOW)
    assert "the first step is at 5 days, on 2026-03-25" in sentence(server)


def test_what_does_not_apply_says_so(db: None) -> None:
    server = licensed("30-mar-2026")
    evaluate(now=NOW)
    assert sentence(server, Kind.GRACE) == "Nobody was told. It does not apply here, so there is nothing to be told."


def test_what_cannot_be_judged_and_asks_for_nobody_says_so(db: None) -> None:
    licensed("30-mar-2026")
    evaluate(now=NOW)
    assert "opens an alert only where somebody has to do something" in sentence(None, Kind.DISK_FULL)


def test_before_the_rules_ever_looked_it_says_that(db: None) -> None:
    server = licensed("30-mar-2026")
    assert sentence(server) == "Nobody was told. The rules never looked yet. Is the background work running?"


def test_a_step_that_was_reached_since_waits_for_the_next_look(db: None) -> None:
    Tick.note("alerts", at=NOW)
    found = explain_clock(*clock(licensed("30-mar-2026")))
    assert found.was_told is None
    assert found.sentence == (
        "Nobody was told. The 30-day step was reached, and no alert stands for it yet: the next look opens one."
    )


def test_a_clock_with_an_alert_is_explained_by_its_alert(db: None) -> None:
    server = licensed("30-mar-2026")
    evaluate(now=NOW)
    assert sentence(server) == "Nobody was told. There was no channel when this was to be said."


def test_an_alert_that_is_over_is_named(db: None) -> None:
    server = licensed("30-mar-2026")
    evaluate(now=NOW)
    Alert.objects.update(closed_at=NOW, closed_because="The file was replaced.")
    found = explain_clock(*clock(server))
    assert "An alert of it is over since 2026-03-10 08:00 UTC: The file was replaced." in found.sentence


def test_a_code_for_registration_is_never_told(db: None) -> None:
    Tick.note("alerts", at=NOW)
    shown, server = clock(licensed("30-mar-2026"))
    found = explain_clock(shown._replace(kind=Kind.REGISTRATION, problem="x"), server)
    assert "shown as a deadline and never told" in found.sentence


def test_a_clock_that_resets_names_the_steps_that_are_left_out(db: None) -> None:
    Tick.note("alerts", at=NOW)
    shown, server = clock(licensed("30-nov-2026"))
    ladder = explain_clock(shown._replace(period=90), server).steps[2]
    assert ladder.text.endswith("It resets itself to 90 days, so steps of half of that and more are left out.")


def test_a_day_on_which_nothing_was_to_be_said(db: None) -> None:
    licensed("30-nov-2026")
    evaluate(now=NOW)
    Alert.objects.all().delete()
    found = explain_day(date(2026, 3, 10))
    assert found.sentence == (
        "Nobody was told. On 2026-03-10 nothing was to be said: no alert reached a step or ended."
    )


def test_a_day_on_which_nobody_looked(db: None) -> None:
    licensed("30-mar-2026")
    evaluate(now=NOW)
    found = explain_day(date(2026, 3, 14))
    assert found.sentence.startswith("Nobody was told. The rules did not look on 2026-03-14")


def test_a_day_that_stopped_at_a_channel(db: None) -> None:
    licensed("30-mar-2026")
    channel = Channel.objects.create(
        name="Ops", way="email", target="x", shown="x", created_at=NOW - DAY, is_enabled=False
    )
    evaluate(now=NOW)
    found = explain_day(date(2026, 3, 10), channel=channel)
    assert found.was_told is False
    assert found.sentence.startswith("“Ops”: not told of ")
    assert found.sentence.endswith(" notices on 2026-03-10. The channel is disabled.")


def test_a_day_with_more_notices_than_are_listed_counts_the_rest(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    licensed("30-mar-2026")
    evaluate(now=NOW)
    monkeypatch.setattr(explaining_days, "NAMED", 1)
    found = explain_day(date(2026, 3, 10))
    assert found.was_told is False
    assert [one.title for one in found.steps] == ["The rules looked", "Step reached", "More", "Channels"]
    monkeypatch.setattr(explaining_days, "EXAMINED", 1)
    found = explain_day(date(2026, 3, 10))
    assert found.was_told is None
    assert "the others were not looked at" in found.sentence


def test_a_day_costs_as_many_questions_for_many_notices_as_for_one(db: None) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            explain_day(date(2026, 3, 10))
        return len(asked)

    licensed("30-mar-2026")
    evaluate(now=NOW)
    before = questions()
    for number in range(5):
        other = a_server(f"more{number}.example.org", installed_at=NOW)
        receive(other, license_file(increment(f"MPS_{number}", expiry="30-mar-2026")))
    evaluate(now=NOW + timedelta(hours=1))
    assert questions() == before


def test_the_command_explains_an_alert(db: None) -> None:
    licensed("30-mar-2026")
    evaluate(now=NOW)
    text = explained(str(Alert.objects.get(rule="license_expiry").pk))
    first, second, *steps = text.splitlines()
    assert first == "Why was I not told?"
    assert second == "Nobody was told. There was no channel when this was to be said."
    assert steps[0].startswith("  ok    2026-03-10 08:00  The rules looked: ")
    assert any(line.startswith("  STOP ") and "Channels" in line for line in steps)


def test_the_command_explains_a_deadline_and_a_day(db: None) -> None:
    licensed("30-nov-2026")
    evaluate(now=NOW)
    [found] = [json.loads(explained("--kind", "license_expiry", "--server", "ls1.example.org", "--json"))]
    assert found["was_told"] is False
    assert found["steps"][0] == {
        "title": "The rules looked",
        "text": "The rules looked last on 2026-03-10 08:00 UTC.",
        "ok": True,
        "at": "2026-03-10T08:00:00+00:00",
    }
    assert "Nobody was told" in explained("--day", "2026-03-11")
    assert "Is it told?" in explained("--kind", "disk_full") or "Can it be judged?" in explained("--kind", "disk_full")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["99"], "There is no alert 99"),
        ([str(2**64)], "There is no alert"),
        ([], "Name an alert"),
        (["--kind", "grace", "--server", "nobody"], "There is no server named nobody"),
        (["--kind", "grace"], "There is no such deadline"),
        (["--day", "2026-03-10", "--channel", "nothing"], "There is no channel named nothing"),
        (["--day", "tomorrow"], "invalid fromisoformat value"),
        (["--kind", "wrong"], "invalid choice"),
    ],
)
def test_the_command_refuses_what_it_cannot_find(words: list[str], sentence: str, db: None) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("explain_alert", *words)
    assert refused.value.returncode in {1, 2}
