"""Do the facts say what the tables say, in as many questions for a hundred servers as for one?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts.clock import Kind, State
from alerts.clocks import clocks_of, every_clock, installation_clocks, read_facts
from alerts.reading import build_of, servers_facts
from alerts.verdicts import verdicts_of, worst_of
from licenses.models import ActivationLease, DailyPeak, GracePeriod
from servers.models import LicenseServer, LicensingMode
from servers.registry import add_server
from tests.factories import a_server, increment, license_file, receive
from uploads.models import Tick, Upload
from uploads.own_state import NetworkCheck
from uploads.states import State as UploadState

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, 42, tzinfo=UTC)


@pytest.fixture(autouse=True)
def moment() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def arrived(server: LicenseServer, kind: str, at: datetime) -> None:
    facts = {"bundle_sha256": "0" * 64, "size": 1, "acknowledged_bytes": 1, "created_at": at, "finished_at": at}
    Upload.objects.create(
        server=server, program="telemetry", kind=kind, period=at, state=UploadState.DELIVERED, **facts
    )


def failing(server: LicenseServer, cause: str, *, state: str = "failed", days: int = 2) -> None:
    at = NOW - timedelta(days=days)
    Upload.objects.create(
        server=server, program="telemetry", kind="compliance", period=at, created_at=at, state=state, cause=cause,
        next_attempt_at=NOW,
    )  # fmt: skip


def test_the_newest_report_of_each_kind_counts() -> None:
    server = a_server(product_version="11.17.2.0 build 53100")
    for days in (9, 3, 6):
        arrived(server, "compliance", NOW - timedelta(days=days))
    arrived(server, "usage", NOW - timedelta(days=40))
    [facts] = servers_facts(now=NOW)
    assert facts.last_reports == {"compliance": NOW - timedelta(days=3), "usage": NOW - timedelta(days=40)}
    assert facts.build == 53100


def test_licenses_of_files_in_force_are_read() -> None:
    server = a_server()
    receive(server, license_file(increment(expiry="31-may-2026", count=120), increment("MPS_PLT_CCU")))
    [facts] = servers_facts(now=NOW)
    assert {(one.feature, one.count) for one in facts.licenses} == {("XDT_PLT_UD", 120), ("MPS_PLT_CCU", 100)}
    receive(server, license_file(increment("MPS_PLT_CCU")))
    assert [one.feature for one in servers_facts(now=NOW)[0].licenses] == ["MPS_PLT_CCU"]


def test_failures_are_counted_by_cause() -> None:
    server = a_server()
    failing(server, "name_unknown", days=5)
    failing(server, "name_unknown", days=2)
    failing(server, "too_large", state="refused", days=1)
    [facts] = servers_facts(now=NOW)
    found = {(one.cause, one.is_refused, one.count, (NOW - one.since).days) for one in facts.failing}
    assert found == {("name_unknown", False, 2, 5), ("too_large", True, 1, 1)}


def test_grace_leases_and_use_are_read() -> None:
    server = a_server(licensing_mode=LicensingMode.LAS_ONLINE)
    for days, left in ((9, 15), (2, 8)):
        noted = NOW - timedelta(days=days)
        GracePeriod.objects.create(server=server, noted_at=noted, ends_at=noted + timedelta(days=left), source="x")
    ActivationLease.objects.create(server=server, code="XDT", quantity=5, last_seen_at=NOW)
    for days, peak in ((20, 99), (3, 95), (1, 40)):
        day = NOW.date() - timedelta(days=days)
        DailyPeak.objects.create(server=server, feature="XDT", day=day, in_use=peak, issued=100, samples=1)
    DailyPeak.objects.create(
        server=server, feature="OLD", day=NOW.date() - timedelta(days=12), in_use=4, issued=5, samples=1
    )
    [facts] = servers_facts(now=NOW)
    assert facts.grace_ends_at == NOW + timedelta(days=6)
    assert [(one.code, one.quantity) for one in facts.leases] == [("XDT", 5)]
    assert {(one.feature, one.peak, one.of) for one in facts.usage} == {("XDT", 95, 100), ("OLD", None, None)}


def test_of_each_kind_the_newest_file_counts() -> None:
    server = a_server()
    receive(server, b"this is nothing that we know", name="notes.txt")
    assert [(one.name, one.is_rejected) for one in servers_facts(now=NOW)[0].unread] == [("notes.txt", True)]


@pytest.mark.parametrize(
    ("version", "build"),
    [("11.17.2.0 build 53100", 53100), ("v11.12.1.0 BUILD 146690 (ipv6)", 146690), ("11.17", None), ("build x", None)],
)
def test_the_build_is_read(version: str, build: int | None) -> None:
    assert build_of(version) == build


def test_archived_servers_have_no_deadlines() -> None:
    server = a_server()
    LicenseServer.objects.update(archived_at=NOW)
    assert list(every_clock(now=NOW)) == [None]
    assert clocks_of(server, now=NOW), "somebody who looks at it still sees its dates"


def test_the_number_of_questions_does_not_grow() -> None:
    def filled(name: str) -> None:
        server = add_server(name=name, product_version="11.17.2.0 build 53100", service_started_at=NOW)
        arrived(server, "compliance", NOW)
        receive(server, license_file(increment(expiry="31-may-2026")))
        failing(server, "name_unknown")
        ActivationLease.objects.create(server=server, code="XDT", quantity=5, last_seen_at=NOW)
        DailyPeak.objects.create(server=server, feature="XDT", day=NOW.date(), in_use=1, issued=2, samples=1)

    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            every_clock(now=NOW)
        return len(asked)

    filled("ls0.example.org")
    one = questions()
    for number in range(1, 12):
        filled(f"ls{number}.example.org")
    assert questions() == one


class TestInstallation:
    """Its own clocks, from its own rows."""

    def states(self) -> dict[str, State]:
        return {one.kind: one.state for one in installation_clocks(now=NOW)}

    def test_nothing_was_noted_yet(self) -> None:
        assert self.states() == {
            Kind.CERTIFICATE: State.NOT_APPLICABLE,
            Kind.DISK_FULL: State.UNKNOWN,
            Kind.BACKUP: State.UNKNOWN,
            Kind.LEDGER: State.UNKNOWN,
            Kind.WATCHDOG: State.RUNNING,
        }

    def test_what_was_noted_runs_out(self) -> None:
        Tick.note("backup", at=NOW - timedelta(days=8))
        Tick.note("ledger", at=NOW - timedelta(days=2))
        found = {one.kind: one for one in installation_clocks(now=NOW)}
        assert (found[Kind.BACKUP].state, found[Kind.BACKUP].days_left) == (State.OVERDUE, -1)
        assert found[Kind.LEDGER].days_left == 28
        Tick.note("ledger-broken", at=NOW)
        assert self.states()[Kind.LEDGER] == State.OVERDUE

    def test_the_certificate_of_the_last_check_counts(self, settings: Any) -> None:
        settings.SANDBOX = False
        a_server()
        assert self.states()[Kind.CERTIFICATE] == State.UNKNOWN
        ends = NOW + timedelta(days=9)
        checks = {"checks": [{"id": "tls", "state": "ok"}], "certificate_ends": ends.isoformat()}
        NetworkCheck.objects.create(asked_at=NOW, finished_at=NOW, report=checks)
        [found] = [one for one in installation_clocks(now=NOW) if one.kind == Kind.CERTIFICATE]
        assert (found.days_left, found.state) == (9, State.DUE_SOON)

    def test_a_certificate_that_failed_is_overdue(self, settings: Any) -> None:
        settings.SANDBOX = False
        a_server()
        failed = {"checks": [{"id": "tls", "state": "failed", "summary": "Not trusted"}]}
        NetworkCheck.objects.create(asked_at=NOW, finished_at=NOW, report=failed)
        assert self.states()[Kind.CERTIFICATE] == State.OVERDUE

    def test_background_work_that_stands_still(self) -> None:
        Tick.note("dispatch", at=NOW - timedelta(days=2))
        Tick.note("beat", at=NOW - timedelta(days=2))
        [found] = [one for one in installation_clocks(now=NOW) if one.kind == Kind.WATCHDOG]
        assert (found.state, found.title, found.days_left) == (State.OVERDUE, "The scheduler is silent", -2)

    def test_disk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("uploads.disk.shutil.disk_usage", lambda _: type("U", (), {"total": 10**9, "free": 10**6}))
        [found] = [one for one in installation_clocks(now=NOW) if one.kind == Kind.DISK_FULL]
        assert (found.title, found.state) == ("The disk is full", State.OVERDUE)


class TestVerdicts:
    """Three, never one."""

    def test_each_stands_alone(self) -> None:
        server = a_server(product_version="11.17.2.0 build 46000")
        arrived(server, "compliance", NOW)
        arrived(server, "usage", NOW - timedelta(days=91))
        found = verdicts_of(server, now=timezone.now())
        assert (found.age.state, found.mode.state, found.version.state) == (
            State.OVERDUE, State.RUNNING, State.OVERDUE,
        )  # fmt: skip
        assert "Day 91 of 90" in found.age.evidence
        assert found.worst == State.OVERDUE

    def test_below_the_first_build_only_the_version_speaks(self) -> None:
        found = verdicts_of(a_server(product_version="11.17.2.0 build 36000"), now=NOW)
        assert (found.age.state, found.mode.state, found.version.state) == (
            State.NOT_APPLICABLE, State.NOT_APPLICABLE, State.OVERDUE,
        )  # fmt: skip

    def test_the_worst_of_nothing_is_nothing(self) -> None:
        assert worst_of([]) == State.NOT_APPLICABLE
        assert worst_of([State.RUNNING, State.UNKNOWN]) == State.UNKNOWN


def test_facts_carry_their_moment() -> None:
    assert read_facts(now=NOW).now == NOW
