"""Does the stroke that reads whole canonical statements say exactly what the general reader says?"""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licenses.formats import license_file
from licenses.formats.canonical import Opening, Rest, split_canonical
from licenses.formats.license_file import LicenseFile, parse

SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "lic").glob("*.lic"))
HEAD = "# This file is in UTF-8 format.\n#\nSERVER this_host ANY\nVENDOR CITRIX\nUSE_SERVER\n"
SIGN = 'SIGN="5EED 0001 \\\n\t0002 0003"'
TERMS = "VENDOR_STRING=;LT=Retail;GP=720;CL=VDS,VDA;SA=1;ODP=0;AP=ADMIN/LOGON/-28D:NONADMIN/LOGON/ALW"
PLAIN = (
    f"INCREMENT XDT_ENT_UD CITRIX 2027.0630 30-jun-2027 90 \\\n\t{TERMS} \\\n\tOVERDRAFT=10 DUP_GROUP=V"
    f' ISSUED=18-dec-2025 NOTICE="Harbor Bank" \\\n\tSN=LA-1:1 START=6-feb-2026 {SIGN}\n'
)
SHUFFLED = (
    f'INCREMENT MPS_ENT_CCU CITRIX 2027.0630 permanent 5 {SIGN} \\\nSN=1 ISSUED=1-jan-2026 NOTICE="a b" {TERMS}\n'
)
TODAY = date(2026, 6, 1)


def _general(raw: bytes) -> LicenseFile:
    """What the general reader says about the file alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(license_file, "split_canonical", lambda text: [Rest(text, 1, is_whole=True)])
        return parse(raw, today=TODAY)


def _is_fast(text: str) -> bool:
    """True when no statement that grants something went the general way."""
    return not any("INCREMENT" in part.text.upper() for part in split_canonical(text) if isinstance(part, Rest))


def _agree(text: str) -> None:
    raw = text.encode()
    assert parse(raw, today=TODAY) == _general(raw)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        SHUFFLED,
        PLAIN + SHUFFLED + PLAIN.replace("LA-1", "LA-2"),
        PLAIN.replace(" \\\n\t", " "),
        PLAIN.replace("OVERDRAFT=10 ", ""),
        PLAIN.replace("30-jun-2027", "permanent"),
        PLAIN.replace(SIGN, f"{SIGN} {SIGN.replace('SIGN', 'SIGN2')}"),
        PLAIN.replace("Harbor Bank", "Hafenbank Köln 銀行"),
        PLAIN.replace("\t", ""),
        PLAIN.rstrip("\n"),
    ],
)
def test_it_reads_what_citrix_writes_in_one_stroke(text: str) -> None:
    assert _is_fast(HEAD + text)
    _agree(HEAD + text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Harbor Bank", "Dock #5"),
        ("Harbor Bank", "a SIGN=5EED"),
        ("Harbor Bank", "“Harbor”"),
        ("Harbor Bank", "Harbor \\\nBank"),
        ('"Harbor Bank"', "Harbor"),
        ("SN=LA-1:1", "SN=Asort=1"),
        ("SA=1", "SA=1sort=2"),
        ("START=6-feb-2026", "START=31-feb-2026"),
        ("30-jun-2027", "31-jun-2027"),
        ("30-jun-2027", "Permanent"),
        (" 90 ", " 0 "),
        (" 90 ", " uncounted "),
        (" 90 ", " 90 0123456789AB "),
        ("DUP_GROUP=V", "DUP_GROUP=V TS_OK"),
        ("0002 0003", "0002 zzzz"),
        ("\\\n\tSN", "\\\n\nSN"),
        ("\\\n\tSN", "\\ # by hand\n\tSN"),
        ("INCREMENT", "increment"),
        ("CITRIX", '"CITRIX"'),
        ('0003"', '0003" '),
        ('0003"', '0003" \\'),
    ],
)
def test_it_leaves_everything_else_to_the_general_reader(old: str, new: str) -> None:
    text = HEAD + PLAIN.replace(old, new, 1)
    assert not _is_fast(text)
    _agree(text + PLAIN)


@pytest.mark.parametrize(
    "before",
    ["NOTICE=x \\\n", 'INCREMENT a CITRIX 1.0 permanent 1 NOTICE="x \\\n', "# comment \\\n", "\\\n", "VENDOR\n"],
)
def test_it_starts_no_statement_inside_another_one(before: str) -> None:
    _agree(HEAD + before + PLAIN + "SN=7\n")


def test_it_leaves_a_double_spaced_capture_to_the_general_reader() -> None:
    one_line = PLAIN.replace(" \\\n\t", " ")
    _agree("\n".join(f"{line}\n" for line in (HEAD + one_line + one_line).split("\n")))


@pytest.mark.parametrize(
    "opening",
    [
        HEAD,
        HEAD.removeprefix("# This file is in UTF-8 format.\n#\n"),
        HEAD.replace("ANY", "HOSTNAME=lic-1.example.net"),
        HEAD.replace("ANY", "0050569A12cd 27000"),
    ],
)
def test_it_reads_the_lines_above_the_licenses_in_one_stroke(opening: str) -> None:
    assert isinstance(next(iter(split_canonical(opening + PLAIN))), Opening)
    _agree(opening + PLAIN)
    _agree(opening)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ANY", "ANY 0"),
        ("ANY", "ANY 65536"),
        ("ANY", "SIGN=5EED"),
        ("ANY", "HOSTNAME=a SIGN=5EED"),
        ("ANY", '"ANY"'),
        ("ANY", "ANY \\"),
        ("#\n", "# \\\n"),
        ("#\n", "junk\n"),
        ("VENDOR", "DAEMON"),
        ("CITRIX", "CITRIX /opt/citrix"),
        ("CITRIX", "CITRIX \\"),
        ("USE_SERVER\n", "USE_SERVER \\\n"),
        ("USE_SERVER", "use_server"),
        ("USE_SERVER\n", "SERVER b ANY\nUSE_SERVER\n"),
    ],
)
def test_it_leaves_every_other_opening_to_the_general_reader(old: str, new: str) -> None:
    text = HEAD.replace(old, new, 1) + PLAIN
    assert not any(isinstance(part, Opening) for part in split_canonical(text))
    _agree(text)


def test_it_counts_lines_across_both_ways() -> None:
    parsed = parse((HEAD + PLAIN + "junk\n\n" + PLAIN + SHUFFLED).encode())
    assert parsed.spans[3:] == ((6, 10), (13, 17), (18, 20))
    assert parsed.junk_lines == (11,)


def test_it_keeps_no_signature() -> None:
    assert "5EED" not in repr(parse((HEAD + PLAIN + SHUFFLED).encode()))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_it_agrees_on_every_sample(path: Path) -> None:
    assert parse(path.read_bytes(), today=TODAY) == _general(path.read_bytes())


ATTRIBUTES = ["DUP_GROUP=V", "OVERDRAFT=3", "SN=LA-1:2", "ISSUED=1-jan-2026", "START=1-feb-2027", 'NOTICE="a b"', TERMS]
ATTRIBUTES += [SIGN, SIGN.replace("SIGN", "SIGN2"), "HOSTID=ANY", "SN=", 'NOTICE=""', "SN=SIGN=5EED", "HOSTID=ID=1-2"]
SCRAPS = [
    "\\",
    "\n",
    "\\\n",
    '"',
    "=",
    "#",
    " ",
    "\t",
    "INCREMENT ",
    "sort=",
    "SIGN=",
    "“",
    "\r\n",
    "{",
    "VENDOR ",
    "é",
]
SCRAPS += [
    "VENDOR CITRIX",
    "\x1c",
    "\x85",
    "\u2028",
    "\v",
    "\0",
    "AUTH={x}",
    "0123456789AB",
    "5EED",
    "TS_OK",
    "junk\n",
    "",
]


@st.composite
def statements(draw: st.DrawFn) -> str:
    """A canonical statement in any order of its keys, with breaks where they may stand."""
    words = draw(st.lists(st.sampled_from(ATTRIBUTES), min_size=1, max_size=9))
    gaps = st.sampled_from([" ", " ", " \\\n", " \\\n\t", "\\\n", "  "])
    expiry, count = (
        draw(st.sampled_from(["permanent", "1-jan-2027", "1-jan-0"])),
        draw(st.sampled_from(["1", "25", "0"])),
    )
    text = f"INCREMENT f{draw(st.integers(0, 2))} CITRIX 2027.0630 {expiry} {count}"
    return text + "".join(draw(gaps) + word for word in words) + draw(st.sampled_from(["\n", "\n", "\n\n", "\r\n", ""]))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A few statements, some in Citrix's own order, with a few scraps struck into them."""
    text = draw(st.sampled_from([HEAD, "", "#\n"]))
    text += "".join(draw(st.lists(statements() | st.sampled_from([PLAIN, SHUFFLED, "\n", "# note\n"]), max_size=5)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(SCRAPS)) + text[at + draw(st.integers(0, 3)) :]
    return text


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_it_agrees_with_the_general_reader_on_any_statement(text: str) -> None:
    _agree(text)
