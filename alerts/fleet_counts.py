"""How many servers would each choice of a facet find? Every count is true for the other filters in force.

All servers are grouped by their facets in one question; what comes out is counted here. The groups are few, and they
are kept until a standing changes, so that a page of ten thousand servers costs what a page of a hundred does.
"""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from django.db.models import Count

from alerts.fleet import COLUMNS, FleetQuery, text_of
from alerts.keeping_standings import edition
from alerts.standing_models import Pressure

KEPT = 64  # answers of one edition, in each process
NAMES = tuple(COLUMNS)
Cell = tuple[tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class FleetCounts:
    """The number of servers that match, and of each facet the number for each value that occurs."""

    total: int
    facets: Mapping[str, Mapping[str, int]]

    def of(self, name: str, value: str) -> int:
        """How many this value would find, together with the other filters."""
        return self.facets[name].get(value, 0)


class Answers:
    """What was counted for the standings as they are now; the threads of a process share it."""

    def __init__(self) -> None:
        self._lock, self._edition = Lock(), ""
        self._kept: OrderedDict[object, FleetCounts] = OrderedDict()

    def get(self, token: str, key: object) -> FleetCounts | None:
        """The answer, if it was given for this edition."""
        with self._lock:
            return self._kept.get(key) if token and token == self._edition else None

    def keep(self, token: str, key: object, answer: FleetCounts) -> None:
        """Keep it; answers of another edition go."""
        with self._lock:
            if token != self._edition:
                self._kept.clear()
                self._edition = token
            self._kept[key] = answer
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


_answers = Answers()


def fleet_counts(asked: FleetQuery, *, stale: bool = False) -> FleetCounts:
    """The counts for this question. `stale`: the rules do not look any more, so all servers are unknown."""
    token = edition()  # read before the rows: an answer may be newer than its edition, never older
    if known := _answers.get(token, (asked, stale)):
        return known
    answer = counted(_cells(asked, stale=stale), asked)
    if token:
        _answers.keep(token, (asked, stale), answer)
    return answer


def counted(cells: Sequence[Cell], asked: FleetQuery) -> FleetCounts:
    """The counts from the groups alone. Pure."""
    wanted = [frozenset(asked.asks_for(name)) for name in NAMES]
    counts: list[Counter[str]] = [Counter() for _ in NAMES]
    total = 0
    for values, count in cells:
        missed = [place for place, want in enumerate(wanted) if want and values[place] not in want]
        if not missed:
            total += count
            for place, value in enumerate(values):
                counts[place][value] += count
        elif len(missed) == 1:
            counts[missed[0]][values[missed[0]]] += count
    return FleetCounts(total, dict(zip(NAMES, counts, strict=True)))


def _cells(asked: FleetQuery, *, stale: bool) -> list[Cell]:
    rows = asked.matched_by_name().order_by().values_list(*COLUMNS.values()).annotate(count=Count("pk"))
    place = NAMES.index("pressure")
    cells = []
    for *values, count in rows:
        texts = [text_of(value) for value in values]
        if stale:
            texts[place] = Pressure.UNKNOWN.value
        cells.append((tuple(texts), count))
    return cells
