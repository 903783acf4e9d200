"""Is every date of a license told, once, with how many fall away, and no date that nobody can have?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alerts.clock import Clock, Kind, State
from alerts.facts import Lease, LicenseLine
from tests.alerts.made_facts import NOW, TODAY, clock, clocks, line, server


def expiries(*lines: LicenseLine) -> list[Clock]:
    return clocks(server(licenses=lines), Kind.LICENSE_EXPIRY)


def css_dates(*lines: LicenseLine) -> list[date | None]:
    return [one.due for one in clocks(server(licenses=lines), Kind.CSS_DATE)]


def test_the_quantity_that_falls_away_is_told() -> None:
    [found] = expiries(line(count=380), line(count=80, ends=date(2026, 5, 31)), line(count=40, ends=date(2026, 5, 31)))
    assert (found.title, found.days_left, found.quantity) == ("120 XDT_PLT_UD licenses expire", 82, 120)
    assert "then 380 of 500 remain" in found.evidence


def test_one_license_is_one() -> None:
    titles = [expiries(line(count=1, ends=TODAY + timedelta(days=left)))[0].title for left in (5, -5)]
    assert titles == ["1 XDT_PLT_UD license expires", "1 XDT_PLT_UD license expired"]


def test_each_date_of_a_product_is_a_clock() -> None:
    found = expiries(
        line(ends=date(2026, 5, 1)), line(ends=date(2026, 6, 1)), line("MPS_PLT_CCU", ends=date(2026, 5, 1))
    )
    assert sorted(one.problem for one in found) == [
        "license_expiry|MPS_PLT_CCU|2026-05-01",
        "license_expiry|XDT_PLT_UD|2026-05-01",
        "license_expiry|XDT_PLT_UD|2026-06-01",
    ]


def test_what_ended_keeps_speaking_until_it_is_renewed() -> None:
    old = line(ends=TODAY - timedelta(days=3), issued_on=date(2025, 3, 1))
    [over] = expiries(old)
    assert (over.state, over.days_left, over.title) == (State.OVERDUE, -3, "100 XDT_PLT_UD licenses expired")
    assert expiries(old, line(count=100, issued_on=date(2026, 3, 1))) == []
    assert len(expiries(old, line(count=99, issued_on=date(2026, 3, 1)))) == 1


@pytest.mark.parametrize("issued", [None, date(2025, 3, 1), date(2024, 3, 1)])
def test_what_was_there_beside_it_all_the_time_renews_nothing(issued: date | None) -> None:
    old = line(ends=TODAY - timedelta(days=3), issued_on=date(2025, 3, 1))
    assert len(expiries(old, line(count=380, issued_on=issued))) == 1
    unknown = line(ends=TODAY - timedelta(days=3))
    assert len(expiries(unknown, line(count=380, issued_on=date(2026, 1, 1)))) == 1


def test_a_file_that_tells_of_the_past_warns_nobody() -> None:
    long_ago = date(2025, 10, 1)
    assert expiries(line(ends=long_ago)) == []
    assert len(expiries(line(ends=long_ago + timedelta(days=2)))) == 1
    assert css_dates(line(css_date=long_ago)) == []
    assert css_dates(line(css_date=long_ago + timedelta(days=2))) == [long_ago + timedelta(days=2)]


def test_the_last_day_is_a_good_day() -> None:
    [last] = expiries(line(ends=TODAY))
    assert (last.days_left, last.state) == (0, State.DUE_SOON)


def test_a_day_ends_in_the_zone_of_the_server() -> None:
    late = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)  # half past midnight in Amsterdam
    one = server(licenses=[line(ends=date(2026, 3, 10))])
    assert clocks(one, Kind.LICENSE_EXPIRY, now=late)[0].days_left == -1


@pytest.mark.parametrize(
    "facts", [{"expiry_known": False}, {"expires_on": date(1969, 12, 31)}, {"expires_on": date(1, 1, 1)}]
)
def test_a_date_that_cannot_be_is_unknown(facts: dict[str, Any]) -> None:
    [found] = expiries(line(**facts))
    assert (found.state, found.days_left) == (State.UNKNOWN, None)
    assert "Import the file again" in found.next_step


def test_the_year_9999_means_never_and_so_does_no_date() -> None:
    assert expiries(line(ends=date(9999, 12, 31)), line()) == []


def test_licenses_that_did_not_begin_have_no_clock_yet() -> None:
    assert expiries(line(ends=date(2027, 1, 1), starts_on=date(2026, 6, 1))) == []


def test_start_up_licenses_are_nobodys_trouble() -> None:
    start_up = line("CITRIX", ends=date(2026, 4, 1), css_date=date(1999, 1, 1), license_type="SYS")
    assert (expiries(start_up), css_dates(start_up)) == ([], [])


def test_a_purchase_under_two_codes_is_counted_once() -> None:
    twin: dict[str, Any] = {"serial_number": "HB-1", "ends": date(2026, 5, 31)}
    found = expiries(line("XDT_PLT_UD", pk=1, **twin), line("XDS_PLT_UD", pk=2, **twin))
    assert [one.feature for one in found] == ["XDT_PLT_UD"]


def test_uncounted_licenses_are_called_that() -> None:
    [found] = expiries(line(count=None, ends=date(2026, 5, 31)))
    assert (found.title, found.quantity) == ("Uncounted XDT_PLT_UD licenses expire", None)


class TestCss:
    """Another date, with another meaning."""

    def test_products_keep_running(self) -> None:
        [found] = clocks(server(licenses=[line(css_date=date(2026, 9, 30))]), Kind.CSS_DATE)
        assert (found.days_left, "keep running" in found.evidence, "refuse" in found.evidence) == (204, True, True)

    def test_evaluations_are_left_out(self) -> None:
        assert css_dates(line(css_date=date(2025, 1, 1), license_type="Eval")) == []

    def test_a_renewal_silences_the_old_date(self) -> None:
        old, new = date(2026, 1, 1), date(2027, 1, 1)
        before, renewal = line(css_date=old, issued_on=date(2025, 1, 1)), date(2026, 1, 1)
        assert css_dates(before, line(css_date=new, issued_on=renewal)) == [new]
        assert css_dates(before, line(css_date=new, issued_on=renewal, count=50)) == [old, new]
        assert css_dates(before, line(css_date=new, issued_on=date(2025, 1, 1))) == [old, new]

    def test_what_expired_needs_no_support(self) -> None:
        assert css_dates(line(css_date=date(2026, 9, 30), ends=TODAY - timedelta(days=1))) == []


class TestGrace:
    """License burst mode, also called supplemental grace."""

    def test_it_ends_after_its_days(self) -> None:
        found = clock(server(grace_noted_at=NOW, grace_ends_at=NOW + timedelta(days=15)), Kind.GRACE)
        assert (found.days_left, found.due) == (15, date(2026, 3, 25))
        assert "supplemental grace" in found.evidence

    @pytest.mark.parametrize("ends", [None, NOW, NOW - timedelta(days=2)])
    def test_it_is_not_on(self, ends: datetime | None) -> None:
        assert clock(server(grace_noted_at=ends, grace_ends_at=ends), Kind.GRACE).state == State.NOT_APPLICABLE


class TestActivation:
    """What the activation service grants."""

    def test_a_lease_runs_from_the_last_contact(self) -> None:
        seen = [Lease("XDT", 5, date(2027, 1, 1), NOW - timedelta(days=day)) for day in (9, 4)]
        found = clock(server(is_las=True, leases=seen), Kind.ACTIVATION_LEASE)
        assert (found.days_left, found.period) == (26, 30)

    def test_files_need_no_lease(self) -> None:
        assert clock(server(), Kind.ACTIVATION_LEASE).state == State.NOT_APPLICABLE

    def test_offline_needs_no_contact(self) -> None:
        leases = [Lease("XDT", 5, date(2026, 4, 1), NOW)]
        one = server(is_las=True, is_offline=True, leases=leases)
        assert clock(one, Kind.ACTIVATION_LEASE).state == State.NOT_APPLICABLE
        assert clock(one, Kind.ACTIVATION_EXPIRY).days_left == 22

    @pytest.mark.parametrize("seen", [[], [Lease("XDT", 5, None, NOW + timedelta(days=3))]])
    def test_no_contact_is_unknown(self, seen: list[Lease]) -> None:
        assert clock(server(is_las=True, leases=seen), Kind.ACTIVATION_LEASE).state == State.UNKNOWN

    @pytest.mark.parametrize("day", [None, date(9999, 1, 1), date(1960, 1, 1)])
    def test_an_activation_without_an_end_is_unknown(self, day: date | None) -> None:
        one = server(is_las=True, leases=[Lease("XDT", 5, day, NOW)])
        assert clock(one, Kind.ACTIVATION_EXPIRY).state == State.UNKNOWN
