"""How is an identifier made unreadable before it leaves? By the documented rule, and nothing else.

SHA-256 of the text, the first half of it, as base64. The encoding of the text is not documented; UTF-8 is ours.
Without a salt a guessable name can be found by trying, so the result is a pseudonym, not anonymous.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping

from payloads.values import Record, Value
from programs.catalog import Element


def scramble(text: str) -> str:
    """24 characters that end in `==`."""
    return b64encode(hashlib.sha256(text.encode("utf-8")).digest()[:16]).decode("ascii")


def scramble_declared(records: Iterable[Record], elements: Mapping[tuple[str, str], Element]) -> Iterator[Record]:
    """The same records with every value scrambled whose element says so."""
    for record in records:
        values = {name: _value(value, elements.get((record.section, name))) for name, value in record.values.items()}
        yield Record(record.section, values, scramble_declared(record.children, elements))


def _value(value: Value | None, element: Element | None) -> Value | None:
    if value is None or element is None or not element.scrambled:
        return value
    return tuple(scramble(one) for one in value) if isinstance(value, tuple) else scramble(str(value))
