"""What is wrong without a date: is it said in words that a person can act upon?"""

from datetime import date, timedelta
from typing import Any

import pytest

from alerts.condition_rules import findings_of_conditions
from alerts.facts import Failing, ServerFacts, Unread, Usage
from alerts.finding import Finding
from alerts.models import Condition
from alerts.severity import Severity
from alerts.thresholds import Ladders
from tests.alerts.made_facts import NOW, TODAY, server


def found(one: ServerFacts) -> list[Finding]:
    return list(findings_of_conditions(one, Ladders([]), now=NOW))


def only(**facts: Any) -> Finding:
    [finding] = found(server(**facts))
    return finding


def failing(
    cause: str = "name_unknown", *, days: float = 0, program: str = "telemetry", refused: bool = False
) -> Failing:
    return Failing(program, cause, refused, 2, NOW - timedelta(days=days))


def test_a_server_without_trouble_has_none() -> None:
    assert found(server()) == []


class TestUploads:
    """One cause is one trouble, whatever it stops."""

    @pytest.mark.parametrize(
        ("days", "rung", "severity"),
        [
            (0, 0, Severity.WATCH),
            (0.9, 0, Severity.WATCH),
            (1, -1, Severity.PLAN),
            (7, -7, Severity.PLAN),
            (20, -14, Severity.PLAN),
        ],
    )
    def test_it_rises_with_the_days(self, days: float, rung: int, severity: Severity) -> None:
        finding = only(failing=[failing(days=days)])
        assert (finding.rung, finding.severity) == (rung, severity)

    def test_two_programs_with_one_cause(self) -> None:
        finding = only(failing=[failing(days=5), failing(days=3, program="call_home")])
        assert (finding.problem, finding.rung) == ("uploads_fail|name_unknown", -1)
        assert finding.evidence == "Call Home, Licensing Telemetry: 4 times since 2026-03-05 09:42 UTC."
        assert (finding.title, bool(finding.detail), bool(finding.action)) == (
            "Uploads fail: Name not found",
            True,
            True,
        )

    def test_a_refusal_is_another_trouble(self) -> None:
        causes = [failing(days=1), failing("too_large", refused=True)]
        assert {one.rule for one in found(server(failing=causes))} == {Condition.UPLOADS_FAIL, Condition.UPLOAD_REFUSED}

    def test_a_cause_that_nobody_knows_is_called_that(self) -> None:
        assert "nknown" in only(failing=[failing("", days=1)]).title

    def test_a_failure_in_the_future_has_just_begun(self) -> None:
        assert only(failing=[failing(days=-400)]).rung == 0


class TestUsage:
    """Percent of what is there."""

    @pytest.mark.parametrize(
        ("peak", "rung", "severity"),
        [(90, 10, Severity.PLAN), (99, 10, Severity.PLAN), (100, 0, Severity.ACT), (110, 0, Severity.ACT)],
    )
    def test_steps(self, peak: int, rung: int, severity: Severity) -> None:
        finding = only(usage=[Usage("XDT", peak, 100, TODAY)])
        assert (finding.rung, finding.severity) == (rung, severity)
        assert f"{peak} of 100 were in use, on 2026-03-10" in finding.detail

    @pytest.mark.parametrize("of", [None, 0])
    def test_without_a_number_of_licenses_nothing_is_judged(self, of: int | None) -> None:
        assert found(server(usage=[Usage("XDT", 5000, of, TODAY)])) == []

    def test_below_the_first_step_is_well(self) -> None:
        assert found(server(usage=[Usage("XDT", 89, 100, TODAY)])) == []

    def test_what_went_silent_is_not_zero(self) -> None:
        finding = only(usage=[Usage("XDT", None, None, date(2026, 2, 20))])
        assert (finding.severity, "not known since 2026-02-20" in finding.title) == (Severity.UNKNOWN, True)
        assert "not zero" in finding.detail


def test_input_that_was_not_understood() -> None:
    some = only(unread=[Unread("lmstat", "lmstat.txt", 3, is_rejected=False, received_at=NOW)])
    assert some.title == "lmstat.txt of ls1.example.org has 3 lines that nobody understood"
    none = only(unread=[Unread("unknown", "x.bin", 0, is_rejected=True, received_at=NOW)])
    assert none.title == "x.bin of ls1.example.org was not imported"


def test_consent_on_hold_is_one_trouble_for_all_servers() -> None:
    finding = only(held={"call_home": 3})
    assert (finding.problem, finding.severity) == ("consent_on_hold|call_home", Severity.PLAN)
    assert "Accept or refuse" in finding.action


def test_a_service_provider_is_told_what_follows() -> None:
    finding = only(is_provider=True, provider_evidence="CSP in the product code")
    assert ("enforced" in finding.detail, finding.evidence) == (True, "CSP in the product code")


def test_titles_fit_whatever_names_are() -> None:
    long = "n" * 255
    facts = {
        "unread": [Unread("x", long, 1, is_rejected=False, received_at=NOW)],
        "usage": [Usage(long, 100, 100, TODAY)],
    }
    assert all(len(one.title) <= 255 for one in found(server(name=long, **facts)))
