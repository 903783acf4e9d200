"""Is everything that a person must know reported, with its line and without its secrets?"""

from datetime import date

import pytest

from licenses.formats.license_file import parse
from licenses.formats.problems import MOST_PROBLEMS, Problem

TERMS = "INCREMENT MPS_STD_CCU CITRIX 2026.0206 permanent 9"
HEAD = "SERVER this_host ANY\nVENDOR CITRIX\n"
TODAY = date(2026, 6, 1)


def _problems(text: str, *, today: date | None = None) -> list[Problem]:
    return list(parse((HEAD + text).encode(), today=today).problems)


@pytest.mark.parametrize(
    ("text", "severity", "words"),
    [
        ("hello there", "warning", "no keyword"),
        ("...", "warning", "left out lines"),
        ("ada@lic1:~$ cat lic1.lic", "note", "prompt"),
        ("PS C:\\> type lic1.lic", "note", "prompt"),
        ("\x1a", "note", "end-of-file mark"),
        ("sampled-f1-00737-55296-182", "note", "decimal form"),
        (f"{TERMS} \\\n", "error", "the end of the file follows"),
        (f"{TERMS} \\", "error", "the end of the file follows"),
        (f"{TERMS} \\\n\n# after", "error", "a blank line follows"),
        (f"{TERMS} \\\n{TERMS} SN=2", "error", "a new statement follows"),
        (f'{TERMS} NOTICE="Harbor', "error", "quotes"),
        (f'{TERMS} NOTICE="Harbor SIGN="5EED 0001"', "error", "quotes"),
        (f"{TERMS} NOTICE=“Harbor”", "warning", "Typographic quotes"),
        (f"{TERMS} NOTICE=“Harbor", "warning", "Typographic quotes"),
        ("INCREMENT f CITRIX 1 permanent many", "warning", "not a number"),
        ("INCREMENT f CITRIX 1 permanent -5", "warning", "not a number"),
        (f"INCREMENT f CITRIX 1 permanent {'9' * 5000}", "warning", "not a number"),
        ("INCREMENT f CITRIX 1 31-feb-2027 5", "warning", "not a date"),
        (f"{TERMS} START=soon", "warning", "not a date"),
        ("INCREMENT f CITRIX permanent 5", "error", "fewer fixed fields"),
        ("INCREMENT f CITRIX permanent 5 SN=1 DUP_GROUP=V", "error", "fewer fixed fields"),
        ("INCREMENT", "error", "fewer fixed fields"),
        ("UPGRADE f CITRIX 1 2 permanent", "error", "fewer fixed fields"),
        ("FEATURE f CITRIX 1 permanent 0", "warning", "no HOSTID"),
        ("SERVER second ANY", "warning", "2 SERVER lines"),
        ("INCREMENT f other 1 permanent 5", "warning", "No VENDOR line"),
        (f"{TERMS} SN=1 SIGN=5EED0001\n{TERMS} SN=1 SIGN=5EED0001", "warning", "line 3 already"),
        ("FEATURE f CITRIX 1 permanent 5\nFEATURE f CITRIX 1 permanent 6", "note", "first FEATURE"),
        ("PACKAGE p CITRIX", "warning", "no components"),
        ("PACKAGE p CITRIX COMPONENTS=a:1:x", "warning", "quantity"),
        ("PACKAGE p CITRIX COMPONENTS=a", "note", "enables this package"),
        ("FEATURESET CITRIX 5EED0001", "note", "obsolete"),
        ("VENDOR", "error", "names nothing"),
        ("VENDOR x\nSERVER only", "warning", "no host id"),
        ("VENDOR x\nSERVER a ANY 99999", "warning", "no port number"),
    ],
)
def test_it_reports(text: str, severity: str, words: str) -> None:
    # A second SERVER line directly below the first is what one of the rows is about.
    lead = "SERVER this_host ANY\n" if text.startswith("SERVER") else HEAD
    problems = parse((lead + text).encode()).problems
    found = [problem for problem in problems if words in problem.sentence]
    assert [problem.severity for problem in found] == [severity]
    assert found[0].line > lead.count("\n")
    assert "5EED" not in repr(problems)


def test_it_finds_nothing_wrong_with_a_whole_file() -> None:
    assert _problems(f'{TERMS} SN=1 NOTICE="x" SIGN="5EED 0001"', today=TODAY) == []


@pytest.mark.parametrize(
    ("expiry", "is_expired"), [("31-may-2026", True), ("1-jun-2026", False), ("permanent", False), ("1-jan-0", False)]
)
def test_it_reports_an_expired_license_after_its_last_day(expiry: str, is_expired: bool) -> None:
    text = f"INCREMENT f CITRIX 1 {expiry} 5\n"
    assert bool(_problems(text, today=TODAY)) is is_expired
    assert _problems(text) == []


def test_it_reports_a_start_in_the_future() -> None:
    assert "starts on 2026-06-02" in _problems(f"{TERMS} START=2-jun-2026\n", today=TODAY)[0].sentence
    assert _problems(f"{TERMS} START=1-jun-2026\n", today=TODAY) == []


@pytest.mark.parametrize("end", [" SN=1", "\n# last words", ' SIGN="5EED 0001"', "\n"])
def test_it_reports_a_file_that_ends_before_its_last_signature(end: str) -> None:
    torn = [problem for problem in _problems(f"{TERMS}{end}") if problem.severity == "error"]
    assert bool(torn) is (end == " SN=1")


def test_it_reports_a_client_stub() -> None:
    problems = parse(b"SERVER lic1 ANY\nUSE_SERVER").problems
    assert [problem.severity for problem in problems] == ["note"]


def test_it_keeps_what_is_whole_of_a_torn_statement() -> None:
    parsed = parse(f'{HEAD}{TERMS} SN=1 NOTICE="Harbor" \\\nSIGN="5EED \\\n\n0001 5EED"\n'.encode())
    assert parsed.features[0].serial_number == "1"
    assert not parsed.features[0].signed
    assert [(problem.line, problem.end_line, problem.text) for problem in parsed.problems][1] == (6, 6, "…")


@pytest.mark.parametrize(
    "line",
    [
        '0001 5EED 0002 5EED"',
        "5EED0001AAAA",
        '5EED"',
        "5EED″ \\",
        f'{TERMS} NOTICE="a" SIGN="5EED 0001\n5EED-0002 5EED"',
        f'{TERMS} \\\n0001 5EED 0002" SN=1',
        'x SIGN="5EED 0001"',
        "x SIGN2=5EED",
        "x AUTH={a=5EED}",
        "x ck=5EED",
        "x sign = 5EED",
        "INCREMENT f CITRIX 1 permanent x 5EED0001AAAA",
        "INCREMENT f CITRIX SIGN=5EED",
    ],
)
def test_it_masks_secrets_in_the_line_it_shows(line: str) -> None:
    problems = _problems(line)
    assert problems
    assert "5EED" not in repr(problems)


def test_it_shortens_long_lines_and_hides_unprintable_characters() -> None:
    text = _problems("\x01 " + "word " * 1000)[0].text
    assert len(text) <= 200
    assert text.isprintable()


def test_it_folds_a_flood_of_problems_into_one_that_spans_them() -> None:
    problems = _problems("junk\n" * (MOST_PROBLEMS + 500))
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].sentence.startswith("500 more findings")
    assert (problems[-1].line, problems[-1].end_line) == (MOST_PROBLEMS + 3, MOST_PROBLEMS + 502)
