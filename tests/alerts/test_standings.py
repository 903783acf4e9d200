"""Does each server have one row that tells the truth, written with every look and after every change of it?"""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts.clock import Kind, Shape, State
from alerts.evaluation import evaluate
from alerts.keeping_standings import add_missing, edition, is_stale, last_look, refresh
from alerts.next_trouble import read_marks
from alerts.standing_models import Pressure, ServerStanding, Share
from programs.catalog import programs
from programs.consent import choose_sharing
from programs.models import Door
from programs.texts import sharing_text
from servers.models import LicenseServer, ReportingMode, ServerGroup
from servers.registry import archive_server, change_server
from tests.alerts.looking import NOW, expiring, failing, look
from tests.factories import a_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def standing(server: LicenseServer) -> ServerStanding:
    return ServerStanding.objects.get(server=server)


def share(server: LicenseServer, choice: str, *, by: User) -> None:
    shown = sharing_text(programs()["call_home"], programs()["ceip"])
    choose_sharing(server, choice=choice, by=by, door=Door.PAGE, text_sha256=shown.sha256)


class TestNextTrouble:
    """The nearest date, but for what success sets back every day."""

    def test_a_license_that_ends_comes_before_the_report_of_today(self, server: LicenseServer) -> None:
        expiring(server, "14-mar-2026")
        look()
        row = standing(server)
        assert (row.kind, row.subject, row.due_on) == (Kind.LICENSE_EXPIRY, "XDT_PLT_UD", date(2026, 3, 14))
        assert (row.pressure, row.state, row.looked_at) == (Pressure.ACT, State.DUE_SOON, NOW)

    def test_a_server_that_reports_has_no_trouble_ahead(self, server: LicenseServer) -> None:
        look()
        row = standing(server)
        assert (row.kind, row.due_on, row.last_report, row.pressure) == ("", None, None, Pressure.WELL)
        assert (row.age_verdict, row.mode_verdict) == (State.RUNNING, State.RUNNING)

    def test_a_report_that_is_half_way_to_its_end_is_trouble(self, server: LicenseServer) -> None:
        look(50)
        assert standing(server).kind == Kind.REPORT_AGE

    def test_a_condition_counts_from_the_day_it_began(self, server: LicenseServer) -> None:
        expiring(server, "14-mar-2026")
        failing(server, days=3)
        look()
        row = standing(server)
        assert (row.kind, row.due_on, row.pressure) == ("uploads_fail", NOW.date(), Pressure.ACT)
        assert (row.alerts_to_act, row.alert_count) == (1, 2)

    def test_what_nobody_can_judge_is_not_well(self) -> None:
        server = a_server()  # no build is known
        look()
        assert (standing(server).version_verdict, standing(server).pressure) == (State.UNKNOWN, Pressure.UNKNOWN)


class TestMarks:
    """The small drawing is made from dates, so it is as true tomorrow."""

    def test_a_mark_gets_its_color_with_the_days(self, server: LicenseServer) -> None:
        expiring(server, "30-mar-2026")
        look()
        marks = standing(server).marks
        today = NOW.date()
        assert ("fixed", 20, "plan") in read_marks(marks, today=today)
        assert ("fixed", 5, "act") in read_marks(marks, today=today + timedelta(days=15))

    def test_what_was_just_set_back_has_none(self, server: LicenseServer) -> None:
        look()
        assert (Shape.RESETS, 90, "") in read_marks(standing(server).marks, today=NOW.date())

    def test_a_support_date_never_acts(self) -> None:
        assert read_marks("739685c", today=date.fromordinal(739683)) == [(Shape.FIXED, 2, "plan")]


class TestLooks:
    """Once a minute, for all, writing what changed."""

    def test_a_look_that_finds_nothing_new_writes_nothing(self, server: LicenseServer) -> None:
        look()
        before = edition()
        look(0.01)
        assert edition() == before
        assert standing(server).looked_at == NOW

    def test_the_questions_are_as_many_for_sixty_as_for_five(self) -> None:
        counts = []
        for first, last in ((0, 5), (5, 60)):
            for number in range(first, last):
                failing(a_server(f"lic{number}.example.test"))
            evaluate(now=NOW)
            with CaptureQueriesContext(connection) as asked:
                evaluate(now=NOW)
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_it_is_stale_ten_minutes_after_the_last_look(self) -> None:
        assert is_stale(last_look(), now=NOW)
        look()
        assert not is_stale(last_look(), now=NOW + timedelta(minutes=10))
        assert is_stale(last_look(), now=NOW + timedelta(minutes=10, seconds=1))

    def test_a_server_that_came_since_is_listed_and_unknown(self, server: LicenseServer) -> None:
        look()
        new = a_server("new.example.test", reporting_mode=ReportingMode.MANUAL)
        add_missing()
        row = standing(new)
        assert (row.looked_at, row.pressure, row.mode) == (None, Pressure.UNKNOWN, "manual")
        add_missing()
        assert ServerStanding.objects.count() == 2

    def test_out_of_service_nothing_is_due(self, server: LicenseServer) -> None:
        expiring(server, "14-mar-2026")
        look()
        archive_server(server)
        look()
        row = standing(server)
        assert (row.is_archived, row.due_on, row.alert_count, row.verdict) == (True, None, 0, State.NOT_APPLICABLE)


class TestRefresh:
    """One server, at once."""

    def test_after_a_decision(self, server: LicenseServer, ada: User) -> None:
        look()
        share(server, "ceip", by=ada)
        refresh(server)
        assert standing(server).share == Share.CEIP
        share(server, "call_home", by=ada)
        refresh(server)
        assert standing(server).share == Share.CALL_HOME

    def test_a_service_provider_has_no_choice(self, server: LicenseServer) -> None:
        LicenseServer.objects.filter(pk=server.pk).update(is_provider=True)
        refresh(server)
        assert standing(server).share == Share.ENFORCED

    def test_after_it_was_named_and_put_into_a_group(self, server: LicenseServer) -> None:
        group = ServerGroup.objects.create(name="Amsterdam")
        look()
        change_server(server, name="LIC-AMS-01.example.test", group=group)
        refresh(server)
        assert (standing(server).name_key, standing(server).group) == ("lic-ams-01.example.test", group)

    def test_after_it_was_archived(self, server: LicenseServer) -> None:
        look()
        archive_server(server)
        refresh(server)
        assert standing(server).is_archived

    def test_it_leaves_the_others_alone(self, server: LicenseServer) -> None:
        other = a_server("other.example.test")
        look()
        LicenseServer.objects.update(is_provider=True)
        refresh(server)
        assert not standing(other).is_provider
