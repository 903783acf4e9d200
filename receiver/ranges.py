"""Which bytes are here, which are missing? Pure arithmetic on half-open spans."""

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """Bytes from `start` up to, but not including, `stop`."""

    start: int
    stop: int


def overlaps(known: Iterable[Span], *, span: Span) -> list[Span]:
    """The parts of `span` that are already known, in ascending order."""
    cuts = (Span(max(k.start, span.start), min(k.stop, span.stop)) for k in sorted(known))
    return [cut for cut in cuts if cut.start < cut.stop]


def gaps(known: Iterable[Span], *, span: Span) -> list[Span]:
    """The parts of `span` that are not yet known, in ascending order."""
    missing, position = [], span.start
    for part in overlaps(known, span=span):
        if part.start > position:
            missing.append(Span(position, part.start))
        position = max(position, part.stop)
    if position < span.stop:
        missing.append(Span(position, span.stop))
    return missing


def hull(touching: Iterable[Span], *, span: Span) -> Span:
    """One span in place of `span` and all those that touch or overlap it."""
    parts = [*touching, span]
    return Span(min(part.start for part in parts), max(part.stop for part in parts))
