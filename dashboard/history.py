"""Which part of the history is on this page? Found by the key of a row, not by counting rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from dashboard.forms import HistoryFilter
from servers.models import LicenseServer
from uploads.explanations import explain_cause
from uploads.facets import Choice, facets_of
from uploads.history import HistoryQuery
from uploads.keyset import beyond
from uploads.models import Upload, UploadQuerySet

PAGE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first, and the keys of the neighboring pages; "" when there is none. Lost: a key that is none."""

    rows: list[Upload]
    older: str
    newer: str
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, and the address parameters without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class History:
    """What a history page shows. `kept` are the filters in force as address parameters."""

    form: HistoryFilter
    page: Page
    facets: dict[str, list[Choice]]
    chips: list[Chip]
    kept: str
    asked: HistoryQuery

    @property
    def has_answer(self) -> bool:
        """Did every word of the question make sense?"""
        return not self.form.errors


def history_of(address: QueryDict, *, server: LicenseServer | None) -> History:
    """The page of the history that an address asks for; no rows while it asks for something without sense."""
    form = HistoryFilter(address, server=server)
    asked = form.asked() if form.is_valid() else HistoryQuery(server=server)
    rows = asked.rows().select_related("server", "requested_by") if form.is_valid() else Upload.objects.none()
    page = page_of(rows, older_than=address.get("older", ""), newer_than=address.get("newer", ""))
    given = QueryDict(mutable=True)
    given.update({name: str(address[name]) for name in form.fields if address.get(name)})
    return History(form, page, facets_of(asked), list(_chips(form, given)), given.urlencode(), asked)


def _chips(form: HistoryFilter, given: QueryDict) -> Iterator[Chip]:
    for name in given:
        others = given.copy()
        del others[name]
        value = str(given[name])
        words = explain_cause(value).title if name == "cause" else form.words(name, value)
        yield Chip(f"{form.fields[name].label}: {words}", others.urlencode())


def page_of(uploads: UploadQuerySet, *, older_than: str, newer_than: str) -> Page:
    """The page beside a key. A key that cannot be read shows the newest page."""
    is_lost = any(key and not _read_key(key) for key in (older_than, newer_than))
    if key := _read_key(newer_than):
        rows = list(beyond(uploads, key, newer=True)[: PAGE + 1])
        more = len(rows) > PAGE
        rows = rows[:PAGE][::-1]
        return Page(rows, older=_key(rows[-1:]) or "", newer=_key(rows[:1]) if more else "", is_lost=is_lost)
    key = _read_key(older_than)
    rows = list(beyond(uploads, key)[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    newer = _key(rows[:1]) if key else ""
    return Page(rows, older=_key(rows[-1:]) if more else "", newer=newer, is_lost=is_lost)


def _key(rows: list[Upload]) -> str:
    return f"{rows[0].created_at.isoformat()}~{rows[0].pk}" if rows else ""


def _read_key(text: str) -> tuple[datetime, int] | tuple[()]:
    moment, _, number = text.partition("~")
    try:
        found = datetime.fromisoformat(moment.replace(" ", "+"))
        return (found, int(number)) if found.tzinfo and number.isdecimal() and len(number) < 19 else ()
    except (ValueError, OverflowError):
        return ()
