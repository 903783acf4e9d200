"""What would a data element say? A value of this server for each element that somebody has to decide about."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from payloads.collectors import collect
from payloads.facts import read_facts
from payloads.keeping import permitted_of
from payloads.scramble import scramble_declared
from payloads.spelling import spell, writable
from payloads.values import Record, Value
from programs.catalog import Element, Program
from servers.models import LicenseServer

LONGEST = 200


def samples(server: LicenseServer, program: Program, paths: Collection[str], *, at: datetime) -> dict[str, str]:
    """The first known value of each of these elements, scrambled and spelled as it would leave; "" is never a sample.

    An element without a value here is not in the answer. Nothing is sealed and nothing is sent.
    """
    found: dict[str, str] = {}
    wanted = set(paths)
    for upload in program.uploads:
        declared = permitted_of(upload, None)
        asked = {key: element for key, element in declared.items() if element.path in wanted}
        if not asked:
            continue
        records = collect(read_facts(server, program, upload, at=at), elements=declared.values())
        for (section, name), value in _values(scramble_declared(records, declared)):
            element = asked.get((section, name))
            if element and element.path not in found and (text := _first(value, element)):
                found[element.path] = text[:LONGEST]
            if len(found) == len(wanted):
                return found
    return found


def _first(value: Value, element: Element) -> str:
    """The value, or the first of a list, as a text."""
    one: Value = next(iter(value), "") if isinstance(value, tuple) else value
    return writable(spell(one, element))


def _values(records: Iterable[Record]) -> Iterator[tuple[tuple[str, str], Value]]:
    for record in records:
        for name, value in record.values.items():
            if value is not None:
                yield (record.section, name), value
        yield from _values(record.children)
