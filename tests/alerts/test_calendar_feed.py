"""Does a calendar program show what is due, whatever a server is called and whenever it is due?"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from alerts import calendar_feed
from alerts.calendar_feed import Reader, calendar_of
from alerts.clock import Clock, Kind, Shape, State, state_for
from alerts.ladder import DEFAULT, steps_of
from servers.models import LicenseServer
from tests.alerts.alerts_by_hand import NOW
from tests.alerts.clocks_by_hand import TODAY, a_clock
from tests.alerts.rfc5545 import components

HOSTILE = "ls1;X=1,\\n\"BEGIN:VEVENT\r\nEND:VCALENDAR\r\n\x00\x1b[31m'é東京😀" + "ü" * 100


def server(name: str = "ls1.example.org") -> LicenseServer:
    return LicenseServer(pk=1, name=name, guid=UUID("11111111-2222-3333-4444-555555555555"))


def calendar(*clocks: Clock, name: str = "ls1.example.org", **facts: Any) -> bytes:
    return calendar_of(clocks, reader=reader(name=name, **facts))


def reader(*, name: str = "ls1.example.org", now: datetime = NOW, site: str = "") -> Reader:
    def steps(clock: Clock) -> Sequence[int]:
        return steps_of(DEFAULT, period=clock.period)

    return Reader(name="Licensing Manager", now=now, servers={1: server(name)}, steps_of=steps, site=site)


def events(content: bytes) -> list[Any]:
    """As the library reads them, after the letter of the RFC was looked at."""
    assert [kind for kind, _ in components(content)].count("VCALENDAR") == 1
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_a_clock_is_an_entry_on_its_last_good_day() -> None:
    [event] = events(calendar(a_clock(20, server_id=1), site="https://lm.example"))
    assert event.start == date(2026, 3, 30)
    assert event["SUMMARY"] == "ls1.example.org: 25 licenses of XDT_PLT_UD expire"
    assert event["DESCRIPTION"].splitlines() == [
        "citrix.lic, line 7: expires 30-mar-2026",
        "",
        "What to do: Renew them, then import the new license file.",
    ]
    assert event.categories == ["License expiry", "Plan this month"]
    assert (event["STATUS"], event["TRANSP"], event["PRIORITY"]) == ("CONFIRMED", "TRANSPARENT", 5)
    assert event["URL"] == "https://lm.example/servers/11111111-2222-3333-4444-555555555555/"
    assert event["DTSTAMP"].dt == datetime(2026, 3, 10, tzinfo=UTC)
    assert "DTEND" not in event


def test_its_alarms_are_the_steps_that_remain_at_nine() -> None:
    [event] = events(calendar(a_clock(20, server_id=1)))
    alarms = [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
    assert alarms == [timedelta(hours=9) - timedelta(days=step) for step in (14, 7, 1, 0)]
    words = [str(alarm["DESCRIPTION"]) for alarm in event.walk("VALARM")]
    assert [text.rpartition(", ")[2] for text in words] == [
        "14 days left",
        "7 days left",
        "1 day left",
        "today is the last day",
    ]


def test_the_step_of_today_is_still_ahead_at_nine() -> None:
    [event] = events(calendar(a_clock(7, server_id=1)))
    assert next(alarm["TRIGGER"].dt for alarm in event.walk("VALARM")) == timedelta(hours=9) - timedelta(days=7)


def test_a_clock_that_resets_has_the_steps_below_half_of_it() -> None:
    [event] = events(calendar(a_clock(28, server_id=1, shape=Shape.RESETS, period=30)))
    assert len(list(event.walk("VALARM"))) == 4


def test_what_is_overdue_stands_on_today_without_an_alarm() -> None:
    [event] = events(calendar(a_clock(-9, server_id=1)))
    assert event.start == TODAY
    assert event["SUMMARY"].startswith("Overdue: ls1")
    assert event["DESCRIPTION"].startswith("Overdue since 9 days; 2026-03-01 was the last good day.")
    assert not list(event.walk("VALARM"))


def test_what_is_overdue_without_a_date_stands_on_today_too() -> None:
    [event] = events(calendar(a_clock(-1, kind=Kind.CERTIFICATE, due=None)))
    assert event.start == TODAY
    assert event["SUMMARY"].startswith("Overdue: ")
    assert not event["DESCRIPTION"].startswith("Overdue")


def test_today_is_that_of_the_server() -> None:
    late = datetime(2026, 3, 10, 22, 0, tzinfo=UTC)
    here = Reader(name="x", now=late, servers={1: server()}, steps_of=lambda clock: ())
    here.servers[1].time_zone = "Pacific/Auckland"
    [event] = events(calendar_of([a_clock(-9, server_id=1)], reader=here))
    assert event.start == date(2026, 3, 11)


def test_a_forecast_is_tentative_and_says_so() -> None:
    [event] = events(calendar(a_clock(12, kind=Kind.DISK_FULL, shape=Shape.FORECAST)))
    assert event["STATUS"] == "TENTATIVE"
    assert event["DESCRIPTION"].endswith("This date is a forecast.")
    assert "URL" not in event


def test_a_date_that_moves_moves_the_entry() -> None:
    before, after = (events(calendar(a_clock(days, server_id=1)))[0] for days in (20, 385))
    assert before["UID"] == after["UID"]
    assert before.start != after.start


def test_entries_are_told_apart_by_server_kind_and_subject() -> None:
    clocks = [
        a_clock(server_id=1),
        a_clock(server_id=1, subject="other"),
        a_clock(server_id=1, kind=Kind.CSS_DATE),
        a_clock(kind=Kind.BACKUP),
        a_clock(server_id=1),  # a rule that gives one clock twice makes two entries, never a broken calendar
    ]
    assert len({str(event["UID"]) for event in events(calendar(*clocks))}) == 5


@pytest.mark.parametrize("state", [State.UNKNOWN, State.NOT_APPLICABLE])
def test_what_has_no_date_is_left_out(state: State) -> None:
    assert events(calendar(a_clock(None, state=state))) == []


def test_the_same_facts_are_the_same_bytes_in_any_order() -> None:
    clocks = [a_clock(days, server_id=1, subject=str(days)) for days in (1, 30, -4, 400)]
    assert calendar(*clocks) == calendar(*reversed(clocks))
    assert calendar(*clocks) != calendar(*clocks[:3])


@pytest.mark.parametrize(
    ("due", "stands_on"),
    [(date(9999, 12, 31), date(9999, 12, 31)), (date(1969, 12, 31), TODAY), (date(1, 1, 1), TODAY)],
)
def test_it_survives_the_ends_of_the_calendar(due: date, stands_on: date) -> None:
    left = (due - TODAY).days
    clock = a_clock(server_id=1)._replace(due=due, days_left=left, state=state_for(left))
    assert events(calendar(clock))[0].start == stands_on


def test_nothing_that_a_server_is_called_ends_a_line_or_adds_one() -> None:
    clock = a_clock(server_id=1, title=HOSTILE, evidence=HOSTILE, next_step=HOSTILE)
    content = calendar(clock, name=HOSTILE)
    [event] = events(content)
    assert "\x00" not in event["SUMMARY"]
    assert event["SUMMARY"].count("ls1;X=1,\\n\"BEGIN:VEVENT END:VCALENDAR [31m'é東京😀") == 2
    assert content.count(b"\r\nBEGIN:VEVENT") == 1


@given(st.text(alphabet=st.characters(codec="utf-8")), st.text(alphabet=st.characters(codec="utf-8")))
def test_any_text_is_read_back_as_one_entry(name: str, evidence: str) -> None:
    content = calendar(a_clock(server_id=1, evidence=evidence), name=name)
    [event] = events(content)
    [values] = [values for kind, values in components(content) if kind == "VEVENT"]
    assert values["SUMMARY"] == str(event["SUMMARY"])
    assert values["DESCRIPTION"] == str(event["DESCRIPTION"])


def test_an_empty_calendar_is_one() -> None:
    content = calendar()
    assert events(content) == []
    [(_, values)] = components(content)
    assert values == {
        "VERSION": "2.0",
        "PRODID": "-//Licensing Manager//Deadlines//EN",
        "NAME": "Licensing Manager",
        "X-WR-CALNAME": "Licensing Manager",
        "REFRESH-INTERVAL": "PT1H",
        "X-PUBLISHED-TTL": "PT1H",
    }


def test_what_does_not_fit_is_counted_in_an_entry_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_feed, "MOST", 3)
    clocks = [a_clock(days, server_id=1, subject=str(days)) for days in range(5, 0, -1)]
    found = events(calendar(*clocks))
    assert [event.start for event in found] == [*(TODAY + timedelta(days=day) for day in (1, 2, 3)), TODAY]
    assert found[-1]["SUMMARY"] == "2 later deadlines are not in this calendar"
