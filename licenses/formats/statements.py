"""Which physical lines of a license file belong to one statement?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

# How many words a statement needs before the next line may start a new one.
WORDS_NEEDED = {
    "SERVER": 3,
    "VENDOR": 2,
    "DAEMON": 2,
    "USE_SERVER": 1,
    "FEATURE": 6,
    "INCREMENT": 6,
    "UPGRADE": 7,
    "PACKAGE": 3,
    "FEATURESET": 3,
}
KEYWORD = re.compile(rf"\s*+({'|'.join(WORDS_NEEDED)})(?=\s|\\|$)", re.IGNORECASE)
# How a continuation line must start to be worth a closer look; "" is a blank line.
SUSPICIOUS = frozenset(["", *(keyword[:2] for keyword in WORDS_NEEDED)])

# A line of this shape starts a statement even where the one before it ends in a backslash.
UNMISTAKABLE = re.compile(
    r"(?:FEATURE|INCREMENT)\s++\S++\s++\S++\s++\S++\s++(?:permanent|[0-9]{1,2}-[a-z]{3}-[0-9]{1,4})\s",
    re.IGNORECASE,
)
COMMENT_OUTSIDE_QUOTES = re.compile(r"(?:^|(?<=[\s\\]))#")
COMMENT_AFTER_BACKSLASH = re.compile(r"\\\s*+#")

CUT_BY_BLANK, CUT_BY_END, CUT_BY_STATEMENT = "a blank line", "the end of the file", "a new statement"
FEWEST_SPACED_LINES = 4


@dataclass(frozen=True, slots=True)
class Statement:
    """One logical line: joined with single blanks, comments removed; `cut_by` says what tore it."""

    keyword: str
    line: int
    end_line: int
    text: str
    first_line: str
    cut_by: str = ""

    @property
    def is_deliberate(self) -> bool:
        """Written in capitals with enough words; prose that starts with “Server” is not."""
        words = min(3, WORDS_NEEDED[self.keyword])
        return self.text.startswith(self.keyword) and len(self.text.split(None, words)) >= words


@dataclass(frozen=True, slots=True)
class StrayLine:
    """A line that starts with no keyword; `after_cut` when it may be the rest of a torn statement."""

    line: int
    text: str
    after_cut: bool


@dataclass(frozen=True, slots=True)
class PhysicalLines:
    """The lines to read, and how to get back to their numbers in the file."""

    lines: list[str]
    step: int = 1
    offset: int = 0

    @property
    def is_double_spaced(self) -> bool:
        return self.step == 2

    def number(self, index: int) -> int:
        """The 1-based number in the file of the line at this index."""
        return max(1, self.step * index + 1 - self.offset)


def physical_lines(text: str) -> PhysicalLines:
    """Split into lines; a capture with a blank line after every line loses those blank lines."""
    lines = text.split("\n")
    for offset in (0, 1):
        if _is_double_spaced(lines, offset):
            kept = lines[:offset] + lines[offset::2]
            return PhysicalLines(kept, step=2, offset=offset)
    return PhysicalLines(lines)


def read_statements(physical: PhysicalLines) -> Iterator[Statement | StrayLine]:
    """Yield every statement and every stray line in order; blank and comment lines are silent."""
    lines, at, before, cut_by = physical.lines, 0, "", ""
    while at < len(lines):
        line = lines[at]
        match = KEYWORD.match(line)
        if match:
            text, after, cut_by = _joined(lines, at, match[1].upper())
            end = physical.number(after - 1)
            yield Statement(match[1].upper(), physical.number(at), end, text, line, cut_by)
            at, before = after, text
            continue
        stripped = line.strip()
        if stripped and stripped[0] != "#":
            is_torn = bool(cut_by) or before.count('"') % 2 == 1
            yield StrayLine(physical.number(at), stripped, is_torn)
            before, cut_by = ('"', cut_by) if is_torn else ("", "")
        at += 1


def _joined(lines: list[str], start: int, keyword: str) -> tuple[str, int, str]:
    """The text of the statement at `start`, the index after it, and what tore it, if anything."""
    line = lines[start].strip()
    if "\\" not in line and "#" not in line:
        return line, start + 1, ""
    parts: list[str] = []
    at, quoted = start, False
    while True:
        if "#" in line:
            line = _bare(line, is_first=not parts, quoted=quoted)
        at += 1
        if not line.endswith("\\"):
            parts.append(line)
            return " ".join(filter(None, parts)), at, ""
        parts.append(line[:-1].rstrip())
        quoted ^= line.count('"') & 1 == 1
        line = lines[at].strip() if at < len(lines) else ""
        if line[:2].upper() in SUSPICIOUS:
            cut_by = _cut_by(lines, at, line, keyword, parts, quoted=quoted)
            if cut_by:
                return " ".join(filter(None, parts)), at, cut_by


def _bare(line: str, *, is_first: bool, quoted: bool) -> str:
    """The line without its comment; a comment line inside a statement does not end it."""
    bare = without_comment(line, quoted=quoted)
    return bare if bare or is_first else "\\"


def _cut_by(lines: list[str], at: int, line: str, keyword: str, parts: list[str], *, quoted: bool) -> str:
    """What ends a statement although its last line asks for more: "" when nothing does."""
    if not line:
        rest_is_blank = at >= len(lines) - 1
        return CUT_BY_END if rest_is_blank else CUT_BY_BLANK
    if UNMISTAKABLE.match(line):
        return CUT_BY_STATEMENT
    if quoted or not KEYWORD.match(line):
        return ""
    words = sum(len(part.split(None, WORDS_NEEDED[keyword])) for part in parts)
    return CUT_BY_STATEMENT if words >= WORDS_NEEDED[keyword] else ""


def without_comment(line: str, *, quoted: bool = False) -> str:
    """Remove a trailing comment; `quoted` says that the line starts inside quotes."""
    at = 0
    pieces = line.split('"')
    for piece in pieces[:-1]:
        match = None if quoted else COMMENT_OUTSIDE_QUOTES.search(piece)
        if match:
            return line[: at + match.start()].rstrip()
        at += len(piece) + 1
        quoted = not quoted
    match = (COMMENT_AFTER_BACKSLASH if quoted else COMMENT_OUTSIDE_QUOTES).search(pieces[-1])
    if match is None:
        return line
    keep = 1 if quoted else 0
    return line[: at + match.start() + keep].rstrip()


def _is_double_spaced(lines: list[str], offset: int) -> bool:
    if any(line.strip() for line in islice(lines, offset + 1, None, 2)):
        return False
    written = sum(1 for line in islice(lines, offset, None, 2) if line.strip())
    return written >= FEWEST_SPACED_LINES
