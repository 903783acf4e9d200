"""What may a document write? What the upload declares for this place, in that order, and nothing quietly less."""

from collections.abc import Iterable, Iterator, Sequence

from payloads.values import Record, Value
from programs.catalog import Element, UploadKind


class DocumentUnknown(Exception):
    """Something that the document has no place for; the text names it, never its value."""


def in_document(document: str, records: Iterable[Record], upload: UploadKind) -> Iterator[Record]:
    """The same records. Raises DocumentUnknown for one that stands in another document."""
    known = {section.name for section in upload.sections if section.document == document}
    for record in records:
        if record.section not in known:
            raise DocumentUnknown(f"{record.section} does not stand in {document}.")
        yield record


def known_values(record: Record, elements: Sequence[Element]) -> list[tuple[Element, Value]]:
    """What the record knows, in the order of the declaration. Raises DocumentUnknown for a name without element."""
    if undeclared := record.values.keys() - {element.name for element in elements}:
        raise DocumentUnknown(f"{record.section}.{min(undeclared)} has no place in the document.")
    values = ((element, record.values.get(element.name)) for element in elements)
    return [(element, value) for element, value in values if value is not None]
