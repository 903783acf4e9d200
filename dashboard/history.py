"""Which part of the history is on this page, and what moves now? Found by the key of a row, not by counting rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from servers.models import LicenseServer
from uploads.models import Upload, UploadQuerySet

PAGE = 25
MOVING = ["queued", "sending"]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first, and the keys of the neighboring pages; "" when there is none."""

    rows: list[Upload]
    older: str
    newer: str


def page_of(uploads: UploadQuerySet, *, older_than: str, newer_than: str) -> Page:
    """The page beside a key. A key that cannot be read shows the newest page."""
    if key := _read_key(newer_than):
        beyond = uploads.filter(Q(created_at__gt=key[0]) | Q(created_at=key[0], pk__gt=key[1]))
        rows = list(beyond.order_by("created_at", "pk")[: PAGE + 1])
        more = len(rows) > PAGE
        rows = rows[:PAGE][::-1]
        return Page(rows, older=_key(rows[-1:]) or "", newer=_key(rows[:1]) if more else "")
    key = _read_key(older_than)
    found = uploads.filter(Q(created_at__lt=key[0]) | Q(created_at=key[0], pk__lt=key[1])) if key else uploads
    rows = list(found.order_by("-created_at", "-pk")[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return Page(rows, older=_key(rows[-1:]) if more else "", newer=_key(rows[:1]) if key else "")


def _key(rows: list[Upload]) -> str:
    return f"{rows[0].created_at.isoformat()}~{rows[0].pk}" if rows else ""


def _read_key(text: str) -> tuple[datetime, int] | None:
    moment, _, number = text.partition("~")
    try:
        found = datetime.fromisoformat(moment.replace(" ", "+"))
        return (found, int(number)) if found.tzinfo and number.isdecimal() and len(number) < 19 else None
    except (ValueError, OverflowError):
        return None


def watched(server: LicenseServer) -> dict[str, Any]:
    """Every upload under way, and a mark that differs once one began, moved on or ended."""
    uploads = Upload.objects.filter(server=server)
    moving = list(uploads.filter(state__in=MOVING))
    newest = list(uploads[:1])
    return {"moving": moving, "mark": " ".join(dict.fromkeys(one.mark for one in [*newest, *moving]))}
