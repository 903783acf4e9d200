"""How many would each choice of a filter find? True for the other filters in force, up to a limit, or not counted.

The rows of one server are few enough to be grouped. Over the fleet, a choice is counted where an index has exactly its
filters: then at most `MOST` of its entries are read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from programs.catalog import programs
from uploads.causes import Cause
from uploads.counting import ask, compiled, counts_up_to
from uploads.explanations import explain_cause
from uploads.history import COLUMNS, HistoryQuery
from uploads.keyset import BY_CREATION
from uploads.models import Origin
from uploads.states import State

MOST = 100  # ours: beyond it, people only want to know that there are many
MOST_OF_A_SERVER = 10_000  # rows that are grouped; a year of four programs has about 2,500
FACETS = ("program", "state", "cause", "origin")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter. `count` is None where it is not counted; `is_more` says that there are more than that."""

    value: str
    words: str
    count: int | None = None
    is_more: bool = False


def facets_of(asked: HistoryQuery) -> dict[str, list[Choice]]:
    """The choices of each filter, in a fixed order; causes only where they find something or were not counted."""
    choices = {name: [*_values(name), *_asked_too(asked, name)] for name in FACETS}
    counts = _grouped(asked) if asked.server else _by_index(asked, choices)
    facets = {
        name: [_choice(value, words, counts.get((name, value)), most=None if asked.server else MOST)
               for value, words in values]
        for name, values in choices.items()
    }  # fmt: skip
    facets["cause"] = [one for one in facets["cause"] if one.count != 0 or one.value == asked.cause]
    return facets


def _values(name: str) -> Iterator[tuple[str, str]]:
    match name:
        case "program":
            yield from ((one.code, one.name) for one in programs().values())
        case "state":
            yield from ((value, str(label)) for value, label in State.choices)
        case "origin":
            yield from ((value, str(label)) for value, label in Origin.choices)
        case _:
            yield from ((cause, explain_cause(cause).title) for cause in Cause)


def _asked_too(asked: HistoryQuery, name: str) -> Iterator[tuple[str, str]]:
    """The value in force, where it is none of the usual ones, such as a program of the vendor."""
    value = getattr(asked, name)
    if value and value not in dict(_values(name)):
        yield value, value


def _choice(value: str, words: str, count: int | None, *, most: int | None) -> Choice:
    is_more = most is not None and (count or 0) > most
    return Choice(value, words, most if is_more else count, is_more=is_more)


def _grouped(asked: HistoryQuery) -> dict[tuple[str, str], int]:
    """Every count from one look at the server's rows; none where they are too many."""
    everything = _with(asked, dict.fromkeys(FACETS, ""))
    columns = [COLUMNS[name] for name in FACETS]
    # In the order of the pages, so that SQLite reads the index that holds all of these columns and not the rows.
    newest_first = [f"-{name}" for name in BY_CREATION]
    rows = everything.rows().values_list(*columns)
    text, values = compiled(rows, most=MOST_OF_A_SERVER + 1, order=newest_first)
    by = ", ".join(columns)
    groups = ask(f"SELECT {by}, COUNT(*) FROM ({text}) AS newest GROUP BY {by}", values)  # noqa: S608  # our columns
    if sum(row[-1] for row in groups) > MOST_OF_A_SERVER:
        return {}
    counts: Counter[tuple[str, str]] = Counter({(name, value): 0 for name in FACETS for value, _ in _values(name)})
    wanted = [getattr(asked, name) for name in FACETS]
    for *found, count in groups:
        differs = [name for name, want, value in zip(FACETS, wanted, found, strict=True) if want not in ("", value)]
        for name, value in zip(FACETS, found, strict=True):
            if not set(differs) - {name}:
                counts[name, value] += count
    return dict(counts)


def _by_index(asked: HistoryQuery, choices: dict[str, list[tuple[str, str]]]) -> dict[tuple[str, str], int]:
    """The counts that an index answers, in one statement."""
    queries = {
        (name, value): one
        for name, values in choices.items()
        for value, _ in values
        if (one := _with(asked, {name: value})).is_indexed
    }
    found = counts_up_to(MOST, [one.rows() for one in queries.values()])
    return dict(zip(queries, found, strict=True))


def _with(asked: HistoryQuery, values: Mapping[str, str]) -> HistoryQuery:
    changes: dict[str, Any] = dict(values)
    return replace(asked, **changes)
