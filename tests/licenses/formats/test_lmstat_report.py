"""What does lmstat say about servers, daemons, features and pools?"""

from datetime import date, datetime
from pathlib import Path

import pytest

from licenses.formats.lmstat import LmstatReport, looks_like_lmstat, parse

SAMPLES = Path(__file__).parents[2] / "samples" / "lmstat"


def sample(name: str) -> LmstatReport:
    return parse((SAMPLES / name).read_bytes())


@pytest.mark.parametrize("date_text", ["Tue 6/2/2009 13:50", "Tue 06/02/2009 13:50"])
def test_it_reads_the_header_in_us_order(date_text: str) -> None:
    report = parse(f"Flexible License Manager status on {date_text}\n".encode())
    assert (report.header_at, report.header_text) == (datetime(2009, 6, 2, 13, 50), date_text)


def test_it_reads_a_bare_date_line() -> None:
    report = sample("vendor_daemons_only.txt")
    assert (report.header_at, report.header_is_bare) == (datetime(2026, 10, 28, 10, 48), True)


def test_it_says_when_the_header_has_no_date() -> None:
    report = parse(b"Flexible License Manager status on some day\n")
    assert (report.header_at, len(report.problems)) == (None, 1)


def test_it_splits_the_paths_of_license_files() -> None:
    assert sample("citrix_rows.txt").blocks[0].license_files == (
        "/opt/licensing/myfiles/citrix_startup.lic",
        "/opt/licensing/myfiles/dock.lic",
    )
    assert sample("crlf_without_header.txt").blocks[0].license_files == (
        r"C:\Licenses\a.lic",
        r"D:\More Licenses\b.lic",
    )
    assert len(sample("old_citrix_files.txt").blocks[0].license_files) == 2


def test_it_keeps_several_servers_apart() -> None:
    blocks = sample("several_servers.txt").blocks
    assert [block.state for block in blocks] == ["degraded", "unreachable", "down"]
    assert [len(block.features) for block in blocks] == [2, 0, 0]
    assert blocks[0].features[0].server_address == "27000@h1,27000@h2,27000@h3"


def test_it_finds_the_master_of_a_triad() -> None:
    assert [one.is_master for one in sample("several_servers.txt").blocks[0].servers] == [False, True, False]


@pytest.mark.parametrize(("up", "state"), [(3, "up"), (2, "degraded"), (1, "down"), (0, "unreachable")])
def test_a_triad_serves_while_two_of_three_are_up(up: int, state: str) -> None:
    lines = ["h: license server UP v11"] * up + ['h: Cannot connect to license server system. (-15,570:115 "x")'] * (
        3 - up
    )
    report = parse("\n".join(["License server status: 1@a,1@b,1@c", *lines]).encode())
    assert report.blocks[0].state == state


def test_it_names_the_daemon_of_a_feature() -> None:
    features = sample("several_servers.txt").features
    assert [feature.daemon for feature in features] == ["BETA", "gamma"]


def test_it_reads_a_daemon_that_is_down() -> None:
    gamma = sample("several_servers.txt").daemons[-1]
    assert (gamma.is_up, gamma.version) == (False, None)
    assert gamma.text == "The desired vendor daemon is down. (-97,121)"


@pytest.mark.parametrize(
    "line",
    [
        'Error getting status: Cannot connect to license server (-15,570:111 "Connection refused")',
        "Error getting status: Cannot read data from license server system. (-16,287)",
        "lmgrd is not running: License server machine is down or not responding. (-96,491)",
    ],
)
def test_a_failure_is_unreachable_and_never_zero_use(line: str) -> None:
    report = parse(f"Flexible License Manager status on Tue 3/3/2026 07:05\n\n{line}\n".encode())
    assert report.error == line.partition(": ")[2]
    assert (report.blocks[0].state, report.features) == ("unreachable", ())


def test_a_feature_without_counts_is_unknown() -> None:
    free, gone, other, odd = sample("instead_of_counts.txt").features
    assert (free.uncounted, free.issued, free.in_use) == (True, None, None)
    assert (gone.error, other.name) == ("No such feature exists. (-5,222)", "other")
    assert (odd.issued, odd.in_use, odd.error, odd.uncounted) == (None, None, None, False)


@pytest.mark.parametrize(
    "counts",
    [
        "  (Total of 10 licenses issued;  Total of 3 licenses in use)",
        " (Total of 10 licenses issued; Total of 3 licenses in use)",
        "  (Total of 10 licenses issued;  3 licenses in use)",
        "  (Total of 10 floating licenses issued;  Total of 3 license in use)",
    ],
)
def test_it_reads_every_form_of_the_count_line(counts: str) -> None:
    feature = parse(f"Users of a.b-c+d:{counts}\n".encode()).features[0]
    assert (feature.name, feature.issued, feature.in_use) == ("a.b-c+d", 10, 3)


def test_ten_of_ten_is_full_without_rows() -> None:
    feature = parse(b"Users of f:  (Total of 10 licenses issued;  Total of 10 licenses in use)\n").features[0]
    assert feature.is_full
    assert len(feature.checkouts) == 0


def test_it_keeps_the_pools_of_a_feature_apart() -> None:
    first, second = sample("two_pools_cut.txt").features[0].pools
    assert (first.version, first.vendor_string, len(first.checkouts)) == ("2026.09", "blue; red", 2)
    assert (second.version, second.expiry_raw, second.expiry_known) == ("2025.09", "31-feb-2026", False)


@pytest.mark.parametrize(
    ("expiry", "day"),
    [
        ("permanent(no expiration date)", None),
        ("1-jan-0", None),
        ("01-jan-0000", None),
        ("30-sep-2027", date(2027, 9, 30)),
    ],
)
def test_it_reads_every_form_of_expiry(expiry: str, day: date | None) -> None:
    raw = f'Users of f: (1 license issued; 0 licenses in use)\n  "f" v1.0, vendor: tool, expiry: {expiry}\n'.encode()
    pool = parse(raw).features[0].pools[0]
    assert (pool.expires_on, pool.expiry_known) == (day, True)


@pytest.mark.parametrize(
    ("line", "kind", "locked_to"),
    [
        ("floating license", "floating", None),
        ('nodelocked license, locked to "ID=1"', "nodelocked", "ID=1"),
        ("uncounted nodelocked license locked to NOTHING (hostid=ANY)", "uncounted", "NOTHING (hostid=ANY)"),
    ],
)
def test_it_reads_the_kind_of_a_pool(line: str, kind: str, locked_to: str | None) -> None:
    raw = f'Users of f: (1 license issued; 0 licenses in use)\n  "f" v1.0, vendor: tool\n  {line}\n'.encode()
    pool = parse(raw).features[0].pools[0]
    assert (pool.kind, pool.locked_to) == (kind, locked_to)


def test_it_reads_the_columns_of_a_table_from_its_heading() -> None:
    first, second = sample("installed_vendor_first.txt").installed, sample("installed_expires_first.txt").installed
    assert first is not None
    assert second is not None
    assert (first.rows[0].vendor, second.rows[0].vendor) == ("tool", "tool")
    assert first.rows[1].expiry_raw == "permanent(no expiration date)"


def test_it_marks_cut_lines_with_a_note() -> None:
    notes = [problem for problem in sample("two_pools_cut.txt").problems if problem.text in {"...", "[...]"}]
    assert [(note.line, note.severity) for note in notes] == [(2 * at - 1, "note") for at in (1, 2, 8)]


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\0\1\2", b"Guten Tag\n", b"PK\3\4", b"Users of this page: many\n"])
def test_it_answers_not_recognized_instead_of_guessing(raw: bytes) -> None:
    assert not looks_like_lmstat(raw)
    assert all(problem.sentence for problem in parse(raw).problems)
    assert not any(feature.in_use for feature in parse(raw).features)


def test_it_reads_japanese_and_western_names() -> None:
    row = "    %s pc pc (v1) (lic1/27000 1), start Tue 3/3 7:00\n"
    head = "Users of f: (1 license issued; 1 license in use)\n\n"
    kanji = parse((head + row % "港山").encode("cp932"), japanese=True)
    umlaut = parse((head + row % "Jörg").encode("cp1252"))
    assert [report.features[0].checkouts[0].user for report in (kanji, umlaut)] == ["港山", "Jörg"]
