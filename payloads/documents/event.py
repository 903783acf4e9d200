"""How does an event look? One JSON object with a header and a payload; the payload lists its features.

Header, payload and their names are documented. How an event travels is not, so the file `event.json` in a bundle, the
list named `feature` and the order of names (as declared) are ours.
"""

import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from payloads.bundle import Member
from payloads.documents.declared import in_document, known_values
from payloads.spelling import json_value
from payloads.values import Record
from programs.catalog import UploadKind

EVENT = "event.json"


def members(records: Iterable[Record], upload: UploadKind) -> Iterator[Member]:
    """event.json alone. `records` is read once."""

    def event(file: BinaryIO) -> None:
        found = {record.section: _object(record, upload) for record in in_document(EVENT, records, upload)}
        file.write(json.dumps(found, indent=1, ensure_ascii=False).encode() + b"\n")

    yield Member(EVENT, event)


def _object(record: Record, upload: UploadKind) -> dict[str, object]:
    """The values in the order of the declaration, then the records inside as lists."""
    section = upload.section(record.section)
    known = known_values(record, section.elements)
    found: dict[str, object] = {element.name: json_value(value, element) for element, value in known}
    for child in record.children:
        inside = found.setdefault(upload.section(child.section).container, [])
        assert isinstance(inside, list)
        inside.append(_object(child, upload))
    return found
