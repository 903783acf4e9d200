"""Which cells stand in the rows of a CSV export? Commas, semicolons and tabs; quotes may hold line ends."""

import csv
from dataclasses import dataclass

from licenses.formats.inventory_kinds import known_names
from licenses.formats.inventory_raw import RawRecord, RefusedLines
from licenses.formats.saying import say
from licenses.formats.statements import PhysicalLines

DELIMITERS = (",", ";", "\t")
# Spreadsheets run cells that begin with one of these.
FORMULA_MARKS = ("=", "+", "-", "@")
# A lost quote must not swallow the rest of the file.
MOST_LINES_OF_A_ROW = 20
LONGEST_HEADING = 10_000
# One of these stands in every heading; looking for them first keeps ordinary rows cheap.
TELLING = (
    "licenseproductname",
    "pem",
    "pld",
    "producteditionmodel",
    "sample",
    "featurename",
    "typename",
    "serialnumber",
    "datetime",
)

OPEN_QUOTE = say("A quote in this row is never closed, so its cells cannot be told apart. Export the list again.")
UNREADABLE = say("This row cannot be read as CSV. Export the list again.")


@dataclass(frozen=True, slots=True)
class CsvBlock:
    """Reads rows below one heading."""

    names: tuple[str, ...]
    delimiter: str

    def row(self, physical: PhysicalLines, *, at: int) -> tuple[RawRecord | RefusedLines, int]:
        """The row that begins at this index, and how many lines it takes."""
        used = _lines_of_row(physical.lines, at)
        line = physical.lines[at]
        first, last = physical.number(at), physical.number(at + max(used, 1) - 1)
        if not used:
            return RefusedLines(first, first, line, OPEN_QUOTE), 1
        cells = _cells("\n".join(physical.lines[at : at + used]), self.delimiter)
        if cells is None:
            return RefusedLines(first, first, line, UNREADABLE), 1
        if len(cells) != len(self.names):
            return RefusedLines(first, first, line, _wrong_width(len(cells), len(self.names))), 1
        fields = tuple(zip(self.names, (cell.strip() for cell in cells), strict=True))
        return RawRecord(fields, line=first, end_line=last, text=line, remarks=_formulas(fields)), used


def csv_columns(line: str) -> CsvBlock | None:
    """The columns, when the line is the heading of a license command's CSV."""
    lowered = line[:LONGEST_HEADING].lower()
    if len(line) > LONGEST_HEADING or not any(name in lowered for name in TELLING):
        return None
    best: CsvBlock | None = None
    for delimiter in DELIMITERS:
        if delimiter in line and line.count('"') % 2 == 0:
            names = tuple(cell.strip() for cell in _cells(line, delimiter) or [])
            if known_names(names) >= 2 and (best is None or len(names) > len(best.names)):
                best = CsvBlock(names, delimiter)
    return best


def _lines_of_row(lines: list[str], at: int) -> int:
    """How many lines until the quotes pair up; 0 when they do not within reach."""
    is_open = False
    for used, line in enumerate(lines[at : at + MOST_LINES_OF_A_ROW], start=1):
        is_open ^= line.count('"') % 2 == 1
        if not is_open:
            return used
    return 0


def _cells(text: str, delimiter: str) -> list[str] | None:
    try:
        rows = list(csv.reader([text], delimiter=delimiter))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _formulas(fields: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(_formula(name[:40]) for name, value in fields if value.startswith(FORMULA_MARKS))


def _formula(cell: str) -> str:
    return say(
        "The cell %(cell)s begins with a sign that spreadsheets take for a formula. It was kept as plain text and "
        "never run; find out who wrote it.",
        cell=cell,
    )


def _wrong_width(cells: int, names: int) -> str:
    return say(
        "This row has %(cells)s cells, but the heading has %(names)s. Export the list again.", cells=cells, names=names
    )
