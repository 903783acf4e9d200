"""Do the promises of the reader hold for any file: no exception, no lost line, no signature?"""

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from licenses.formats.facts import license_file_facts
from licenses.formats.license_file import LicenseFile, parse

PIECES = [
    "SERVER", "VENDOR CITRIX", "USE_SERVER", "INCREMENT", "feature", "PACKAGE p CITRIX", "UPGRADE", "FEATURESET",
    "f CITRIX", "1.0", "permanent", "1-jan-2027", "5", "uncounted", "\\", "\n", "\n", "\r\n", "\r", " ", "\t", "#",
    '"', '"', "=", "SIGN=", 'SN="a b"', "NOTICE=“x”", "AUTH={", "}", "sort=", "0123456789AB", "...", "\x1a", "\ufeff",
    "\0", "é", "表", "\x85", "\u2028",
]  # fmt: skip
SCRAPS = st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join) | st.lists(st.sampled_from(PIECES)).map("".join)
ANY_BYTES = st.binary(max_size=400) | SCRAPS.map(str.encode)

WORD = st.text("ABCDEFXYZ_0123456789", min_size=1, max_size=12).map(lambda word: f"n{word}")
VALUE = st.text("abcXYZ019 ,;:=#<>|é", max_size=30).map(lambda text: " ".join(text.split()))
BARE = st.text("abcXYZ019,;:=<>|", min_size=1, max_size=12)
EXPIRY = st.sampled_from(["permanent", "1-jan-0", "06-feb-2027", "6-FEB-27"])
SIGNATURE = st.lists(st.integers(0x1000, 0xFFFF).map(lambda number: f"{number:04X}"), min_size=6, max_size=30)


@st.composite
def statements(draw: st.DrawFn) -> list[str]:
    """One INCREMENT as the words that a line break may stand between."""
    words = ["INCREMENT", draw(WORD), draw(st.sampled_from(["CITRIX", "citrix", "other"])), "2027.0630", draw(EXPIRY)]
    words.append(draw(st.sampled_from(["1", "25", "uncounted", "0"])))
    words.append(f"SN={draw(BARE)}")
    words += f'NOTICE="{draw(VALUE)}"'.split(" ")
    words += draw(st.lists(st.sampled_from(["TS_OK", "HOSTID=ANY", "OVERDRAFT=3", "MY_FLAG", "x=<y>"]), unique=True))
    return words + f'SIGN="{" ".join(draw(SIGNATURE))}"'.split(" ")


@st.composite
def layouts(draw: st.DrawFn, words: list[str]) -> str:
    """The words with random breaks, indentation, line ends and case of the keyword."""
    eol = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = draw(st.sampled_from([words[0], words[0].lower(), words[0].title()]))
    quoted = False
    for word in words[1:]:
        # A "#" at the start of a line inside quotes is text, but outside of them it is a comment.
        glue = [" ", " ", f" \\{eol}", f" \\ {eol}\t  "] + ([] if quoted else [f" \\ # note{eol}", f"\\{eol}"])
        text += draw(st.sampled_from(glue)) + word
        quoted ^= word.count('"') % 2 == 1
    return text + draw(st.sampled_from(["", eol, f" # last{eol}"]))


def _comparable(parsed: LicenseFile) -> tuple[object, ...]:
    one = parsed.features[0]
    facts = license_file_facts(parsed)
    return facts["features"], one.attributes, one.flags, one.signature_sha256, len(parsed.features)


@settings(max_examples=200, deadline=None)
@given(ANY_BYTES, st.booleans())
def test_it_never_raises_and_always_gives_json(raw: bytes, japanese: bool) -> None:
    parsed = parse(raw, today=date(2026, 6, 1), japanese=japanese)
    json.dumps(license_file_facts(parsed)).encode()
    assert all(len(parsed.server_of(feature)) <= len(parsed.servers) for feature in parsed.features)


@settings(max_examples=200, deadline=None)
@given(SCRAPS)
def test_it_loses_no_line(text: str) -> None:
    parsed = parse(text.encode())
    seen = {line for first, last in parsed.spans for line in range(first, last + 1)}
    for problem in parsed.problems:
        if "No license statement" not in problem.sentence:
            seen |= set(range(problem.line, problem.end_line + 1))
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "").replace("\0", "?")
    written = {
        number for number, line in enumerate(plain.split("\n"), start=1) if line.strip() and line.strip()[0] != "#"
    }
    assert written <= seen


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_it_reads_every_layout_alike(data: st.DataObject) -> None:
    words = data.draw(statements())
    plain = parse(" ".join(words).encode())
    laid_out = parse(data.draw(layouts(words)).encode())
    assert _comparable(laid_out) == _comparable(plain)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_it_keeps_no_part_of_a_signature_even_of_a_cut_file(data: st.DataObject) -> None:
    signature = data.draw(SIGNATURE)
    groups = [f"7E5{group}" for group in signature]
    text = f'INCREMENT f CITRIX 1 permanent 5 SN=1 NOTICE="a b" SIGN="{" ".join(groups)}"'
    blanks = [at for at, char in enumerate(text) if char == " "]
    torn = set(data.draw(st.lists(st.sampled_from(blanks), max_size=6)))
    glue = data.draw(st.sampled_from([" \\\n", "\\\n\n", "\n", " \\\n# note\n"]))
    parsed = parse("".join(glue if at in torn else char for at, char in enumerate(text)).encode())
    assert "7E5" not in repr(parsed) + json.dumps(license_file_facts(parsed))
