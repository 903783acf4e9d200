"""What can the fleet be narrowed by, and what is it narrowed by now? The words of facets, their counts, and chips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.clock import State
from alerts.fleet import COLUMNS, NO, NONE, YES, FleetQuery
from alerts.fleet_counts import FleetCounts
from alerts.models import RULES
from alerts.standing_models import Pressure, Share
from servers.models import ReportingMode, ServerGroup

SHOWN, MOST = 8, 40  # values of one facet at once, and on request; a search finds the rest
TITLES = {
    "pressure": gettext_lazy("State"),
    "kind": gettext_lazy("Next trouble"),
    "group": gettext_lazy("Group"),
    "verdict": gettext_lazy("Compliance"),
    "share": gettext_lazy("Shared"),
    "mode": gettext_lazy("Reporting"),
    "build": gettext_lazy("Build"),
}
VERDICTS = {
    State.OVERDUE: gettext_lazy("Not in order"),
    State.DUE_SOON: gettext_lazy("Due within 30 days"),
    State.UNKNOWN: gettext_lazy("Not known"),
    State.RUNNING: gettext_lazy("In order"),
    State.NOT_APPLICABLE: gettext_lazy("Does not apply"),
}
SWITCHES = {
    "events": (gettext_lazy("Sends event data"), gettext_lazy("Sends no event data")),
    "registered": (gettext_lazy("Registered with the cloud"), gettext_lazy("Not registered with the cloud")),
    "provider": (gettext_lazy("Service provider"), gettext_lazy("No service provider")),
    "archived": (gettext_lazy("Archived"), gettext_lazy("In service")),
}
# The values that stand in this order; those of the other facets come with the most frequent first.
ORDERED: dict[str, Sequence[str]] = {
    "pressure": Pressure.values,
    "verdict": [*VERDICTS],
    "share": Share.values,
    "mode": ReportingMode.values,
}
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Value:
    """One box to tick."""

    name: str
    value: str
    words: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of boxes; `rest` opens on request."""

    title: str
    values: list[Value]
    rest: list[Value]


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, and the address parameters without it."""

    words: str
    without: str


def group_names() -> Names:
    """The names of all groups by their number as text."""
    return {str(pk): name for pk, name in ServerGroup.objects.values_list("pk", "name")}


def words_of(name: str, value: str, *, groups: Names) -> str:
    """A value of a facet as a person reads it. What an address names and nobody has words for is called unknown."""
    if name in SWITCHES:
        return str(SWITCHES[name][value != YES])
    if value == NONE:
        return {"group": _("In no group"), "kind": _("Nothing ahead")}.get(name, _("Not known"))
    known: dict[str, Mapping[str, object]] = {
        "pressure": dict(Pressure.choices),
        "kind": dict(RULES),
        "group": groups,
        "verdict": {state.value: words for state, words in VERDICTS.items()},
        "share": dict(Share.choices),
        "mode": dict(ReportingMode.choices),
    }
    if name not in known:
        return value
    return str(known[name].get(value) or _("%(value)s, not known here") % {"value": value})


def facets_of(asked: FleetQuery, counts: FleetCounts, *, groups: Names) -> list[Facet]:
    """Every facet with what occurs in it and what is chosen; the last holds what is only yes or no."""
    facets = []
    for name, title in TITLES.items():
        values = [_value(asked, counts, name, value, groups) for value in _values(asked, counts, name)]
        shown = [one for place, one in enumerate(values) if place < SHOWN or one.is_chosen]
        rest = [one for one in values if one not in shown][:MOST]
        facets.append(Facet(str(title), shown, rest))
    switches = [
        _value(asked, counts, name, value, groups)
        for name in SWITCHES
        for value in (YES, NO)
        if value == YES or value in getattr(asked, name)
    ]
    return [one for one in facets if one.values] + [Facet(_("Also"), switches, [])]


def chips_of(asked: FleetQuery, sort: str, *, groups: Names) -> list[Chip]:
    """The filters in force, each with the way out of it."""
    order = [("sort", sort)] if sort != "due" else []

    def chip(words: str, name: str, value: str = "") -> Chip:
        return Chip(words, urlencode([*asked.without(name, value).parameters(), *order]))

    found = [chip(_("Name: %(text)s") % {"text": asked.search}, "search")] if asked.search else []
    for name in COLUMNS:
        for value in getattr(asked, name):
            words = words_of(name, value, groups=groups)
            found.append(chip(f"{TITLES[name]}: {words}" if name in TITLES else words, name, value))
    return found


def _values(asked: FleetQuery, counts: FleetCounts, name: str) -> list[str]:
    """What occurs or is chosen: in its own order where it has one, else the most frequent first."""
    occurring = {value for value, count in counts.facets[name].items() if count}
    found = occurring | set(getattr(asked, name))
    if order := ORDERED.get(name):
        return [value for value in [*order, *sorted(found.difference(order))] if value in found]
    return sorted(found, key=lambda value: (-counts.of(name, value), value))


def _value(asked: FleetQuery, counts: FleetCounts, name: str, value: str, groups: Names) -> Value:
    words = words_of(name, value, groups=groups)
    return Value(name, value, words, counts.of(name, value), value in getattr(asked, name))
