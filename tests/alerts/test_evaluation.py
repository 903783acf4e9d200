"""Does one problem make one alert, which says each step once, and is over when its problem is gone?"""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts import daily_checks, tasks
from alerts.clock import Kind
from alerts.evaluation import evaluate
from alerts.models import Alert, AlertServer, Condition, Notice, Threshold
from alerts.severity import Severity
from alerts.thresholds import Scope, save_threshold
from licenses.models import License
from servers.models import LicenseServer
from servers.registry import add_server
from tests.alerts.looking import NOW, expiring, failing, look, of
from tests.factories import a_server, at_once, increment, license_file, receive
from uploads.models import Tick, Upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class TestSteps:
    """A step is said once, in order, and named when nobody looked."""

    def test_the_first_step_opens_it(self, server: LicenseServer) -> None:
        expiring(server)
        assert look() == [("step", "watch", 90)]
        alert = of(Kind.LICENSE_EXPIRY)
        assert (alert.title, alert.due) == (
            "120 XDT_PLT_UD licenses expire: 31 May 2026, in 82 days",
            date(2026, 5, 31),
        )
        assert (alert.server_count, alert.servers.get().server) == (1, server)
        assert alert.action == "Renew them and import the new license file."

    def test_looking_again_says_nothing_again(self, server: LicenseServer) -> None:
        expiring(server)
        look()
        assert [look(), look(0.001), look(1)] == [[], [], []]
        assert Alert.objects.count() == Notice.objects.count() == 1

    def test_each_step_in_its_time(self, server: LicenseServer) -> None:
        expiring(server)
        said = [(day, *step) for day in range(100) for step in look(day)]
        said = [one for one in said if one[1] == "step"]
        assert [(day, rung) for day, _, _, rung in said] == [
            (0, 90), (52, 30), (68, 14), (75, 7), (81, 1), (82, 0), (83, -1), (89, -7), (96, -14),
        ]  # fmt: skip
        assert [severity for *_, severity, _ in said] == ["watch", "plan", "plan", *["act"] * 6]

    def test_steps_that_nobody_looked_at_are_named(self, server: LicenseServer) -> None:
        expiring(server)
        look()
        assert look(81.5) == [("step", "act", 1)]
        assert Notice.objects.get(alert__rule=Kind.LICENSE_EXPIRY, rung=1).passed_over == [30, 14, 7]
        look(110)
        assert Notice.objects.get(alert__rule=Kind.LICENSE_EXPIRY, reason="step", rung=-28).passed_over == [
            0,
            -1,
            -7,
            -14,
            -21,
        ]

    def test_two_looks_at_once_open_one(self, server: LicenseServer) -> None:
        expiring(server)
        look()
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.create(
                problem=of(Kind.LICENSE_EXPIRY).problem, rule=Kind.LICENSE_EXPIRY, severity="act", rung=0, title="x",
                detail="x", action="x", opened_at=NOW, seen_at=NOW,
            )  # fmt: skip


class TestEnd:
    """It is over when the problem is gone, and not when a clock was wrong."""

    def test_a_renewal_closes_it_with_its_evidence(self, server: LicenseServer) -> None:
        expiring(server)
        look()
        expiring(server, "31-may-2027")
        assert look(1) == [("closed", "watch", 90)]
        alert = of(Kind.LICENSE_EXPIRY)
        assert (alert.state, alert.closed_because) == (
            "closed",
            "They run to the end of 2027-05-31; then 0 of 120 remain.",
        )
        assert alert.servers.get().gone_at == NOW + timedelta(days=1)

    def test_it_opens_anew_when_it_comes_back(self, server: LicenseServer) -> None:
        upload = failing(server)
        look()
        Upload.objects.update(state="canceled")
        assert look(1) == [("closed", "watch", 0)]
        Upload.objects.update(state="failed", created_at=NOW + timedelta(days=2))
        assert [look(2), Alert.objects.filter(rule=Condition.UPLOADS_FAIL).count(), upload.pk > 0] == [
            [("step", "watch", 0)], 2, True,
        ]  # fmt: skip

    def test_a_clock_that_went_back_a_year_says_nothing_and_closes_nothing(self, server: LicenseServer) -> None:
        expiring(server, "20-mar-2026")
        assert look() == [("step", "plan", 14)]
        assert [look(-365), look(-364.99), look(-365.2)] == [[], [], []]
        assert [look(1), look(3)] == [[], [("step", "act", 7)]]
        assert of(Kind.LICENSE_EXPIRY).state == "open"

    def test_a_zone_that_jumps_says_no_step_twice(self, server: LicenseServer) -> None:
        expiring(server, "24-mar-2026")
        late = NOW.replace(hour=23)
        assert look(at=late) == [("step", "plan", 14)]
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Kiritimati", "UTC"):
            LicenseServer.objects.update(time_zone=zone)
            assert look(at=late) == []

    def test_a_ladder_that_was_cut_short_closes_what_is_above_it(self, server: LicenseServer, ada: User) -> None:
        expiring(server)
        look()
        save_threshold(Scope(rule=Kind.LICENSE_EXPIRY), days=[30, 7], by=ada, now=NOW)
        assert look(1) == [("closed", "watch", 90)]
        assert look(52) == [("step", "plan", 30)]


class TestMany:
    """A thousand servers with one cause are one alert with a list."""

    def test_one_cause_is_one_alert(self, server: LicenseServer) -> None:
        others = [add_server(name=f"ls{number}.example.org") for number in range(5)]
        for one in (server, *others):
            failing(one, days=1)
        failing(server, "too_large", days=1.5)
        look()
        names = Alert.objects.get(problem="uploads_fail|name_unknown")
        assert (names.server_count, names.title) == (6, "6 servers: Uploads fail: Name not found")
        assert Alert.objects.get(problem="uploads_fail|too_large").server_count == 1

    def test_servers_come_and_go(self, server: LicenseServer) -> None:
        other = add_server(name="ls2.example.org")
        first, _ = failing(server), failing(other)
        look()
        Upload.objects.filter(pk=first.pk).update(state="canceled")
        look(0.1)
        rows = {row.server_id: row.gone_at for row in AlertServer.objects.filter(alert=of(Condition.UPLOADS_FAIL))}
        assert rows == {server.pk: NOW + timedelta(days=0.1), other.pk: None}
        Upload.objects.filter(pk=first.pk).update(state="failed")
        look(0.2)
        assert of(Condition.UPLOADS_FAIL).server_count == 2
        assert AlertServer.objects.get(server=server, alert=of(Condition.UPLOADS_FAIL)).gone_at is None

    def test_a_date_that_two_servers_share_is_one_alert(self, server: LicenseServer) -> None:
        expiring(server)
        expiring(add_server(name="ls2.example.org"), count=30)
        look()
        alert = of(Kind.LICENSE_EXPIRY)
        assert (alert.server_count, alert.title) == (
            2,
            "2 servers: License expiry, XDT_PLT_UD: 31 May 2026, in 82 days",
        )


class TestWhatCannotBeChecked:
    """Its own kind of alert, never well and never zero."""

    def test_an_unknown_version_is_one_alert_for_all(self) -> None:
        for number in range(3):
            add_server(name=f"ls{number}.example.org")
        look()
        alert = of(Kind.VERSION_AGE)
        assert (alert.severity, alert.server_count) == (Severity.UNKNOWN, 3)
        assert alert not in Alert.objects.pressing()


class TestOvertaken:
    """Facts that are older than what was judged already."""

    def test_older_facts_change_nothing(self, server: LicenseServer) -> None:
        expiring(server)
        look(0.002)
        License.objects.all().delete()
        assert (evaluate(now=NOW).closed, of(Kind.LICENSE_EXPIRY).state) == (0, "open")

    def test_the_moment_of_the_last_look_is_kept(self) -> None:
        look(1)
        assert Tick.objects.get(name="alerts").at == NOW + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_looking_at_once_says_everything_once() -> None:
    server = a_server()
    for day in range(1, 9):
        failing(server, f"cause {day}", days=day)
    Tick.note("alerts", at=NOW - timedelta(minutes=1))
    done = at_once(lambda: evaluate(now=NOW), times=4)
    assert not [one for one in done if isinstance(one, Exception)]
    assert Alert.objects.filter(rule=Condition.UPLOADS_FAIL).count() == 8
    assert Notice.objects.filter(alert__rule=Condition.UPLOADS_FAIL).count() == 8


def test_the_number_of_questions_does_not_grow_with_alerts() -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            look(52)
        return len(asked)

    def of_so_many(count: int) -> int:
        with transaction.atomic():
            for number in range(count):
                one = add_server(name=f"ls{number}.example.org")
                receive(one, license_file(increment(f"P{number}", version="2099.0101", expiry="31-may-2026")))
            look()
            found = questions()
            assert Notice.objects.filter(alert__rule=Kind.LICENSE_EXPIRY, rung=30).count() == count
            transaction.set_rollback(True)
        return found

    assert of_so_many(1) == of_so_many(20)


class TestDoors:
    """Task and commands do the same."""

    def test_the_tick(self, server: LicenseServer) -> None:
        expiring(server)
        assert tasks.evaluate() == Notice.objects.count() > 0
        assert tasks.evaluate() == 0

    def test_the_command_says_what_is_new(self, server: LicenseServer, capsys: pytest.CaptureFixture[str]) -> None:
        expiring(server)
        call_command("evaluate_alerts")
        told = capsys.readouterr().out
        assert "Watch: 120 XDT_PLT_UD licenses expire: 31 May 2026, in 82 days (step reached)" in told

    def test_a_backup_is_noted(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("note_backup")
        assert Tick.objects.get(name="backup").at == NOW
        assert "within 7 days" in capsys.readouterr().out

    def test_the_ledger_is_verified_every_day(self) -> None:
        assert tasks.check_daily()
        assert Tick.objects.get(name="ledger").at == NOW

    def test_a_broken_ledger_is_noted_since_when(self, monkeypatch: pytest.MonkeyPatch) -> None:
        broken = type("Verdict", (), {"is_whole": False})()
        monkeypatch.setattr(daily_checks, "verify", lambda: broken)
        assert not daily_checks.verify_ledger(now=NOW)
        assert not daily_checks.verify_ledger(now=NOW + timedelta(days=1))
        assert Tick.objects.get(name="ledger-broken").at == NOW
        assert ("step", "act", -1) in look()

    def test_the_way_out_is_looked_at_where_something_leaves(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[None] = []
        monkeypatch.setattr(daily_checks, "ask", lambda *, by: asked.append(by))
        settings.SANDBOX = True
        a_server()
        assert not daily_checks.ask_for_the_way(now=NOW)
        settings.SANDBOX = False
        assert daily_checks.ask_for_the_way(now=NOW)
        LicenseServer.objects.update(reporting_mode="manual")
        assert not daily_checks.ask_for_the_way(now=NOW)
        assert asked == [None]


def test_a_threshold_is_kept_once_for_each_scope(ada: User) -> None:
    for days in ([30], [60, 5]):
        save_threshold(Scope(rule=Kind.LICENSE_EXPIRY), days=days, by=ada, now=NOW)
    assert [one.days for one in Threshold.objects.all()] == [[60, 5]]
