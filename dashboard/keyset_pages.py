"""Which part of a long list is on this page? Found by the key of a row, not by counting rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

from uploads.keyset import beyond

M = TypeVar("M", bound=Model)
PAGE = 25


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Rows, newest first, and the keys of the neighboring pages; "" when there is none. Lost: a key that is none."""

    rows: list[M]
    older: str
    newer: str
    is_lost: bool = False


def page_of(
    rows: QuerySet[M], *, older_than: str, newer_than: str, column: str = "created_at", size: int = PAGE
) -> Page[M]:
    """The page beside a key, by a moment in `column` and the number of the row. An unreadable key shows the newest."""
    columns = (column, "id")
    is_lost = any(key and not _read_key(key) for key in (older_than, newer_than))
    if key := _read_key(newer_than):
        found = list(beyond(rows, key, columns=columns, newer=True)[: size + 1])
        more, found = len(found) > size, found[:size][::-1]
        newer = _key(found[:1], column) if more else ""
        return Page(found, older=_key(found[-1:], column), newer=newer, is_lost=is_lost)
    key = _read_key(older_than)
    found = list(beyond(rows, key, columns=columns)[: size + 1])
    more, found = len(found) > size, found[:size]
    newer = _key(found[:1], column) if key else ""
    return Page(found, older=_key(found[-1:], column) if more else "", newer=newer, is_lost=is_lost)


def asked_page(rows: QuerySet[M], address: QueryDict, *, column: str) -> Page[M]:
    """The page that an address asks for."""
    return page_of(rows, older_than=address.get("older", ""), newer_than=address.get("newer", ""), column=column)


def _key(rows: list[M], column: str) -> str:
    return f"{getattr(rows[0], column).isoformat()}~{rows[0].pk}" if rows else ""


def _read_key(text: str) -> tuple[datetime, int] | tuple[()]:
    moment, _, number = text.partition("~")
    try:
        found = datetime.fromisoformat(moment.replace(" ", "+"))
        return (found, int(number)) if found.tzinfo and number.isdecimal() and len(number) < 19 else ()
    except (ValueError, OverflowError):
        return ()
