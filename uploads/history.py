"""What is looked for in the history? One question with one meaning, on the page, by REST and in an export."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from languages.sentences import listed
from programs.catalog import programs
from servers.models import LicenseServer
from uploads.causes import Cause
from uploads.counting import counts_up_to
from uploads.models import Origin, Upload, UploadQuerySet
from uploads.states import State

# Each filter that compares one column with one value. A further one is a line here, a field below, a sentence in
# `problems` and an index that leads with its column.
COLUMNS = {
    "server": "server",
    "program": "program",
    "kind": "kind",
    "state": "state",
    "cause": "cause",
    "origin": "origin",
}
# The filters that an index of the history leads with; after them comes the order of the pages.
INDEXED = [
    frozenset(index.fields[: index.fields.index("-created_at")])
    for index in Upload._meta.indexes
    if "-created_at" in index.fields
]
FEW = 300  # ours: so many rows are looked up one by one faster than an index is walked past others
OTHER_KIND = "unknown"  # what an observed upload of an unknown type is kept under
OUT_OF_RANGE = gettext_lazy("This day is out of range.")
NO_STATE = gettext_lazy("There is no state of this name. There are: %(known)s.")
NO_ORIGIN = gettext_lazy("There is no origin of this name. There are: %(known)s.")
NO_CAUSE = gettext_lazy("There is no cause of this name. There are: %(known)s.")
NO_KIND = gettext_lazy("There is no kind of upload of this name. There are: %(known)s.")


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Which uploads? An empty value asks for all; `since` and `until` are whole days, both included.

    Days are those of the server's zone, of UTC where no server is named. The moments `after` and `before` are not
    included.
    """

    server: LicenseServer | None = None
    program: str = ""
    kind: str = ""
    state: str = ""
    cause: str = ""
    origin: str = ""
    since: date | None = None
    until: date | None = None
    after: datetime | None = None
    before: datetime | None = None

    def rows(self) -> UploadQuerySet:
        """The uploads, without an order. Ask `problems` first: a value that makes no sense finds nothing.

        Where no index has exactly these filters and one with some of them finds only a few rows, these are asked alone:
        a database that knows no more than averages would walk along another one.
        """
        rows = self._matching(self._columns)
        if self.server or self.is_indexed:
            return rows
        parts = [self._matching(part) for part in INDEXED if part and part < self._columns]
        fewest, part = min(zip(counts_up_to(FEW, parts), range(len(parts)), strict=True), default=(FEW + 1, 0))
        return rows.filter(pk__in=list(parts[part].values_list("pk", flat=True))) if fewest <= FEW else rows

    def _matching(self, columns: frozenset[str]) -> UploadQuerySet:
        """What these columns alone find, in the period."""
        asked: dict[str, Any] = {column: getattr(self, name) for name, column in COLUMNS.items() if column in columns}
        first, end = _midnight(self.since, self.zone), _midnight(self.until, self.zone, days=1)
        limits = {"gte": first, "lt": end, "gt": self.after}
        asked |= {f"created_at__{lookup}": moment for lookup, moment in limits.items() if moment}
        rows = Upload.objects.filter(**asked)
        return rows.filter(created_at__lt=self.before) if self.before else rows

    @property
    def _columns(self) -> frozenset[str]:
        return frozenset(column for name, column in COLUMNS.items() if getattr(self, name))

    @property
    def is_indexed(self) -> bool:
        """Is there an index of exactly these filters?"""
        return self._columns in INDEXED

    @property
    def zone(self) -> tzinfo:
        """Whose days are meant."""
        return self.server.zone if self.server else UTC

    @property
    def is_open(self) -> bool:
        """Does it ask for everything, of one server or of all?"""
        return replace(self, server=None) == HistoryQuery()

    def problems(self) -> dict[str, str]:
        """A sentence for each value that makes no sense."""
        return {name: sentence for name, sentence in self._sentences() if sentence}

    def _sentences(self) -> Iterator[tuple[str, str]]:
        yield "program", self._program_problem()
        yield "kind", self._kind_problem()
        yield "state", _one_of(self.state, State.values, NO_STATE)
        yield "origin", _one_of(self.origin, Origin.values, NO_ORIGIN)
        yield "cause", _one_of(self.cause, list(Cause), NO_CAUSE)
        yield "until", _("This day lies before the first.") if _is_before(self.until, self.since) else ""
        for name in ("since", "until"):
            if not _is_in_calendar(getattr(self, name), self.zone):
                yield name, str(OUT_OF_RANGE)

    def _program_problem(self) -> str:
        """A license server may have uploaded for a program that is not declared here."""
        if not self.program or self.program in programs() or _is_seen(program=self.program):
            return ""
        return _("There is no program of this code. There are: %(known)s.") % {"known": listed(programs())}

    def _kind_problem(self) -> str:
        every = [one for one in programs().values() if self.program in ("", one.code)]
        kinds = [*dict.fromkeys(upload.kind for one in every for upload in one.uploads), OTHER_KIND]
        return _one_of(self.kind, kinds, NO_KIND)


def _one_of(value: str, known: list[str], sentence: Promise) -> str:
    return "" if not value or value in known else str(sentence) % {"known": listed(known)}


def _is_seen(**facts: str) -> bool:
    return "\0" not in "".join(facts.values()) and Upload.objects.filter(**facts).exists()


def _is_before(day: date | None, other: date | None) -> bool:
    return bool(day and other and day < other)


def _is_in_calendar(day: date | None, zone: tzinfo) -> bool:
    try:
        _midnight(day, zone)
        _midnight(day, zone, days=1)
    except OverflowError:
        return False
    return True


def _midnight(day: date | None, zone: tzinfo, *, days: int = 0) -> datetime | None:
    """When the day begins, or the day so many days later. Raises OverflowError at the ends of the calendar."""
    return datetime.combine(day + timedelta(days=days), time.min, tzinfo=zone).astimezone(UTC) if day else None
