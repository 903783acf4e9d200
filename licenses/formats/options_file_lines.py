"""Which physical lines of an options file belong together, and which words stand in them?"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from licenses.formats.problems import MASK
from licenses.formats.statements import CUT_BY_BLANK, CUT_BY_END, CUT_BY_STATEMENT, PhysicalLines, without_comment

# A published example of the vendor shows lines that begin with an asterisk; they set no rule.
COMMENT_MARKS = ("#", "*")
TOKEN = re.compile(r'(?:[^\s"]++|"[^"]*+")++')
# A statement that is complete is so within this many lines; later lines are not tested again and again.
MOST_PARTS = 8
BEFORE_BACKSLASH = re.compile(r"\\\s*+$")
# SIGN and KEY authorize the license they select, so their values are never kept.
SECRET = re.compile(r"(?i)(?<![A-Za-z])((?:V[0-9.]{1,6}_)?SIGN[0-9]{0,3}|KEY|AUTH|CK)\s{0,3}=.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """A statement joined with single blanks, or a comment; `cut_by` says what tore it."""

    line: int
    end_line: int
    text: str
    is_comment: bool = False
    cut_by: str = ""


def logical_lines(physical: PhysicalLines, *, is_statement: Callable[[str], bool]) -> Iterator[LogicalLine]:
    """Every statement and comment in order. `is_statement` tells a line that can be no continuation."""
    lines, at = physical.lines, 0
    while at < len(lines):
        stripped = lines[at].strip()
        number = physical.number(at)
        if not stripped:
            at += 1
        elif stripped.startswith(COMMENT_MARKS):
            yield LogicalLine(number, number, stripped, is_comment=True)
            at += 1
        else:
            text, after, cut_by = _joined(lines, at, is_statement)
            yield LogicalLine(number, physical.number(after - 1), text, cut_by=cut_by)
            at = after


def tokens(text: str) -> list[str] | None:
    """The words with their quotes removed; None where the quotes do not pair up."""
    if text.count('"') % 2:
        return None
    return [match[0].replace('"', "") for match in TOKEN.finditer(text)]


def masked(text: str) -> str:
    """The text as it is written, but without the values of signatures and keys."""
    if not has_secret(text):
        return text
    if text.count('"') % 2:
        return SECRET.sub(rf"\1={MASK}", text)
    return " ".join(_masked_word(match[0]) for match in TOKEN.finditer(text))


def has_secret(text: str) -> bool:
    """Does the name of a signature or key with a value stand in the text?"""
    return SECRET.search(text) is not None


def without_secret(word: str) -> str:
    """One word without the value of a signature or key in it."""
    return SECRET.sub(rf"\1={MASK}", word)


def _masked_word(word: str) -> str:
    hidden = without_secret(word)
    return hidden + '"' if hidden.count('"') % 2 else hidden


def _joined(lines: list[str], start: int, is_statement: Callable[[str], bool]) -> tuple[str, int, str]:
    """The text of the statement at `start`, the index after it, and what tore it, if anything."""
    parts: list[str] = []
    at, quoted = start, False
    while True:
        line = without_comment(lines[at].strip(), quoted=quoted)
        quoted ^= line.count('"') % 2 == 1
        at += 1
        if line and not BEFORE_BACKSLASH.search(line):
            return " ".join([*parts, line]), at, ""
        parts += filter(None, [line.rstrip().removesuffix("\\").rstrip()])
        following = lines[at].strip() if at < len(lines) else ""
        if not following:
            return " ".join(parts), at, CUT_BY_END if at >= len(lines) - 1 else CUT_BY_BLANK
        if not quoted and len(parts) <= MOST_PARTS and is_statement(following) and is_statement(" ".join(parts)):
            return " ".join(parts), at, CUT_BY_STATEMENT
