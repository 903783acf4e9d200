"""What does the license server's inventory say? Bytes of a PowerShell, WMI or Checkmk export in, frozen rows out.

Read are Get-LicInventory, Get-LicLasInventory, Get-LicUsageDetails, Get-LicHistoricalUsage, Get-LicLocalizedNames,
Citrix_GT_License_Pool and Citrix_GT_License as list, table or CSV, and the agent section <<<citrix_licenses>>>.
"""

from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from licenses.formats.inventory_cells import Cells, date_texts
from licenses.formats.inventory_dates import DateOrder, order_of, read_moment
from licenses.formats.inventory_kinds import RowKind
from licenses.formats.inventory_layouts import LayoutReader
from licenses.formats.inventory_lines import LineBook
from licenses.formats.inventory_raw import RawRecord
from licenses.formats.inventory_records import (
    FeatureName,
    HistoricalPool,
    HistoricalServer,
    Inventory,
    InventoryLicense,
    InventoryPool,
    PoolSum,
    Row,
    TypeName,
    UsageDetail,
    UsageSample,
)
from licenses.formats.inventory_rows import RowReader
from licenses.formats.saying import say
from licenses.formats.statements import physical_lines
from licenses.formats.text import decode

__all__ = [
    "FeatureName",
    "HistoricalPool",
    "HistoricalServer",
    "Inventory",
    "InventoryLicense",
    "InventoryPool",
    "PoolSum",
    "RowKind",
    "TypeName",
    "UsageDetail",
    "UsageSample",
    "looks_like_inventory",
    "parse",
]

Wanted = TypeVar("Wanted")

# How much of a text is enough to tell its kind.
WINDOW = 65_536

NO_CODE = say("This object has no license code, so it cannot be told what it is about. Export all columns.")
EMPTY_ANSWER = say(
    "The export has a heading but no row below it. The server gave no answer, which is unknown and not zero; "
    "the service behind it may need a restart.",
)
READ_DAY_FIRST = say(
    "Nothing in the file shows whether day or month comes first in its dates. They were read day first, which is not "
    "certain: compare one date with the license server, or export with a date above the 12th."
)
READ_MONTH_FIRST = say(
    "Nothing in the file shows whether day or month comes first in its dates. They were read month first, which is not "
    "certain: compare one date with the license server, or export with a date above the 12th."
)


@dataclass(slots=True)
class _Found:
    book: LineBook = field(default_factory=LineBook)
    rows: list[Row] = field(default_factory=list)


def parse(raw: bytes, *, japanese: bool = False, day_first: bool | None = None) -> Inventory:
    """Read any bytes. `day_first` is what a person knows about the console's dates; `japanese` allows cp932."""
    text = decode(raw, japanese=japanese).text.replace("\ufeff", "").replace("\0", "\ufffd")
    found = _Found()
    layout = LayoutReader(physical_lines(text), found.book)
    records = list(layout.records())
    order = order_of(chain.from_iterable(date_texts(record) for record in records), day_first=day_first)
    reader = RowReader(order)
    for record in records:
        row, cells = reader.read(record)
        _keep(row, cells, found)
    _note_uncertain(records, order, found.book)
    is_empty = bool(layout.headings) and not records
    if is_empty:
        found.book.remark(layout.headings[0][1], "", EMPTY_ANSWER, severity="note")
    return _assembled(found, order, source=_source(layout, records), is_empty=is_empty)


def looks_like_inventory(text: str) -> str | None:
    """The kind of the first object or heading, when such lines are at least half of the text; None otherwise."""
    head = text[:WINDOW].lstrip("\ufeff \t\n")
    if head.startswith("<") and not head.startswith("<<<"):
        return None
    book = LineBook()
    layout = LayoutReader(physical_lines(head), book)
    records = list(layout.records())
    source = _source(layout, records)
    if source is None or source is RowKind.CHECKMK:
        return source
    # A section cut off by the window is no reason to doubt.
    understood = sum(record.end_line - record.line + 1 for record in records) + len(layout.headings)
    return source if understood >= book.account().unread_count else None


def _keep(row: Row | None, cells: Cells, found: _Found) -> None:
    record = cells.record
    if row is None:
        found.book.refuse(record.line, record.text, NO_CODE, end_line=record.end_line)
    else:
        found.book.understand(record.line, end_line=record.end_line)
        found.rows.append(row)
    for sentence, severity in cells.remarks:
        found.book.remark(record.line, record.text, sentence, severity=severity, end_line=record.end_line)


def _source(layout: LayoutReader, records: list[RawRecord]) -> RowKind | None:
    if records:
        return records[0].kind
    return layout.headings[0][0] if layout.headings else None


def _note_uncertain(records: list[RawRecord], order: DateOrder, book: LineBook) -> None:
    """One note for the file, at the first date that could be two days."""
    if order.certain:
        return
    for record in records:
        for text in date_texts(record):
            if not read_moment(text, order=order).order_certain:
                sentence = READ_DAY_FIRST if order.day_first else READ_MONTH_FIRST
                book.remark(record.line, text, sentence, severity="note", end_line=record.end_line)
                return


def _assembled(found: _Found, order: DateOrder, *, source: RowKind | None, is_empty: bool) -> Inventory:
    rows = found.rows
    return Inventory(
        source=source,
        is_empty_answer=is_empty,
        pools=_of(rows, InventoryPool),
        licenses=_of(rows, InventoryLicense),
        usage_details=_of(rows, UsageDetail),
        usage_samples=_of(rows, UsageSample),
        historical_pools=_of(rows, HistoricalPool),
        historical_servers=_of(rows, HistoricalServer),
        feature_names=_of(rows, FeatureName),
        type_names=_of(rows, TypeName),
        date_order=order,
        lines=found.book.account(),
        problems=found.book.problems(),
    )


def _of(rows: list[Row], wanted: type[Wanted]) -> tuple[Wanted, ...]:
    return tuple(row for row in rows if isinstance(row, wanted))
