"""Which servers are looked for? One question with one meaning, for the list, its counts, an export and a bulk act."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db.models import Q, QuerySet

from alerts.standing_models import Pressure, ServerStanding

# Each facet is one column. A further one is a line here, a field below, and an index if it is much used.
COLUMNS = {
    "pressure": "pressure",
    "kind": "kind",
    "group": "group_id",
    "verdict": "verdict",
    "share": "share",
    "events": "sends_events",
    "mode": "mode",
    "build": "build",
    "registered": "is_registered",
    "provider": "is_provider",
    "archived": "is_archived",
}
NONE, YES, NO = "without", "yes", "no"
YES_NO = frozenset({"events", "registered", "provider", "archived"})
LONGEST, MOST_VALUES = 255, 50
# What a list can be sorted by: always ascending, so that what needs somebody first comes first.
ORDERS = {"due": "due", "name": "name_key", "report": "reported_at"}


@dataclass(frozen=True, slots=True)
class FleetQuery:
    """Which servers? Of each facet any of the values, of all facets together; nothing asks for all in service.

    `search` are parts of a name, all of which occur in it. A value that makes no sense finds nothing.
    """

    search: str = ""
    pressure: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    verdict: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    registered: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    archived: tuple[str, ...] = ()

    def rows(self, *, stale: bool = False) -> QuerySet[ServerStanding]:
        """The standings, without an order. `stale`: the rules do not look any more, so all are unknown."""
        asked = self.matched_by_name()
        for name, values in self._facets(stale=stale):
            asked = asked.filter(_any_of(COLUMNS[name], [value_of(name, one) for one in values]))
        if stale and self.pressure and Pressure.UNKNOWN not in self.pressure:
            return asked.none()
        return asked

    def matched_by_name(self) -> QuerySet[ServerStanding]:
        """Those whose name matches, whatever the facets say."""
        rows = ServerStanding.objects.all()
        for part in self.search.lower()[:LONGEST].split():
            rows = rows.none() if "\0" in part else rows.filter(name_key__contains=part)
        return rows

    def asks_for(self, name: str) -> tuple[str, ...]:
        """The values of a facet in force; of the archived ones nobody asks by himself."""
        asked: tuple[str, ...] = getattr(self, name)
        return (NO,) if name == "archived" and not asked else asked

    @property
    def is_open(self) -> bool:
        """Does it ask for every server in service?"""
        return self == FleetQuery()

    def without(self, name: str, value: str = "") -> "FleetQuery":
        """The same without one value of a facet, or without the search."""
        changed: Any = "" if name == "search" else tuple(one for one in getattr(self, name) if one != value)
        return replace(self, **{name: changed})

    def parameters(self) -> list[tuple[str, str]]:
        """The question as parameters of an address, in a fixed order."""
        asked = [(name, value) for name in COLUMNS for value in getattr(self, name)]
        return [("q", self.search), *asked] if self.search else asked

    def _facets(self, *, stale: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name in COLUMNS:
            if (values := self.asks_for(name)) and not (stale and name == "pressure"):
                yield name, values


def asked_by(parameters: dict[str, list[str]]) -> FleetQuery:
    """The question that the parameters of an address ask; what stands for nothing is left out."""
    known = {field.name for field in fields(FleetQuery)} - {"search"}
    facets: dict[str, Any] = {
        name: tuple(dict.fromkeys(value for value in values[:MOST_VALUES] if value and "\0" not in value))
        for name, values in parameters.items()
        if name in known
    }
    return FleetQuery(search=" ".join((parameters.get("q") or [""])[-1].split())[:LONGEST], **facets)


def text_of(value: object) -> str:
    """A value of a column as it stands in an address."""
    if isinstance(value, bool):
        return YES if value else NO
    return NONE if value in (None, "") else str(value)


def value_of(name: str, text: str) -> object:
    """The other way around. What is no value of the column comes back as one that no row has."""
    if name in YES_NO:
        return {YES: True, NO: False}.get(text)
    if name == "group":
        is_number = text.isascii() and text.isdecimal() and len(text) < 16
        return None if text == NONE else int(text) if is_number else -1
    return "" if text == NONE else text[:LONGEST]


def _any_of(column: str, values: list[object]) -> Q:
    """Always by IN: of "is it archived?" as a condition of its own, no index of SQLite knows anything."""
    found = Q(**{f"{column}__in": [value for value in values if value is not None]})
    return found | Q(group_id__isnull=True) if None in values and column == "group_id" else found
