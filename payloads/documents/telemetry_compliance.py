"""How does the license server report of telemetry look? A report and a manifest.

Element names, nesting and spellings are documented; the names of the two roots are not, so `Report` and `Manifest`
are ours. `UI` is the SHA-256 of report.xml, which is ours as well.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import groupby
from typing import BinaryIO

from lxml import etree

from payloads.bundle import Member
from payloads.documents.xml import text_of, writable, write_values
from payloads.values import Record
from programs.catalog import UploadKind

SA_DATE = "inventory.feature.sa_date"


class _Hashed:
    """A file that remembers the digest of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest = file, sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.file.write(data)


def members(records: Iterable[Record], upload: UploadKind) -> Iterator[Member]:
    """report.xml first, because the manifest carries its digest. `records` is read once."""
    every = iter(records)
    envelope = next(every)
    digest = ""

    def report(file: BinaryIO) -> None:
        nonlocal digest
        hashed = _Hashed(file)
        _write_report(hashed, every, upload)
        digest = hashed.digest.hexdigest()

    def manifest(file: BinaryIO) -> None:
        sealed = Record(envelope.section, {**envelope.values, "UI": digest})
        with etree.xmlfile(file, encoding="UTF-8") as xml:
            xml.write_declaration()
            with xml.element("Manifest"):
                write_values(xml, sealed, _types(upload), skip=frozenset())

    yield Member("report.xml", report)
    yield Member("manifest.xml", manifest)


def _write_report(file: "_Hashed", records: Iterable[Record], upload: UploadKind) -> None:
    with etree.xmlfile(file, encoding="UTF-8") as xml:
        xml.write_declaration()
        with xml.element("Report"):
            for section, same in groupby(records, key=lambda record: record.section):
                container = "LSInfo" if section == "license_server" else "Inventory"
                with xml.element(container):
                    for record in same:
                        _write_record(xml, record, upload)


def _write_record(xml: "etree._IncrementalFileWriter", record: Record, upload: UploadKind) -> None:
    if record.section == "license_server":
        write_values(xml, record, _types(upload), skip=frozenset())
        return
    with xml.element(upload.section(record.section).container, attrib=_attributes(record)):
        write_values(xml, record, _types(upload), skip=frozenset({"id"}))
        for child in record.children:
            _write_record(xml, child, upload)


def _attributes(record: Record) -> dict[str, str]:
    value = record.values.get("id") if record.section == SA_DATE else None
    return {} if value is None else {"id": writable(text_of(value, "css_date"))}


def _types(upload: UploadKind) -> Callable[[str, str], str]:
    types = {element.key: element.type for element in upload.elements()}
    return lambda section, name: types[(section, name)]
