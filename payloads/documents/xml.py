"""How do records become XML? One at a time, where the declaration puts them, so that memory does not grow with them."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from typing import Protocol

from lxml import etree

from payloads.documents.declared import known_values
from payloads.spelling import spell, writable
from payloads.values import Record, Value
from programs.catalog import Element, UploadKind


class Target(Protocol):
    """Whatever bytes can be written to."""

    def write(self, data: bytes, /) -> int:
        """Take the bytes."""
        ...


def write_document(target: Target, records: Iterable[Record], upload: UploadKind, *, root: str) -> None:
    """The records inside an element named `root`. Their values stand in the order of the declaration."""
    with etree.xmlfile(target, encoding="UTF-8") as xml:
        xml.write_declaration()
        with xml.element(root):
            _Writer(xml, upload).write(records)


class _Writer:
    def __init__(self, xml: "etree._IncrementalFileWriter", upload: UploadKind) -> None:
        self.xml = xml
        self.containers = {section.name: section.container for section in upload.sections}
        self.elements = {section.name: section.elements for section in upload.sections}

    def write(self, records: Iterable[Record]) -> None:
        """Records of one section that follow each other share the containers around them."""
        for section, same in groupby(records, key=lambda record: record.section):
            *around, own = self.containers[section].split("/")
            with ExitStack() as stack:
                for name in around:
                    stack.enter_context(self.xml.element(name))
                for record in same:
                    self._write_record(record, own)

    def _write_record(self, record: Record, own: str) -> None:
        """A record without a container has its values in the document's root."""
        known = known_values(record, self.elements[record.section])
        with ExitStack() as stack:
            if own:
                stack.enter_context(self.xml.element(own, attrib=dict(_attributes(known))))
            for element, value in known:
                if element.written == "text":
                    self.xml.write(writable(spell(value, element)))
                elif element.written == "element":
                    self._write_value(element, value)
            self.write(record.children)

    def _write_value(self, element: Element, value: Value) -> None:
        for one in value if isinstance(value, tuple) else (value,):
            leaf = etree.Element(element.name)
            leaf.text = writable(spell(one, element))
            self.xml.write(leaf)


def _attributes(known: list[tuple[Element, Value]]) -> Iterator[tuple[str, str]]:
    for element, value in known:
        if element.written == "attribute":
            yield element.name.rpartition("@")[2], writable(spell(value, element))
