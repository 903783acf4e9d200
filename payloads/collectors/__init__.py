"""Which function gives the values of a declared element? One collector for each name in the declarations."""

from collections.abc import Callable, Iterator

from payloads.collectors.envelope import envelope
from payloads.collectors.inventory import inventory
from payloads.collectors.server import server
from payloads.facts import Facts
from payloads.values import Record

Collector = Callable[[Facts], Iterator[Record]]

COLLECTORS: dict[str, Collector] = {"envelope": envelope, "server": server, "inventory": inventory}


def collect(facts: Facts) -> Iterator[Record]:
    """The records of every collector that the upload's elements name, in the order of the declaration."""
    for name in dict.fromkeys(element.collector for element in facts.upload.elements()):
        yield from COLLECTORS[name](facts)
