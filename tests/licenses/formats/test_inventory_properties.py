"""Do the promises of the three readers hold for any file: no exception, no lost line, the same rows in every layout?"""

import csv
import io
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from licenses.formats import inventory_export, options_file, udadmin
from licenses.formats.inventory_facts import inventory_facts, options_file_facts, udadmin_facts
from tests.licenses.formats.line_accounting import assert_every_line_is_accounted_for

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = [path for folder in ("udadmin", "opt", "inventory") for path in sorted((SAMPLES / folder).iterdir())]
LINES = sorted({line for path in FILES if path.suffix != ".json" for line in path.read_bytes().splitlines()})
PIECES = [
    b"PLD,Count", b'"', b",", b";", b"\n", b"\r\n", b"\r", b"\n\n", b" : ", b"=", b"---- --", b"<<<",
    b"citrix_licenses>>>",
    b"\\", b"#", b"*", b"{", b"}", b"PS C:\\>", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe9", b"\x85",
    b"1/2/2027 1:00 PM",
    b"GROUP", b"MAX 1 f USER a", b"SIGN=", b"Users:", b" a F 2027.0630", b"9" * 30, b"   ",
]  # fmt: skip
SCRAPS = st.lists(st.sampled_from([*LINES, *PIECES]), max_size=30)
ANY_BYTES = st.binary(max_size=300) | SCRAPS.map(b"\n".join) | SCRAPS.map(b"".join)

NAME = st.text("abcXYZ019._-é", min_size=1, max_size=12)
PERSON = st.builds(lambda front, name: f"{front}{name}", st.sampled_from(["", "HARBOR\\", "Ada "]), NAME)
CODE = st.sampled_from(["XDT_PLT_UD", "MPS_ENT_CCU", "NEW_CODE_X"])
NUMBER = st.integers(0, 99_999)
POOLS = st.lists(st.tuples(CODE, NUMBER, NUMBER, NUMBER), min_size=3, max_size=8)
COLUMNS = ("PLD", "Count", "Overdraft", "InUseCount")


def _readings(raw: bytes) -> list[tuple[Any, dict[str, object]]]:
    listed, options, inventory = udadmin.parse(raw), options_file.parse(raw), inventory_export.parse(raw)
    return [
        (listed, udadmin_facts(listed)),
        (options, options_file_facts(options)),
        (inventory, inventory_facts(inventory)),
    ]


@settings(max_examples=300, deadline=None)
@given(ANY_BYTES)
def test_it_never_raises_never_loses_a_line_and_always_gives_json(raw: bytes) -> None:
    for parsed, facts in _readings(raw):
        assert_every_line_is_accounted_for(raw, parsed.lines, parsed.problems)
        json.dumps(facts).encode()


@settings(max_examples=300, deadline=None)
@given(ANY_BYTES)
def test_it_recognizes_without_an_exception(raw: bytes) -> None:
    text = raw.decode("latin-1")
    udadmin.looks_like_udadmin(text)
    options_file.looks_like_options_file(text)
    inventory_export.looks_like_inventory(text)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([path for path in FILES if path.suffix != ".json"]), st.data())
def test_it_loses_no_line_of_a_damaged_sample(path: Path, data: st.DataObject) -> None:
    lines = path.read_bytes().split(b"\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    change = data.draw(st.sampled_from(["drop", "double", "cut", "insert", "quote", "swap"]))
    before, line, after = lines[:at], lines[at], lines[at + 1 :]
    changed = {
        "drop": [], "double": [line, line], "cut": [line[: len(line) // 2]], "quote": [line + b'"'],
        "insert": [line, data.draw(st.sampled_from(PIECES))], "swap": [*after[:1], line],
    }[change]  # fmt: skip
    raw = b"\n".join([*before, *changed, *(after[1:] if change == "swap" else after)])
    for parsed, _ in _readings(raw):
        assert_every_line_is_accounted_for(raw, parsed.lines, parsed.problems)


@settings(deadline=None)
@given(st.lists(st.tuples(PERSON, CODE, st.booleans()), max_size=8))
def test_it_reads_back_a_rendered_list_of_assignments(rows: list[tuple[str, str, bool]]) -> None:
    users, devices = ([row for row in rows if row[2] is wanted] for wanted in (True, False))
    text = "Usage data is 0 minutes old. Next update in 15 minutes.\nUsers:\n"
    text += "".join(f" {name} {code} 2027.0630\n" for name, code, _ in users) + "Devices:\n"
    text += "".join(f" {name} {code} 2027.0630\n" for name, code, _ in devices)
    parsed = udadmin.parse(text.encode())
    assert [(one.name, one.feature, one.kind == "user") for one in parsed.assignments] == users + devices


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["MAX", "RESERVE"]), NUMBER, CODE, NAME, PERSON, st.booleans()), max_size=8))
def test_it_reads_back_rendered_rules(rules: list[tuple[str, int, str, str, str, bool]]) -> None:
    text = ""
    for keyword, number, code, version, person, is_quoted in rules:
        feature = f'"{code} VERSION={version}"' if is_quoted else f"{code}:VERSION={version}"
        text += f'{keyword} {number} {feature} \\\n  USER "{person}" # why\n'
    found = options_file.parse(text.encode()).statements
    assert [(one.keyword, one.number, one.feature, one.key("VERSION"), one.name) for one in found] == [
        rule[:5] for rule in rules
    ]


def _as_csv(pools: list[tuple[str, int, int, int]], delimiter: str) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *pools])
    return file.getvalue()


def _as_list(pools: list[tuple[str, int, int, int]], mark: str) -> str:
    objects = ("".join(f"{name}{mark}{value}\n" for name, value in zip(COLUMNS, pool, strict=True)) for pool in pools)
    return "\n".join(objects)


def _as_table(pools: list[tuple[str, int, int, int]]) -> str:
    head = f"{'PLD':<20} {'Count':>8} {'Overdraft':>9} {'InUseCount':>10}\n"
    ruler = f"{'---':<20} {'-----':>8} {'---------':>9} {'----------':>10}\n"
    return head + ruler + "".join(f"{row[0]:<20} {row[1]:>8} {row[2]:>9} {row[3]:>10}\n" for row in pools)


@settings(deadline=None)
@given(POOLS, st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_it_reads_every_layout_alike(pools: list[tuple[str, int, int, int]], eol: str) -> None:
    layouts = [_as_csv(pools, ","), _as_csv(pools, ";"), _as_list(pools, " : "), _as_list(pools, "="), _as_table(pools)]
    for layout in layouts:
        parsed = inventory_export.parse(layout.replace("\r\n", "\n").replace("\n", eol).encode())
        assert [(one.code, one.total, one.overdraft, one.in_use) for one in parsed.pools] == pools
        assert parsed.lines.unread_count == 0
