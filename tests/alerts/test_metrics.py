"""Does a Prometheus parser read back what we know, and nothing about what we do not?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_families
from prometheus_client.parser import text_string_to_metric_families as families
from prometheus_client.registry import Collector

from alerts.channel_models import Channel, Delivery, Message
from alerts.clock import Clock, Kind, State
from alerts.clock_search import Found
from alerts.metrics import clock_families, metrics_text
from alerts.models import Notice
from alerts.severity import Severity
from servers.models import LicenseServer
from tests.alerts.alerts_by_hand import an_alert
from tests.alerts.clocks_by_hand import a_clock
from tests.factories import a_server, increment, license_file, receive
from uploads.models import Tick

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
HOSTILE = 'ls1"} 1\nlicensing_manager_clock_days_left{server="x\\\x00é東京😀'
Samples = dict[tuple[str, ...], float]


def read(*, accept: str = "") -> dict[str, Samples]:
    content, content_type = metrics_text(accept=accept, now=NOW)
    parse = open_families if "openmetrics" in content_type else families
    return by_name(parse(content.decode()))


def by_name(found: Any) -> dict[str, Samples]:
    """Of each family, the samples by their labels' values in the order of the labels' names."""
    every: dict[str, Samples] = {}
    for family in found:
        short = family.name.removeprefix("licensing_manager_")
        labels = [tuple(sample.labels[name] for name in sorted(sample.labels)) for sample in family.samples]
        assert len(labels) == len(set(labels)), "a series is written twice"
        every[short] = {at: sample.value for at, sample in zip(labels, family.samples, strict=True)}
    return every


class OnlyClocks(Collector):
    def __init__(self, *found: Found) -> None:
        self.found = found

    def collect(self) -> Any:
        return clock_families(self.found)


def read_clocks(*clocks: Clock, server: LicenseServer | None = None) -> dict[str, Samples]:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(OnlyClocks(*((clock, server) for clock in clocks)))
    return by_name(families(generate_latest(registry).decode()))


def test_a_deadline_has_its_days_and_its_state(db: None) -> None:
    receive(a_server("ls1.example.org"), license_file(increment(expiry="30-mar-2026")))
    found = read()
    subject = "XDT_PLT_UD 2026-03-30"
    assert found["clock_days_left"]["license_expiry", "ls1.example.org", subject] == 20
    assert found["clock_state"]["license_expiry", "ls1.example.org", "due_soon", subject] == 1


def test_what_is_overdue_is_negative() -> None:
    assert read_clocks(a_clock(-9))["clock_days_left"] == {("license_expiry", "", "XDT_PLT_UD"): -9}


@pytest.mark.parametrize("state", [State.UNKNOWN, State.NOT_APPLICABLE])
def test_what_is_not_known_is_absent_and_never_zero(state: State) -> None:
    found = read_clocks(a_clock(None, state=state))
    assert found["clock_days_left"] == {}
    assert found["clock_state"] == {("license_expiry", "", state, "XDT_PLT_UD"): 1}


def test_before_anything_ran_there_is_no_tick_and_no_invented_one(db: None) -> None:
    assert read()["last_tick_timestamp_seconds"] == {}


def test_ticks_are_moments_in_seconds(db: None) -> None:
    Tick.note("beat", at=NOW)
    Tick.note("alerts", at=NOW - timedelta(minutes=1))
    Tick.note("something else", at=NOW)
    ticks = {("alerts",): NOW.timestamp() - 60, ("beat",): NOW.timestamp()}
    assert read()["last_tick_timestamp_seconds"] == ticks


def test_alerts_are_counted_by_severity_without_those_that_are_over(db: None) -> None:
    an_alert(problem="a", severity=Severity.ACT)
    an_alert(problem="b", severity=Severity.ACT)
    an_alert(problem="c", severity=Severity.ACT, closed_at=NOW)
    assert read()["alerts_open"] == {("act",): 2, ("plan",): 0, ("watch",): 0, ("unknown",): 0}


def test_deliveries_messages_and_broken_channels_are_counted(db: None) -> None:
    channel = Channel.objects.create(name="a", way="email", target="x", shown="a", created_at=NOW, broken_at=NOW)
    an_alert()
    Delivery.objects.create(notice=Notice.objects.get(), channel=channel, verdict="held", because="quiet")
    common = {"channel": channel, "subject": "s", "content": {}, "composed_at": NOW}
    Message.objects.create(**common, state="failed", finished_at=NOW)
    Message.objects.create(**common, state="failed", finished_at=NOW - timedelta(days=2))
    Message.objects.create(**common, state="waiting")
    found = read()
    assert found["deliveries_waiting"] == {("held",): 1, ("waiting",): 0}
    assert found["messages"] == {("failed",): 1, ("unfinished",): 1}
    assert found["channels_broken"] == {(): 1}


@pytest.mark.parametrize("accept", ["", "text/plain;version=0.0.4", "application/openmetrics-text;version=1.0.0"])
def test_both_parsers_read_the_same(accept: str, db: None) -> None:
    a_server()
    Tick.note("beat", at=NOW)
    assert read(accept=accept) == read()


def test_no_name_ends_a_label_or_adds_a_series() -> None:
    server = LicenseServer(name=HOSTILE)
    found = read_clocks(a_clock(5, subject=HOSTILE), a_clock(6, subject="b\\n\\"), server=server)
    shown = HOSTILE.replace("\n", " ").replace("\x00", "")
    assert {at[1] for at in found["clock_days_left"]} == {shown.replace("\\é", "\\ é")}
    assert {at[2] for at in found["clock_days_left"]} == {shown.replace("\\é", "\\ é"), "b\\n\\"}


@given(st.text(alphabet=st.characters(codec="utf-8")), st.text(alphabet=st.characters(codec="utf-8")))
def test_any_text_is_read_back_as_one_series(name: str, subject: str) -> None:
    found = read_clocks(a_clock(5, subject=subject), server=LicenseServer(name=name))
    assert [*found["clock_days_left"].values()] == [5]


def test_a_clock_that_is_given_twice_is_one_series() -> None:
    assert len(read_clocks(a_clock(5), a_clock(9))["clock_days_left"]) == 1


def test_a_fleet_costs_as_many_questions_as_one_server(db: None) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            read()
        return len(asked)

    a_server("first.example.org")
    questions()
    before = questions()
    for number in range(5):
        a_server(f"more{number}.example.org")
    assert questions() == before


def test_every_kind_of_the_installation_is_there(db: None) -> None:
    kinds = {at[0] for at in read()["clock_state"] if at[1] == ""}
    assert kinds == {Kind.CERTIFICATE, Kind.DISK_FULL, Kind.BACKUP, Kind.LEDGER, Kind.WATCHDOG}
