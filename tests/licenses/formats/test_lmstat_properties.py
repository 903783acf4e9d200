"""Do the promises of the lmstat reader hold for any text: no exception, no lost line, one result?"""

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from licenses.formats.lmstat import LmstatReport, looks_like_lmstat, parse, parse_decoded
from licenses.formats.lmstat_facts import lmstat_facts
from licenses.formats.text import decode

SAMPLES = [path.read_text() for path in sorted((Path(__file__).parents[2] / "samples" / "lmstat").glob("*.txt"))]
LINES = sorted({line for text in SAMPLES for line in text.split("\n")})
SCRAPS = [
    "Users of f: ", "(Total of 5 licenses issued; ", "Total of 5 licenses in use)", "    ada pc-01 pc-01 (v1.0) ",
    "(lic1/27000 101)", ", start Mon 1/5 8:42", ", 2 licenses", ", PID: 7",
    "  (linger: 1 / 2)", " queued for 1 license",
    "\t3 RESERVATIONs for GROUP g (lic1/27000)", '  "f" v1.0, vendor: t', "\n", "\n", "\n\n", "\r\n",
    " ", "(v", "(", ")",
    "/", "é", "表", "\x85", "\u2028", "\0", "\ufeff", "...", "-----", "h: license server UP v1", "C:\\a.lic:",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(SCRAPS), max_size=40).map("".join)
ANY_BYTES = st.binary(max_size=400) | TEXTS.map(str.encode)
SHUFFLED = st.lists(st.sampled_from(LINES) | TEXTS, max_size=60).map("\n".join)

NAME = st.text("abcXYZ019_.+-", min_size=1, max_size=12)
HOST = st.integers(1, 99).map(lambda number: f"pc{number:02}.dock.example")
USER = NAME | st.tuples(NAME, NAME).map(" ".join)
START = st.tuples(st.integers(1, 5), st.integers(0, 8), st.integers(0, 59))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A sample with some lines torn, doubled, dropped or replaced."""
    lines = draw(st.sampled_from(SAMPLES)).split("\n")
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        cut = draw(st.integers(0, len(lines[at])))
        lines[at : at + 1] = draw(
            st.sampled_from([[], [lines[at]] * 2, [lines[at][:cut]], [lines[at][:cut], lines[at][cut:]], [""]])
        ) or [draw(TEXTS)]
    return "\n".join(lines)


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, tuple[object, ...]]:
    """One row as text and as truth."""
    kind = draw(st.sampled_from(["checkout", "checkout", "checkout", "queued", "reservation"]))
    count = draw(st.integers(1, 40))
    if kind == "reservation":
        name = draw(NAME)
        return f"\t{count} RESERVATION{'s' * (count > 1)} for HOST {name} (lic1/27000)", (kind, name, count)
    user, host = draw(USER), draw(HOST)
    display = draw(st.sampled_from([host, "/dev/pts/3", ":0.0"] + ([] if " " in user else [""])))
    handle = draw(st.integers(1, 10**6))
    words = " ".join(word for word in (user, host, display) if word)
    text = f"    {words} (v2026.1) (lic1/27000 {handle})"
    who = (user, host, display, str(handle), count)
    if kind == "queued":
        return f"{text} queued for {count} license{'s' * (count > 1)}", (kind, *who)
    day, hour, minute = draw(START)
    pid, linger = (
        draw(st.none() | st.integers(1, 9999)),
        draw(st.none() | st.tuples(st.integers(0, 99), st.integers(0, 99))),
    )
    text += f", start Mon 1/{day} {hour}:{minute:02}"
    text += f", {count} licenses" if count > 1 or draw(st.booleans()) else ""
    text += f", PID: {pid}" if pid else ""
    text += f"  (linger: {linger[0]} / {linger[1]})" if linger else ""
    return text, (kind, *who, f"2026-01-0{day} {hour:02}:{minute:02}:00", pid, linger)


FEATURES = st.lists(st.tuples(NAME, st.lists(rows(), max_size=8), st.booleans()), max_size=5)


def written(features: list[tuple[str, list[tuple[str, tuple[object, ...]]], bool]]) -> str:
    """The report that lmstat would print."""
    parts = ["Flexible License Manager status on Mon 1/5/2026 9:20", "", "Feature usage info:", ""]
    for name, listed, is_dense in features:
        gap = [] if is_dense else [""]
        parts += [f"Users of {name}:  (Total of 99 licenses issued;  Total of 9 licenses in use)", *gap]
        parts += [f'  "{name}" v2027.0101, vendor: CITRIX', "  floating license", *gap]
        parts += [text for text, _ in listed] + gap
    return "\n".join(parts)


def read(report: LmstatReport) -> list[tuple[str, list[tuple[object, ...]]]]:
    """The report in the form of the truth, rows in the order of their lines."""
    found = []
    for feature in report.features:
        listed: list[tuple[int, tuple[object, ...]]] = []
        for row in feature.checkouts:
            who = (row.user, row.host, row.display, row.handle, row.licenses)
            listed.append((row.line, ("checkout", *who, str(row.started_at), row.pid, row.linger)))
        listed += [
            (one.line, ("queued", one.user, one.host, one.display, one.handle, one.licenses)) for one in feature.queued
        ]
        listed += [(one.line, ("reservation", one.name, one.count)) for one in feature.reservations]
        found.append((feature.name, [truth for _, truth in sorted(listed, key=lambda pair: pair[0])]))
    return found


def assert_no_line_is_lost(text: str) -> None:
    report = parse(text.encode())
    ends = [0, *(end for span in report.spans for end in (span.first, span.last))]
    assert ends == sorted(ends)
    assert all(one.last < two.first for one, two in zip(report.spans, report.spans[1:], strict=False))
    numbers = {number: span.kind for span in report.spans for number in range(span.first, span.last + 1)}
    plain = decode(text.encode()).text.replace("\ufeff", "")
    filled = {number for number, line in enumerate(plain.split("\n"), start=1) if line.strip()}
    assert filled <= numbers.keys()
    explained = {number for one in report.problems for number in range(one.line, max(one.line, one.end_line) + 1)}
    assert {number for number in filled if numbers[number] == "problem"} <= explained


@settings(max_examples=300, deadline=None)
@given(ANY_BYTES, st.booleans())
def test_it_never_raises_and_always_gives_json(raw: bytes, japanese: bool) -> None:
    report = parse(raw, japanese=japanese)
    json.dumps(lmstat_facts(report)).encode()
    assert looks_like_lmstat(raw) in {True, False}


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_a_mutated_sample_loses_no_line(text: str) -> None:
    assert_no_line_is_lost(text)


@settings(max_examples=300, deadline=None)
@given(SHUFFLED)
def test_shuffled_lines_are_all_accounted_for(text: str) -> None:
    assert_no_line_is_lost(text)


@settings(max_examples=400, deadline=None)
@given(mutated() | SHUFFLED | TEXTS)
def test_the_fast_way_reads_what_the_general_way_reads(text: str) -> None:
    decoded = decode(text.encode())
    assert parse_decoded(decoded, size=0) == parse_decoded(decoded, size=0, fast=False)


@settings(max_examples=200, deadline=None)
@given(FEATURES, st.booleans())
def test_it_reads_back_what_was_written(
    features: list[tuple[str, list[tuple[str, tuple[object, ...]]], bool]], fast: bool
) -> None:
    report = parse_decoded(decode(written(features).encode()), size=0, fast=fast)
    assert read(report) == [(name, [truth for _, truth in listed]) for name, listed, _ in features]
