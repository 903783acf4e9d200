"""Does the udadmin reader understand every row, and say so where it does not?"""

from datetime import datetime

import pytest

from licenses.formats.udadmin import HolderCounts, looks_like_udadmin, parse

HEAD = "Usage data is 3 minutes old. Next update in 12 minutes.\nUsers:\n"


def read(*rows: str, head: str = HEAD) -> list[tuple[str, str, str]]:
    parsed = parse((head + "\n".join(rows)).encode())
    return [(one.kind, one.name, one.feature) for one in parsed.assignments]


def sentence_of(*rows: str) -> str:
    (problem,) = parse((HEAD + "\n".join(rows)).encode()).problems
    return problem.sentence


@pytest.mark.parametrize(
    "name", ["ben", "HARBOR\\ben", "ben@harbor.example", "Ben van Dijk", "4711", "udadmin", "Renée"]
)
def test_it_reads_every_form_of_a_name(name: str) -> None:
    assert read(f" {name} XDT_PLT_UD 2027.0630") == [("user", name, "XDT_PLT_UD")]


def test_it_tells_devices_from_users() -> None:
    assert read(" ada F 2027.0630", "Devices:", " dock-05 F 2027.0630")[1] == ("device", "dock-05", "F")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Thu Sep 14 13:41:07 2017", datetime(2017, 9, 14, 13, 41, 7)),
        ("Fri Sep  1 03:04:05 2017", datetime(2017, 9, 1, 3, 4, 5)),
        ("Fri Feb 30 03:04:05 2017", None),
        ("gestern", None),
    ],
)
def test_it_reads_the_time_of_an_assignment(text: str, moment: datetime | None) -> None:
    parsed = parse(f"{HEAD} ada F 2027.0630 ({text})".encode())
    assert parsed.assignments[0].assigned_at == moment
    assert len(parsed.problems) == (moment is None)


def test_it_counts_a_person_once_per_feature() -> None:
    parsed = parse(f"{HEAD} ada F 2027.0630\n ADA F 2026.1130\n ada G 2027.0630\nDevices:\n d1 F 2027.0630".encode())
    assert parsed.counts() == {"F": HolderCounts(users=1, devices=1), "G": HolderCounts(users=1)}
    assert parsed.counts()["F"].total == 2


def test_it_tells_nobody_from_unknown() -> None:
    assert parse(HEAD.encode()).is_udadmin
    assert not parse(b"").is_udadmin
    assert parse(b"").age_minutes is None


def test_it_refuses_a_line_that_may_hold_two_assignments() -> None:
    assert "two assignments" in sentence_of(" ada F_UD 2027.0630 ben F_UD 2027.0630")


def test_it_does_not_guess_what_stands_below_an_unknown_heading() -> None:
    parsed = parse(f"{HEAD} ada F 2027.0630\nDrucker:\n laser F 2027.0630".encode())
    assert [one.name for one in parsed.assignments] == ["ada"]
    assert [problem.line for problem in parsed.problems] == [4, 5]


def test_it_keeps_an_impossible_support_date_as_text() -> None:
    one = parse(f"{HEAD} ada F 2027.1301".encode()).assignments[0]
    assert (one.css_date, one.css_text) == (None, "2027.1301")


@pytest.mark.parametrize("line", ["C:\\LS>udadmin -list -a", "$ udadmin -list", "PS C:\\>", "# note"])
def test_it_takes_prompts_for_comments(line: str) -> None:
    parsed = parse(f"{line}\n{HEAD}".encode())
    assert parsed.lines.comments == ((1, 1),)
    assert parsed.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Users of F:  (Total of 10 licenses issued;  Total of 3 licenses in use)\n ada 2027.0630",
        "SERVER this_host ANY\nINCREMENT F CITRIX 2027.0630 permanent 5 SN=1",
        "<xml>Users:</xml>",
        "Dear users:\nyour usage data is 3 minutes old. Next update in 12 minutes.",
        "Users:\nada and ben",
    ],
)
def test_it_claims_nothing_else(text: str) -> None:
    assert not looks_like_udadmin(text)


def test_it_claims_a_list_without_its_first_line() -> None:
    assert looks_like_udadmin("Users:\n\n ada F 2027.0630\n")
