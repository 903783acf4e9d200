"""Which cell of a console table belongs to which column? The line of dashes says where columns begin."""

import re
from dataclasses import dataclass
from itertools import pairwise

from licenses.formats.inventory_raw import RawRecord, RefusedLines
from licenses.formats.saying import say

DASHES = re.compile(r"-+")
RULER = re.compile(r"\s*+--[-\s]*+")
CUT_MARKS = ("...", "…")
# Columns whose value must be whole, because it names something.
NAMING = frozenset(["pem", "pld", "licenseproductname", "featurename", "typename", "name", "serialnumber"])

MISALIGNED = say(
    "The cells of this row do not line up with the columns of its table. Export with Export-Csv or "
    "Format-List instead.",
)
CUT = say("The console was too narrow and cut a name in this row. Export with Export-Csv or Format-List instead.")


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name and the place of its dashes."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TableBlock:
    """Reads rows below one heading."""

    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def row(self, line: str, *, number: int) -> RawRecord | RefusedLines:
        """The cells of a line, by their place or, where blanks were lost, by their number."""
        by_place = self._cells_by_place(line)
        words = line.split()
        if len(words) == len(self.columns) and (by_place is None or self._is_collapsed(line)):
            by_place = words
        if by_place is None:
            return RefusedLines(number, number, line, MISALIGNED)
        fields = tuple(zip(self.names, by_place, strict=True))
        if any(name.lower() in NAMING and value.endswith(CUT_MARKS) for name, value in fields):
            return RefusedLines(number, number, line, CUT)
        return RawRecord(fields, line=number, end_line=number, text=line)

    def _is_collapsed(self, line: str) -> bool:
        """Did heading and row both lose their blanks on the way, in a mail for example?"""
        gaps = {after.start - before.end for before, after in pairwise(self.columns)}
        return gaps == {1} and "  " not in line.strip()

    def _cells_by_place(self, line: str) -> list[str] | None:
        cuts = [0]
        for before, column in pairwise(self.columns):
            cut = _cut(line, before, column)
            if cut is None:
                return None
            cuts.append(cut)
        ends = [*cuts[1:], len(line)]
        return [line[start:end].strip() for start, end in zip(cuts, ends, strict=True)]


def is_ruler(line: str) -> bool:
    """A line of dashes and blanks."""
    return RULER.fullmatch(line) is not None


def table_columns(heading: str, *, ruler: str) -> tuple[Column, ...]:
    """Name the columns; names hold no blank unless their number says otherwise."""
    places = [(match.start(), match.end()) for match in DASHES.finditer(ruler)]
    words = heading.split()
    names = words if len(words) == len(places) else [heading[start:end].strip() for start, end in places]
    return tuple(Column(name, start, end) for name, (start, end) in zip(names, places, strict=True))


def _cut(line: str, before: Column, column: Column) -> int | None:
    """Where the cell of a column begins: a number may be wider than its right-aligned heading."""
    start = column.start
    if start >= len(line) or line[start - 1].isspace():
        return start
    left = max(line.rfind(" ", before.start, start), line.rfind("\t", before.start, start)) + 1
    return left if left > before.start and line[left : column.end].strip().isdigit() else None
