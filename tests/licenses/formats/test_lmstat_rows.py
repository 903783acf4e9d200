"""Who is in a row of lmstat, since when, and with how many licenses?"""

from datetime import datetime
from pathlib import Path

import pytest

from licenses.formats.lmstat import Checkout, LmstatReport, Queued, parse

SAMPLES = Path(__file__).parents[2] / "samples" / "lmstat"
HEADER = "Flexible License Manager status on Mon 1/5/2026 9:20"


def sample(name: str) -> LmstatReport:
    return parse((SAMPLES / name).read_bytes())


def only_row(row: str, *, header: str = HEADER) -> Checkout:
    report = parse(
        f"{header}\nUsers of f:  (Total of 9 licenses issued;  Total of 1 license in use)\n\n{row}\n".encode()
    )
    return report.features[0].checkouts[0]


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("ada pc-01 pc-01", ("ada", "pc-01", "pc-01")),
        ("ada pc-01", ("ada", "pc-01", "")),
        ("4711 pc-01 PC-01", ("4711", "pc-01", "PC-01")),
        ("DOCK\\ada pc-01 /dev/pts/3", ("DOCK\\ada", "pc-01", "/dev/pts/3")),
        ("Ada Byron pc-01 pc-01", ("Ada Byron", "pc-01", "pc-01")),
        ("Ada Byron pc-01 pc-01:0.0", ("Ada Byron", "pc-01", "pc-01:0.0")),
        ("Ada M. Byron pc-01 /dev/tty", ("Ada M. Byron", "pc-01", "/dev/tty")),
        ("Ada Byron pc-01 screen", ("Ada Byron", "pc-01", "screen")),
        ("ada pc-01 :0.0 crane 2", ("ada", "pc-01", ":0.0 crane 2")),
        ("Ben Berg pc_b \"U,K$`0'C iQ&!", ("Ben Berg", "pc_b", "\"U,K$`0'C iQ&!")),
        ("ada pc-01 screen 1.0", ("ada", "pc-01", "screen 1.0")),
        ("CXS host-a CXS 1234-5678", ("CXS", "host-a", "CXS 1234-5678")),
    ],
)
def test_it_tells_user_host_and_display_apart(words: str, who: tuple[str, str, str]) -> None:
    row = only_row(f"    {words} (v1.0) (lic1/27000 101), start Mon 1/5 8:42")
    assert (row.user, row.host, row.display) == who
    assert (row.version, row.server, row.port, row.handle) == ("1.0", "lic1", 27000, "101")


def test_it_takes_a_xenserver_host_for_a_product() -> None:
    startup, desktops = sample("citrix_rows.txt").features
    assert [row.is_product for row in startup.checkouts] == [True]
    assert not any(row.is_product for row in desktops.checkouts)


def test_it_knows_the_start_up_feature_is_no_entitlement() -> None:
    assert [feature.is_entitlement for feature in sample("citrix_rows.txt").features] == [False, True]


def test_it_marks_activated_licenses() -> None:
    row = sample("two_pools_cut.txt").features[0].checkouts[1]
    assert (row.is_activated, row.user, row.host) == (True, "ACTIVATED LICENSE(S)", "pc-09")


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        ("Mon 1/5 9:20", datetime(2026, 1, 5, 9, 20)),
        ("Mon 1/5 9:21", datetime(2025, 1, 5, 9, 21)),
        ("Mon 12/29 18:05", datetime(2025, 12, 29, 18, 5)),
        ("Sun 1/4/2026 23:59", datetime(2026, 1, 4, 23, 59)),
    ],
)
def test_it_takes_the_year_from_the_header(start: str, moment: datetime) -> None:
    assert only_row(f"    ada pc pc (v1) (lic1/27000 1), start {start}").started_at == moment


def test_it_leaves_the_start_open_without_a_header() -> None:
    row = sample("crlf_without_header.txt").features[0].checkouts[0]
    assert (row.started_at, row.started_text) == (None, "Tue 3/3 7:00")


def test_it_keeps_a_row_with_an_unreadable_start_and_says_so() -> None:
    raw = b"Users of f: (Total of 1 license issued; 1 license in use)\n a b c (v1) (h/1 2), start Mon 13/40 9:20\n"
    report = parse(raw)
    assert report.features[0].checkouts[0].started_at is None
    assert ["13/40" in problem.sentence for problem in report.problems] == [True]


def test_it_reads_what_follows_the_start() -> None:
    rows = sample("citrix_rows.txt").features[1].checkouts
    assert [row.licenses for row in rows] == [1, 2, 1, 1, 50]
    assert [row.pid for row in rows] == [None, None, 123, None, 9]
    assert [row.linger for row in rows] == [None, None, None, (100, 3600), (7, None)]


def test_it_keeps_queued_users_apart_from_use() -> None:
    feature = sample("citrix_rows.txt").features[1]
    assert feature.queued == (Queued("eve", "pc-06", "pc-06 2025.1", "2025.1", "lic1", 27000, "701", 3, 36),)
    assert feature.rows_cover_all


def test_it_counts_reservations_as_in_use() -> None:
    feature = sample("citrix_rows.txt").features[1]
    assert [(one.count, one.kind, one.name) for one in feature.reservations] == [
        (10, "GROUP", "CRANES"),
        (1, "HOST", "pc-40"),
    ]
    assert (feature.reserved, feature.accounted, feature.in_use) == (11, 66, 66)


def test_it_trusts_the_count_line_when_rows_are_missing() -> None:
    report = sample("crlf_without_header.txt")
    assert (report.features[0].in_use, report.features[0].rows_cover_all) == (7, False)
    assert [problem.severity for problem in report.problems] == ["note"]


def test_its_rows_can_be_indexed_counted_and_compared() -> None:
    rows = sample("citrix_rows.txt").features[1].checkouts
    assert (len(rows), rows[-1].user, [row.user for row in rows[:2]]) == (5, "dora", ["ada", "Ben Berg"])
    assert rows == tuple(rows)
    assert hash(rows) == hash(tuple(rows))
    assert "dora" in repr(rows)


def test_it_counts_no_row_below_a_feature_line_that_it_cannot_read() -> None:
    raw = b"Users of f: (1 license issued; 0 licenses in use)\nUsers of g\n a b c (v1) (h/1 2), start Mon 1/5 9:20\n"
    report = parse(raw)
    assert len(report.features[0].checkouts) == 0
    assert [problem.line for problem in report.problems] == [2, 3]


def test_it_reads_the_name_of_a_reservation_alike_in_a_run_and_alone() -> None:
    counts = "Users of f:  (Total of 9 licenses issued;  Total of 2 licenses in use)\n\n"
    row = "    1 RESERVATION for GROUP a(b/1)\n"
    alone = parse(f"{counts}{row}    and a torn line\n".encode()).features[0].reservations
    assert parse(f"{counts}{row}".encode()).features[0].reservations == alone
    assert (alone[0].name, alone[0].server) == ("a(b/1)", "")
