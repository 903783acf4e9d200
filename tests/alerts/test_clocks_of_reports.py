"""Does each report, and the version, have its time, with the reason and the next step?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.clock import Kind, State
from servers.releases import Release
from tests.alerts.made_facts import NOW, clock, clocks, server

TABLE = (
    Release(53100, date(2026, 1, 31), None, "the vendor's mail"),
    Release(54100, None, None, "a documentation set"),
)


@pytest.mark.parametrize(
    ("age", "left", "state"),
    [
        (timedelta(days=6), 84, State.RUNNING),
        (timedelta(days=60), 30, State.DUE_SOON),
        (timedelta(days=90, hours=23), 0, State.DUE_SOON),
        (timedelta(days=91), -1, State.OVERDUE),
    ],
)
def test_day_90_is_compliant_and_day_91_is_not(age: timedelta, left: int, state: State) -> None:
    found = clocks(server(last_reports={"compliance": NOW - age, "usage": NOW}), Kind.REPORT_AGE)[0]
    assert (found.subject, found.days_left, found.state) == ("compliance", left, state)
    assert f"Day {age.days} of 90" in found.evidence


def test_both_kinds_are_judged_where_both_are_due() -> None:
    found = clocks(server(last_reports={"compliance": NOW}), Kind.REPORT_AGE)
    assert [(one.subject, one.days_left) for one in found] == [("usage", 22), ("compliance", 90)]
    assert "counted from the day it was added here (our choice)" in found[0].evidence


@pytest.mark.parametrize(("build", "running"), [(39999, []), (40000, ["compliance"]), (45000, ["compliance", "usage"])])
def test_duties_begin_with_builds(build: int, running: list[str]) -> None:
    found = clocks(server(build=build), Kind.REPORT_AGE)
    assert sorted(one.subject for one in found if one.state != State.NOT_APPLICABLE) == running
    assert all("has no such duty" in one.evidence for one in found if one.state == State.NOT_APPLICABLE)


def test_an_unknown_build_is_taken_to_have_the_duty_and_says_so() -> None:
    found = clock(server(build=None), Kind.REPORT_AGE)
    assert (found.state, found.days_left) == (State.DUE_SOON, 22)
    assert "Its build is not known" in found.evidence


def test_a_report_from_the_future_is_no_verdict() -> None:
    found = clocks(server(last_reports={"compliance": NOW + timedelta(days=400)}), Kind.REPORT_AGE)
    [future] = [one for one in found if one.subject == "compliance"]
    assert (future.state, future.days_left) == (State.UNKNOWN, None)
    assert "a clock was wrong" in future.evidence


def test_servers_whose_reports_stopped_on_one_day_have_one_problem() -> None:
    stopped = datetime(2026, 1, 5, 6, tzinfo=UTC)
    last = [{"compliance": stopped + timedelta(hours=hour), "usage": NOW} for hour in range(10)]
    found = [clocks(server(pk=pk, last_reports=reports), Kind.REPORT_AGE)[0] for pk, reports in enumerate(last)]
    assert {one.problem for one in found} == {"report_age|compliance|2026-04-05"}


def test_a_manual_report_has_a_safety_date_of_our_own() -> None:
    found = clock(server(is_manual=True, last_reports={"compliance": NOW - timedelta(days=50)}), Kind.MANUAL_REPORT)
    assert (found.days_left, found.state) == (10, State.DUE_SOON)
    assert "our choice" in found.evidence
    assert clock(server(), Kind.MANUAL_REPORT).state == State.NOT_APPLICABLE


class TestVersion:
    """Six months after the release of the next build, as surely as that is known."""

    def test_a_sure_date_is_a_verdict(self) -> None:
        found = clock(server(build=52100), Kind.VERSION_AGE, releases=TABLE)
        assert (found.due, found.days_left) == (date(2026, 7, 31), 143)
        assert "estimated" not in found.evidence

    def test_a_bound_is_called_an_estimate(self) -> None:
        table = [Release(53100, None, date(2026, 1, 31), "an article")]
        assert "estimated: that day or earlier" in clock(server(build=52100), Kind.VERSION_AGE, releases=table).evidence

    def test_an_unknown_date_is_unknown(self) -> None:
        found = clock(server(build=53100), Kind.VERSION_AGE, releases=TABLE)
        assert (found.state, found.due) == (State.UNKNOWN, None)
        assert "54100 is newer, and nobody knows since when" in found.evidence

    def test_the_newest_build_has_no_date(self) -> None:
        found = clock(server(build=54100), Kind.VERSION_AGE, releases=TABLE)
        assert (found.state, found.due) == (State.RUNNING, None)

    def test_a_build_below_the_telemetry_is_still_told_to_move(self) -> None:
        assert clock(server(build=36000), Kind.VERSION_AGE, releases=TABLE).days_left == 143

    @pytest.mark.parametrize(
        ("facts", "word"),
        [
            ({"build": None}, "No source has told its build"),
            ({"build": None, "version": "11.x"}, "11.x names no build"),
        ],
    )
    def test_no_build_is_unknown(self, facts: dict[str, object], word: str) -> None:
        found = clock(server(**facts), Kind.VERSION_AGE, releases=TABLE)
        assert (found.state, word in found.evidence) == (State.UNKNOWN, True)

    def test_a_table_that_cannot_be_read_is_unknown_and_says_why(self) -> None:
        found = clock(server(), Kind.VERSION_AGE, table_problem="releases.toml cannot be used: line 3")
        assert (found.state, found.evidence) == (State.UNKNOWN, "releases.toml cannot be used: line 3")


def test_a_registration_code_runs_out() -> None:
    waiting = server(registration="waiting", code_expires_at=NOW + timedelta(minutes=9))
    assert clock(waiting, Kind.REGISTRATION).days_left == 0
    over = clock(server(registration="waiting", code_expires_at=NOW - timedelta(minutes=3)), Kind.REGISTRATION)
    assert (over.state, over.days_left) == (State.NOT_APPLICABLE, None)
    assert over.evidence.startswith("Not registered with the cloud: the last code was worth nothing after 2026-03-10")
    registered = server(registration="registered", registration_at=NOW, code_expires_at=NOW)
    assert clock(registered, Kind.REGISTRATION).evidence == "Registered with the cloud since 2026-03-10."
    assert clock(server(), Kind.REGISTRATION).evidence == "Not registered with the cloud."
