"""Which servers are on this page of the fleet, and what surrounds them? The list, its counts, and its addresses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from alerts.fleet import ORDERS, FleetQuery, asked_by
from alerts.fleet_counts import FleetCounts, fleet_counts
from alerts.keeping_standings import add_missing, is_stale, last_look
from alerts.standing_models import Pressure, ServerStanding
from dashboard.fleet_facets import Chip, Facet, chips_of, facets_of, group_names
from dashboard.fleet_rows import SIGNS, rows_of, shapes
from dashboard.templatetags.readings import distance
from uploads.keyset import beyond

PAGE = 50
FIRST = "due"


MEANINGS = {
    Pressure.ACT: gettext_lazy("Within 7 days, or over"),
    Pressure.PLAN: gettext_lazy("Within 30 days"),
    Pressure.WELL: gettext_lazy("Nothing within 30 days"),
    Pressure.UNKNOWN: gettext_lazy("Not judged, not counted as well"),
}


@dataclass(frozen=True, slots=True)
class Readout:
    """One number over the list, and the address parameters that show these servers."""

    sign: str
    words: str
    count: int
    meaning: str
    where: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FleetPage:
    """What the page shows. `kept` is the question as parameters of an address, with the order and without the place.

    `before` and `after` are places for the neighboring pages, "" where there is none. `is_lost`: the address names a
    place that cannot be read, and the first page is shown.
    """

    asked: FleetQuery
    sort: str
    counts: FleetCounts
    facets: list[Facet]
    chips: list[Chip]
    rows: list[SafeString]
    before: str
    after: str
    is_lost: bool
    looked_at: datetime | None
    is_stale: bool

    @property
    def readouts(self) -> list[Readout]:
        """How many servers press, and how much: true for the other filters in force."""
        words = [*zip(Pressure, SIGNS.values(), strict=True)]
        return [
            Readout(
                sign, str(one.label), self.counts.of("pressure", one), str(MEANINGS[one]),
                address_of(replace(self.asked, pressure=(one.value,)), self.sort), one.value in self.asked.pressure,
            )
            for one, sign in words
        ]  # fmt: skip

    @property
    def question(self) -> str:
        """Only the filters, as parameters of an address."""
        return urlencode(self.asked.parameters())

    @property
    def kept(self) -> str:
        """The filters and the order."""
        return address_of(self.asked, self.sort)

    @property
    def orders(self) -> dict[str, str]:
        """For each order the parameters of its address."""
        return {name: address_of(self.asked, name) for name in ORDERS}

    @property
    def looked_words(self) -> str:
        """When the rules last looked, in words."""
        return distance(self.looked_at) if self.looked_at else ""

    @property
    def shapes(self) -> SafeString:
        """What the drawings of the rows refer to."""
        return shapes()

    @property
    def is_empty(self) -> bool:
        """Is there no server at all, whatever is asked?"""
        return not self.rows and self.asked.is_open and not self.counts.facets["archived"]


def question_of(address: QueryDict) -> FleetQuery:
    """The question that an address asks."""
    return asked_by({name: address.getlist(name) for name in address})


def address_of(asked: FleetQuery, sort: str = FIRST) -> str:
    """The question and the order as parameters of an address."""
    return urlencode([*asked.parameters(), *([("sort", sort)] if sort != FIRST else [])])


def fleet_page(address: QueryDict, *, now: datetime, ticks: bool) -> FleetPage:
    """The page that an address asks for; `ticks`: with boxes to tick."""
    add_missing()
    asked, looked = question_of(address), last_look()
    sort = address.get("sort", FIRST) if address.get("sort") in ORDERS else FIRST
    stale = is_stale(looked, now=now)
    place = _Place(sort, after=address.get("after", ""), before=address.get("before", ""))
    rows, before, after = place.page(asked, stale=stale)
    counts, groups = fleet_counts(asked, stale=stale), group_names()
    return FleetPage(
        asked, sort, counts, facets_of(asked, counts, groups=groups), chips_of(asked, sort, groups=groups),
        rows_of(rows, groups=groups, now=now, stale=stale, ticks=ticks), before, after, place.is_lost, looked, stale,
    )  # fmt: skip


class _Place:
    """A place in the list: the value that it is sorted by and the number of a row."""

    def __init__(self, sort: str, *, after: str, before: str) -> None:
        self.column = ORDERS[sort]
        self.key_after, self.key_before = self._read(after), self._read(before)
        self.is_lost = bool((after and not self.key_after) or (before and not self.key_before))

    def page(self, asked: FleetQuery, *, stale: bool) -> tuple[list[ServerStanding], str, str]:
        """The rows, and the places before the first and after the last of them."""
        rows, columns = asked.rows(stale=stale).select_related("server"), (self.column, "id")
        if self.key_before:
            found = list(beyond(rows, self.key_before, columns=columns)[: PAGE + 1])
            more, found = len(found) > PAGE, found[:PAGE][::-1]
            return found, self._key(found[:1]) if more else "", self._key(found[-1:])
        found = list(beyond(rows, self.key_after, columns=columns, newer=True)[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE]
        return found, self._key(found[:1]) if self.key_after else "", self._key(found[-1:]) if more else ""

    def _key(self, rows: Sequence[ServerStanding]) -> str:
        if not rows:
            return ""
        value = getattr(rows[0], self.column)
        return f"{value if isinstance(value, str) else value.isoformat()}~{rows[0].pk}"

    def _read(self, text: str) -> tuple[Any, ...]:
        value, _, number = text.rpartition("~")
        if not number.isdecimal() or not number.isascii() or len(number) > 18 or "\0" in value:
            return ()
        try:
            if self.column == "due":
                return (date.fromisoformat(value), int(number))
            if self.column == "reported_at":
                moment = datetime.fromisoformat(value.replace(" ", "+"))
                return (moment, int(number)) if moment.tzinfo else ()
        except (ValueError, OverflowError):
            return ()
        return (value, int(number)) if value else ()
