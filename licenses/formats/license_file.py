"""What does a FlexNet license file say? Bytes in, a frozen LicenseFile out, never an exception."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter
from typing import TypeVar

from licenses.formats.attributes import straightened
from licenses.formats.canonical import Opening, Rest, split_canonical
from licenses.formats.checks import check
from licenses.formats.lines import Reader
from licenses.formats.problems import Problem
from licenses.formats.records import (
    Component,
    Feature,
    FeatureSet,
    LicenseFile,
    Package,
    ServerLine,
    Upgrade,
    VendorLine,
)
from licenses.formats.saying import say
from licenses.formats.statements import (
    CUT_BY_BLANK,
    CUT_BY_END,
    WORDS_NEEDED,
    PhysicalLines,
    Statement,
    StrayLine,
    read_statements,
)
from licenses.formats.strays import explain
from licenses.formats.text import DecodedText, decode

__all__ = [
    "Component",
    "Feature",
    "FeatureSet",
    "LicenseFile",
    "Package",
    "Problem",
    "ServerLine",
    "Upgrade",
    "VendorLine",
    "parse",
]

Record = TypeVar("Record")

SPAN = itemgetter(0, 1)  # of a Feature: its first and its last line
TYPOGRAPHIC = re.compile("[“”„‟″‘’‚′]")
CONTINUED = re.compile(r"(?m)\\[^\S\n]*+(?:#.*+)?+$")
COMMENT = re.compile(r"#.*+")

# Without one keyword in it, a file of more than this many characters is not listed line by line.
LONGEST_LISTED_JUNK = 1_000_000
KEYWORD_LINE = re.compile(rf"(?im)^[^\S\n]*+(?:{'|'.join(WORDS_NEEDED)})(?=\s|\\|$)")
MOST_JUNK_LINES = 10_000


@dataclass(slots=True)
class _Found:
    """What was read so far, in the order of the file."""

    reader: Reader = field(default_factory=Reader)
    counts: Counter[str] = field(default_factory=Counter)
    spans: list[tuple[int, int]] = field(default_factory=list)
    servers: list[ServerLine] = field(default_factory=list)
    vendors: list[VendorLine] = field(default_factory=list)
    features: list[Feature] = field(default_factory=list)
    upgrades: list[Upgrade] = field(default_factory=list)
    packages: list[Package] = field(default_factory=list)
    featuresets: list[FeatureSet] = field(default_factory=list)
    decimals: list[int] = field(default_factory=list)
    junk: list[int] = field(default_factory=list)
    continued: int = 0
    in_capitals: bool = False


def parse(raw: bytes, *, today: date | None = None, japanese: bool = False) -> LicenseFile:
    """Read a license file. `today` adds the checks that need a day; `japanese` allows cp932."""
    decoded = decode(raw, japanese=japanese)
    text = decoded.text.replace("\ufeff", "").replace("\0", "\ufffd")
    found = _Found()
    if len(text) <= LONGEST_LISTED_JUNK or KEYWORD_LINE.search(text):
        _read(text, found)
    else:
        found.continued = _continued_lines(text)
    parsed = _assembled(found, decoded, text, size=len(raw))
    findings = check(parsed, today=today)
    if not findings:
        return parsed
    problems = sorted([*parsed.problems, *findings], key=lambda problem: problem.line)
    return replace(parsed, problems=tuple(problems))


def _read(text: str, found: _Found) -> None:
    for part in split_canonical(text):
        if isinstance(part, Rest):
            found.continued += _continued_lines(part.text)
            _read_lines(part.lines(), found)
        elif isinstance(part, Opening):
            _take_opening(part, found)
        else:
            _take_run(part, found)


def _read_lines(physical: PhysicalLines, found: _Found) -> None:
    if physical.is_double_spaced:
        sentence = say(
            "A blank line follows every line, as console captures have it. They were left out; nothing to do.",
        )
        found.reader.problems.add(1, "", sentence, severity="note")
    for one in read_statements(physical):
        if isinstance(one, StrayLine):
            _take_stray(one, found)
        else:
            _take_statement(_straight(one, found), found)


def _take_opening(opening: Opening, found: _Found) -> None:
    for keyword in ("SERVER", "VENDOR", "USE_SERVER"):
        found.counts[keyword] += 1
    found.spans.extend(opening.spans)
    found.servers.append(opening.server)
    found.vendors.append(opening.vendor)
    found.in_capitals = True


def _take_run(features: list[Feature], found: _Found) -> None:
    """A run has no gap, so every line of it that does not end a statement is continued."""
    found.counts["INCREMENT"] += len(features)
    found.continued += features[-1].end_line - features[0].line + 1 - len(features)
    found.spans.extend(map(SPAN, features))
    found.features.extend(features)
    found.in_capitals = True


def _take_stray(stray: StrayLine, found: _Found) -> None:
    explained = explain(stray)
    found.reader.problems.add(stray.line, explained.text, explained.sentence, severity=explained.severity)
    if explained.kind == "decimal":
        found.decimals.append(stray.line)
    elif explained.kind == "junk" and len(found.junk) < MOST_JUNK_LINES:
        found.junk.append(stray.line)


def _take_statement(statement: Statement, found: _Found) -> None:
    keyword = statement.keyword
    found.counts[keyword] += 1
    found.spans.append((statement.line, statement.end_line))
    found.in_capitals = found.in_capitals or statement.is_deliberate
    if statement.cut_by:
        sentence = _cut(keyword, statement.cut_by)
        found.reader.problems.add(
            statement.line, statement.first_line, sentence, severity="error", end_line=statement.end_line
        )
    _keep(statement, found)


def _keep(statement: Statement, found: _Found) -> None:
    reader = found.reader
    match statement.keyword:
        case "FEATURE" | "INCREMENT":
            _append(found.features, reader.feature(statement))
        case "SERVER":
            _append(found.servers, reader.server(statement))
        case "VENDOR" | "DAEMON":
            _append(found.vendors, reader.vendor(statement))
        case "PACKAGE":
            _append(found.packages, reader.package(statement))
        case "UPGRADE":
            _append(found.upgrades, reader.upgrade(statement))
        case "FEATURESET":
            _append(found.featuresets, reader.featureset(statement))


def _append(records: list[Record], record: Record | None) -> None:
    if record is not None:
        records.append(record)


def _straight(statement: Statement, found: _Found) -> Statement:
    """Read typographic quotes as straight ones where that makes the statement whole."""
    if statement.text.isascii() or not TYPOGRAPHIC.search(statement.text):
        return statement
    text = straightened(statement.text)
    if text is None:
        return statement
    is_whole = text.count('"') % 2 == 0
    sentence = (
        say(
            "Typographic quotes stand where straight ones belong; they were read as straight ones. Get the "
            "original file.",
        )
        if is_whole
        else say(
            "Typographic quotes stand where straight ones belong, and they do not pair up. Get the original file.",
        )
    )
    found.reader.problems.add(statement.line, statement.first_line, sentence, end_line=statement.end_line)
    return replace(statement, text=text) if is_whole else statement


def _assembled(found: _Found, decoded: DecodedText, text: str, *, size: int) -> LicenseFile:
    return LicenseFile(
        encoding=decoded.encoding,
        eol=decoded.eol,
        size=size,
        line_count=text.count("\n") + (0 if text.endswith("\n") or not text else 1),
        ends_in_newline=text.endswith("\n"),
        continued_lines=found.continued,
        keyword_counts=dict(found.counts),
        servers=tuple(found.servers),
        vendors=tuple(found.vendors),
        features=tuple(found.features),
        upgrades=tuple(found.upgrades),
        packages=tuple(found.packages),
        featuresets=tuple(found.featuresets),
        decimal_lines=tuple(found.decimals),
        junk_lines=tuple(found.junk),
        spans=tuple(found.spans),
        problems=found.reader.problems.listed(),
        is_license_file=_is_license_file(found),
    )


def _continued_lines(text: str) -> int:
    """Physical lines that end in a backslash; a comment may follow it."""
    plain = text.count("\\\n")
    continued = plain if plain == text.count("\\") else sum(1 for _ in CONTINUED.finditer(text))
    comments = (match for match in COMMENT.finditer(text) if match[0].rstrip().endswith("\\"))
    return continued - sum(1 for match in comments if _opens_line(text, match.start()))


def _opens_line(text: str, at: int) -> bool:
    """True when only blanks stand before this place in its line: a comment line does not continue."""
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()


def _is_license_file(found: _Found) -> bool:
    """English text may start a line with “Server” or “Package”, but not in capitals or with a date."""
    if found.in_capitals or found.decimals:
        return True
    features = any(one.expiry_known and one.count_known for one in found.features)
    return features or any(one.expiry_known and one.count_known for one in found.upgrades)


def _cut(keyword: str, cut_by: str) -> str:
    if cut_by == CUT_BY_BLANK:
        return say(
            "This %(keyword)s statement ends in a backslash, but a blank line follows. The rest of it is missing; get "
            "the original file.",
            keyword=keyword,
        )
    if cut_by == CUT_BY_END:
        return say(
            "This %(keyword)s statement ends in a backslash, but the end of the file follows. The rest of it is "
            "missing; get the original file.",
            keyword=keyword,
        )
    return say(
        "This %(keyword)s statement ends in a backslash, but a new statement follows. The rest of it is missing; get "
        "the original file.",
        keyword=keyword,
    )
