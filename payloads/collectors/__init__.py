"""Which function gives the values of a declared element? One collector for each name in the declarations."""

from collections.abc import Callable, Iterable, Iterator

from payloads.collectors.anonymous import anonymous_envelope, anonymous_server
from payloads.collectors.console_calls import console_calls
from payloads.collectors.diagnostic import diagnostic_inventory, diagnostic_serials, diagnostic_server
from payloads.collectors.envelope import envelope, usage_envelope
from payloads.collectors.event import event_header, event_payload
from payloads.collectors.inventory import inventory
from payloads.collectors.server import server
from payloads.facts import Facts
from payloads.values import Record
from programs.catalog import Element

Collector = Callable[[Facts], Iterator[Record]]
NOT_COLLECTED = "not_collected"


def not_collected(_facts: Facts) -> Iterator[Record]:
    """Nothing, on purpose: no source on this side has the value, or it is sent under its other name.

    The element's note says which; a system check asks for the note.
    """
    return iter(())


COLLECTORS: dict[str, Collector] = {
    "anonymous_envelope": anonymous_envelope,
    "anonymous_server": anonymous_server,
    "console_calls": console_calls,
    "diagnostic_inventory": diagnostic_inventory,
    "diagnostic_serials": diagnostic_serials,
    "diagnostic_server": diagnostic_server,
    "envelope": envelope,
    "event_header": event_header,
    "event_payload": event_payload,
    "inventory": inventory,
    NOT_COLLECTED: not_collected,
    "server": server,
    "usage_envelope": usage_envelope,
}


def collect(facts: Facts, *, elements: Iterable[Element]) -> Iterator[Record]:
    """The records of every collector that these elements name, in their order. Nothing else is even looked at."""
    for name in dict.fromkeys(element.collector for element in elements):
        yield from COLLECTORS[name](facts)
