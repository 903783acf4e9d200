"""Which objects stand in an export, whatever its layout: list, table, CSV or agent section?"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from licenses.formats.inventory_csv import CsvBlock, csv_columns
from licenses.formats.inventory_kinds import RowKind, kind_of
from licenses.formats.inventory_lines import LineBook
from licenses.formats.inventory_raw import RawRecord, RefusedLines
from licenses.formats.inventory_tables import TableBlock, is_ruler, table_columns
from licenses.formats.saying import say
from licenses.formats.statements import PhysicalLines

PROMPT = re.compile(r"(?:PS(?:\s[^>]*+)?|[A-Za-z]:\\[^<>|*?]*+)>|>>")
TYPE_LINE = re.compile(r"\"?#TYPE\b", re.IGNORECASE)
NOT_CSV = ("<<<", "#TYPE", '"#TYPE')
SEPARATOR_LINE = re.compile(r"\"?sep=.\"?", re.IGNORECASE)
SECTION = re.compile(r"<<<([^<>:]*+)(?::[^<>]*+)?>>>")
PROPERTY = re.compile(r"([A-Za-z_]\w*+)(?:\s*+:(?=\s|$)|=)(.*+)")
CHECKMK_SECTION = "citrix_licenses"

NOT_PART = say(
    "This line belongs to no list, table or CSV of a known command. It was left out; check that the export is whole.",
)
FOREIGN_SECTION = say("This section of the agent is not about licenses; it was left out.")
FOREIGN_OBJECT = say("This object has none of the property sets of the license commands; it was left out.")
FOREIGN_HEADING = say("These columns belong to no known license command. Export all columns, without Select-Object.")
BAD_AGENT_ROW = say(
    "A row of this section is a license code and two numbers: total and in use. This one was left out.",
)


@dataclass(slots=True)
class LayoutReader:
    """Walks over the lines once. Headings are counted in `headings`, so that an empty answer is seen."""

    physical: PhysicalLines
    book: LineBook
    headings: list[tuple[RowKind, int]] = field(default_factory=list)
    command: str = ""
    _at: int = 0

    def records(self) -> Iterator[RawRecord]:
        """Every object of a known kind in order; all other lines go into the book."""
        while self._at < len(self.physical.lines):
            stripped = self.physical.lines[self._at].strip()
            if not stripped:
                self._at += 1
            elif stripped.startswith("<<<") and SECTION.fullmatch(stripped):
                yield from self._section(stripped)
            elif self._is_comment(stripped):
                self.book.comment(self._number())
                self._at += 1
            else:
                yield from self._block(stripped)

    def _is_comment(self, stripped: str) -> bool:
        """Prompts say which command came; marks for spreadsheets and other comments say nothing about licenses."""
        if PROMPT.match(stripped) or TYPE_LINE.match(stripped):
            self.command = stripped
            return True
        return stripped[0] == "#" or SEPARATOR_LINE.fullmatch(stripped) is not None

    def _block(self, stripped: str) -> Iterator[RawRecord]:
        following = self._line(self._at + 1)
        columns = csv_columns(stripped)
        if is_ruler(following) and not is_ruler(stripped):
            yield from self._table(following)
        elif columns:
            yield from self._csv(columns)
        elif PROPERTY.match(stripped):
            yield from self._object()
        else:
            self.book.refuse(self._number(), stripped, NOT_PART)
            self._at += 1

    def _table(self, ruler: str) -> Iterator[RawRecord]:
        heading = self._line(self._at)
        table = TableBlock(table_columns(heading, ruler=ruler))
        kind = self._heading(table.names, heading, lines=2)
        while kind and self._line(self._at).strip():
            line = self._line(self._at)
            if PROMPT.match(line.strip()) or is_ruler(line) or is_ruler(self._line(self._at + 1)):
                return
            row = table.row(line, number=self._number())
            yield from self._accepted(row, kind)
            self._at += 1

    def _csv(self, columns: CsvBlock) -> Iterator[RawRecord]:
        kind = self._heading(columns.names, self._line(self._at), lines=1)
        while kind and self._at < len(self.physical.lines):
            line = self._line(self._at)
            stripped = line.strip()
            if not stripped:
                self._at += 1
                continue
            if stripped.startswith(NOT_CSV) or PROMPT.match(stripped) or csv_columns(stripped):
                return
            row, used = columns.row(self.physical, at=self._at)
            if isinstance(row, RefusedLines) and not self._line(self._at - 1).strip():
                return
            yield from self._accepted(row, kind)
            self._at += used

    def _heading(self, names: tuple[str, ...], text: str, *, lines: int) -> RowKind | None:
        """Book the heading; the rows below an unknown one are lines like any other."""
        first, last = self._number(), self.physical.number(self._at + lines - 1)
        kind = kind_of(names, command=self.command)
        if kind is None:
            self.book.refuse(first, text, FOREIGN_HEADING, end_line=last)
        else:
            self.book.understand(first, end_line=last)
            self.headings.append((kind, first))
        self._at += lines
        return kind

    def _accepted(self, row: RawRecord | RefusedLines, kind: RowKind) -> Iterator[RawRecord]:
        if isinstance(row, RefusedLines):
            self.book.refuse(row.line, row.text, row.sentence, end_line=row.end_line)
        else:
            yield row.of_kind(kind, command=self.command)

    def _object(self) -> Iterator[RawRecord]:
        """Lines `Name : value` or `Name=value` up to a blank line, a prompt or a name that comes again."""
        first = self._number()
        text = self._line(self._at)
        pairs = self._properties()
        last = self.physical.number(self._at - 1)
        fields = tuple((name, _joined(pieces)) for name, pieces in pairs.items())
        kind = kind_of(pairs, command=self.command)
        if kind is None:
            self.book.refuse(first, text, FOREIGN_OBJECT, severity="note", end_line=last)
        else:
            yield RawRecord(fields, line=first, end_line=last, text=text, kind=kind, command=self.command)

    def _properties(self) -> dict[str, list[str]]:
        pairs: dict[str, list[str]] = {}
        name, value_column, is_open = "", 0, False
        while self._line(self._at).strip():
            line = self._line(self._at)
            stripped = line.strip()
            indented = len(line) - len(line.lstrip())
            match = PROPERTY.match(stripped)
            if pairs and (indented >= value_column or (is_open and not match)) and not PROMPT.match(stripped):
                pairs[name].append(stripped)
                is_open = is_open and not stripped.endswith("}")
            elif match and match[1] not in pairs and not is_ruler(self._line(self._at + 1)):
                name, value_column = match[1], _value_column(match, indented)
                pairs[name] = [match[2].strip()]
                is_open = pairs[name][0].startswith("{") and not stripped.endswith("}")
            else:
                break
            self._at += 1
        return pairs

    def _section(self, stripped: str) -> Iterator[RawRecord]:
        match = SECTION.fullmatch(stripped)
        is_ours = match is not None and match[1] == CHECKMK_SECTION
        start = self._at
        self._at += 1
        if is_ours:
            self.book.understand(self.physical.number(start))
            self.headings.append((RowKind.CHECKMK, self.physical.number(start)))
        while self._at < len(self.physical.lines) and not self._line(self._at).lstrip().startswith("<<<"):
            if is_ours and self._line(self._at).strip():
                yield from self._agent_row(self._line(self._at).strip())
            self._at += 1
        if not is_ours:
            last = self.physical.number(self._at - 1)
            self.book.refuse(self.physical.number(start), stripped, FOREIGN_SECTION, severity="note", end_line=last)

    def _agent_row(self, stripped: str) -> Iterator[RawRecord]:
        words = stripped.split()
        number = self._number()
        if len(words) != 3 or not all(word.isascii() and word.isdigit() for word in words[1:]):
            self.book.refuse(number, stripped, BAD_AGENT_ROW)
            return
        fields = tuple(zip(("code", "total", "used"), words, strict=True))
        yield RawRecord(fields, line=number, end_line=number, text=stripped, kind=RowKind.CHECKMK)

    def _line(self, at: int) -> str:
        return self.physical.lines[at] if at < len(self.physical.lines) else ""

    def _number(self) -> int:
        return self.physical.number(self._at)


def _value_column(match: re.Match[str], indented: int) -> int:
    """From which column on a line is the rest of this value; only `Name : value` aligns its values."""
    is_aligned = match.start(2) > len(match[1]) + 1
    return indented + match.start(2) if is_aligned else sys.maxsize


def _joined(pieces: list[str]) -> str:
    """Consoles break at blanks where there is one; a piece without any was broken inside a word."""
    text = pieces[0]
    if len(pieces) == 1:
        return text
    parts = [text]
    for before, piece in pairwise(pieces):
        breaks_word = " " not in before and " " not in piece and not before.endswith(",")
        parts.append(piece if breaks_word else f" {piece}")
    return "".join(parts)
