"""Which words stand where, so that no line runs through a label and no two labels meet? Pure numbers.

A label hangs on a leader, a straight line from its mark through every lane up to its own. Lane 0 is next to the ruler.
Widths are shares of the narrowest drawing; on a wider one labels only shrink toward their marks, so what fits stays so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

MARGIN = 0.4  # percent that stay free between a label and whatever is beside it
TRIES = 600  # ours: places that are tried before a label is given up
CONSIDERED = 24  # so many labels of one side are tried; the list under the drawing has every one


@dataclass(frozen=True, slots=True)
class Wish:
    """A mark at `x` percent whose label begins `gap` beside it and is `width` wide."""

    x: float
    width: float
    gap: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label went: its lane, and to which side of its mark."""

    lane: int
    is_left: bool
    x: float
    start: float
    end: float

    def hides(self, leader: float) -> bool:
        """Would a line at this place run through the words?"""
        return self.start - MARGIN < leader < self.end + MARGIN

    def meets(self, other: "Place") -> bool:
        """Is there no room between the two, were they in one lane?"""
        return self.start < other.end + MARGIN and other.start < self.end + MARGIN


def places_of(wishes: Sequence[Wish], *, lanes: int) -> list[Place | None]:
    """A place for each wish, or None where none is free. The first wishes count most and push out later ones.

    Each is added only where all that were granted so far still fit, arranged anew from the right: so the leftmost of a
    crowd takes the outermost lane, and its leader passes in front of the others. No more lanes than they need.
    """
    granted: dict[int, Place] = {}
    for number in range(min(len(wishes), CONSIDERED)):
        arranged = _arranged(wishes, [*granted, number], lanes=lanes)
        granted = arranged if arranged is not None else granted
    fewer = (_arranged(wishes, list(granted), lanes=count) for count in range(1, lanes))
    final = next((one for one in fewer if one is not None), granted)
    return [final.get(number) for number in range(len(wishes))]


def _arranged(wishes: Sequence[Wish], numbers: Sequence[int], *, lanes: int) -> dict[int, Place] | None:
    """All of them at once, or None where no way was found in so many tries."""
    order = sorted(numbers, key=lambda one: wishes[one].x, reverse=True)
    tries = iter(range(TRIES))

    def rest(placed: dict[int, Place]) -> dict[int, Place] | None:
        if len(placed) == len(order):
            return placed
        number = order[len(placed)]
        for lane, is_left in product(range(lanes), (False, True)):
            place = _place(wishes[number], lane, is_left)
            if next(tries, None) is not None and _fits(place, placed.values()):
                found = rest({**placed, number: place})
                if found is not None:
                    return found
        return None

    return rest({})


def _place(wish: Wish, lane: int, is_left: bool) -> Place:
    start = wish.x - wish.gap - wish.width if is_left else wish.x + wish.gap
    return Place(lane, is_left, wish.x, start, start + wish.width)


def _fits(place: Place, others: Iterable[Place]) -> bool:
    if place.start < 0 or place.end > 100:
        return False
    return all(are_apart(place, other) for other in others)


def are_apart(one: Place, other: Place) -> bool:
    """No words on words, and no leader through the words of the other."""
    if one.lane == other.lane:
        return not (one.meets(other) or one.hides(other.x) or other.hides(one.x))
    inner, outer = sorted((one, other), key=lambda place: place.lane)
    return not inner.hides(outer.x)
