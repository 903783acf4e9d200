"""Does the options file reader keep every statement as it is meant?"""

import pytest

from licenses.formats.options_file import looks_like_options_file, parse


def rule(text: str) -> tuple[object, ...]:
    (one,) = parse(text.encode()).statements
    return one.keyword, one.number, one.feature, one.feature_keys, one.type, one.name


def test_it_reads_the_published_examples() -> None:
    parsed = parse(b"* NOLOG IN\n* NOLOG OUT\nGROUPCASEINSENSITIVE ON\nMAX 1 MPS_ENT_CCU HOST dock-05\n")
    assert [one.raw for one in parsed.statements] == ["GROUPCASEINSENSITIVE ON", "MAX 1 MPS_ENT_CCU HOST dock-05"]
    assert [one.keyword for one in parsed.rules] == ["MAX"]
    assert parsed.is_group_case_insensitive


def test_it_takes_lines_that_begin_with_an_asterisk_for_comments() -> None:
    parsed = parse(b"* MAX 1 f USER ada\n# MAX 1 f USER ada\n")
    assert parsed.statements == ()
    assert parsed.lines.comments == ((1, 2),)


@pytest.mark.parametrize(
    "feature", ["f1:VERSION=2.0", '"f1 VERSION=2.0"', '"f1:VERSION=2.0"', "f1:version=2.0", 'f1:VERSION="2.0"']
)
def test_it_reads_every_form_of_a_condition(feature: str) -> None:
    keyword, number, name, keys, kind, who = rule(f"MAX 0 {feature} HOST dock-05")
    assert (keyword, number, name, kind, who) == ("MAX", 0, "f1", "HOST", "dock-05")
    assert isinstance(keys, tuple)
    assert [(key.upper(), value) for key, value in keys] == [("VERSION", "2.0")]


def test_it_reads_several_conditions() -> None:
    keys = rule('RESERVE 1 "f1 VERSION=2.0 NOTICE=Harbor Bank VENDOR_STRING=;LT=Retail;AP=A/B:C" USER ada')[3]
    assert keys == (("VERSION", "2.0"), ("NOTICE", "Harbor Bank"), ("VENDOR_STRING", ";LT=Retail;AP=A/B:C"))


def test_it_finds_a_condition_in_any_case() -> None:
    one = parse(b"MAX 1 f1:Version=2.0 USER ada").statements[0]
    assert (one.key("VERSION"), one.key("NOTICE")) == ("2.0", None)


def test_it_adds_up_the_lines_of_a_group() -> None:
    parsed = parse(b"GROUP night ada ben\nGROUP night ADA cleo\nHOST_GROUP night dock-05\n")
    assert parsed.members_of("night") == ("ada", "ben", "ADA", "cleo")
    assert parsed.members_of("night", keyword="HOST_GROUP") == ("dock-05",)
    assert parsed.members_of("day") == ()


def test_it_ignores_the_case_of_members_where_the_file_says_so() -> None:
    parsed = parse(b"GROUP night ada ben\nGROUP night ADA cleo\nGROUPCASEINSENSITIVE ON\n")
    assert parsed.members_of("night") == ("ada", "ben", "cleo")


def test_it_shows_unknown_statements_without_a_verdict() -> None:
    parsed = parse(b"DATA_PROGRAM 1 of 2\n")
    assert [(one.text, one.severity) for one in parsed.problems] == [("DATA_PROGRAM 1 of 2", "note")]


def test_it_joins_continued_lines_around_a_comment() -> None:
    parsed = parse(b"GROUP night ada \\ # first\n  # in between\n\tben\\\n cleo # last\nNOLOG IN")
    assert parsed.members_of("night") == ("ada", "ben", "cleo")
    assert [(one.line, one.end_line) for one in parsed.statements] == [(1, 4), (5, 5)]


@pytest.mark.parametrize(
    ("text", "by"), [("MAX 1 f USER a \\\n\nNOLOG IN", "blank line"), ("NOLOG IN \\", "end of the")]
)
def test_it_says_where_a_statement_was_torn(text: str, by: str) -> None:
    parsed = parse(text.encode())
    assert parsed.statements[0].keyword in {"MAX", "NOLOG"}
    assert by in parsed.problems[0].sentence


@pytest.mark.parametrize(
    "text",
    [
        'MAX 1 "f SIGN=5EED 5EED 5EED" USER ada',
        "MAX 1 f:SIGN=5EED5EED5EED USER ada",
        "MAX 1 f:KEY=5EED5EED5EED USER ada",
        "GROUP night f:SIGN=5EED 5EED 5EED",
        "MAX 1 f:SIGN=5EED 5EED 5EED USER ada",
        'EXCLUDE "f SIGN=5EED 5EED',
        "UNKNOWN SIGN2=5EED 5EED",
    ],
)
def test_it_keeps_no_signature_and_no_key(text: str) -> None:
    assert "5EED" not in repr(parse(text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# NOLOG IN",
        "Group policy is set by ada.\nMax 5 people may include others.\nTimeout is 5 minutes.",
        "Write this line into the file:\nMAX 1 f USER ada\nand then restart the service.\nThat is all.",
        "SERVER this_host ANY\nVENDOR CITRIX\nMAX 1 f USER ada",
        "<options>\nMAX 1 f USER ada\n</options>",
        "Users of F:  (Total of 10 licenses issued;  Total of 3 licenses in use)",
    ],
)
def test_it_claims_nothing_else(text: str) -> None:
    assert not looks_like_options_file(text)


@pytest.mark.parametrize("text", ["nolog in", "DATA_PROGRAM 1\nOTHER_SETTING ON\nNOLOG OUT", "GROUP night ada"])
def test_it_claims_options_files(text: str) -> None:
    assert looks_like_options_file(text)
