"""How do the reports of the license server look? A report and a manifest.

Element names, nesting and spellings are documented or were seen in a real report; the names of the two roots are not
known, so `Report` and `Manifest` are ours. `UI`, where it is declared, is the SHA-256 of report.xml: ours as well.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from typing import BinaryIO

from payloads.bundle import Member
from payloads.documents.declared import in_document
from payloads.documents.xml import write_document
from payloads.values import Record
from programs.catalog import UploadKind

ENVELOPE, DIGEST = "metadata", "UI"
REPORT, MANIFEST = "report.xml", "manifest.xml"


class _Hashed:
    """A file that remembers the digest of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest = file, sha256()

    def write(self, data: bytes, /) -> int:
        self.digest.update(data)
        return self.file.write(data)


def members(records: Iterable[Record], upload: UploadKind) -> Iterator[Member]:
    """report.xml first, because the manifest carries its digest. `records` is read once; the envelope leads them."""
    envelope, rest = _parted(iter(records))
    values = dict(envelope.values)
    has_digest = any(element.name == DIGEST for element in upload.section(ENVELOPE).elements)

    def report(file: BinaryIO) -> None:
        hashed = _Hashed(file)
        write_document(hashed, in_document(REPORT, rest, upload), upload, root="Report")
        if has_digest:
            values[DIGEST] = hashed.digest.hexdigest()

    def manifest(file: BinaryIO) -> None:
        write_document(file, [Record(ENVELOPE, values)], upload, root="Manifest")

    yield Member(REPORT, report)
    yield Member(MANIFEST, manifest)


def _parted(records: Iterator[Record]) -> tuple[Record, Iterator[Record]]:
    """The envelope, empty where nothing of it may leave, and everything else."""
    first = next(records, None)
    if first is None or first.section == ENVELOPE:
        return first or Record(ENVELOPE, {}), records
    return Record(ENVELOPE, {}), chain([first], records)
