"""How does the bundle of product usage look? A manifest, and the files of events that it lists: so far none.

Names, nesting and spellings are documented; the digests are not, so these are ours. `FilesUI` is the SHA-256 of the
digests of all files, one in each line, in the order of the manifest. `ManifestUI` is the SHA-256 of manifest.xml as
it is without `ManifestUI`. The root `Manifest` is ours too.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO

from payloads.bundle import Member
from payloads.documents.declared import in_document
from payloads.documents.report_and_manifest import ENVELOPE, MANIFEST
from payloads.documents.xml import write_document
from payloads.values import Record, Value
from programs.catalog import UploadKind

FILE = "metadata.File"


def members(records: Iterable[Record], upload: UploadKind) -> Iterator[Member]:
    """manifest.xml alone; it is small, because it lists serial numbers and files, not people."""
    every = [Record(one.section, one.values, tuple(one.children)) for one in in_document(MANIFEST, records, upload)]
    declared = {element.name for element in upload.section(ENVELOPE).elements}
    files = "".join(f"{child.values.get('UI')}\n" for one in every for child in one.children if child.section == FILE)
    digests: dict[str, Value] = {}
    if "FilesUI" in declared:
        digests["FilesUI"] = sha256(files.encode()).hexdigest()
    if "ManifestUI" in declared:
        digests["ManifestUI"] = sha256(_rendered(every, digests, upload)).hexdigest()

    def manifest(file: BinaryIO) -> None:
        file.write(_rendered(every, digests, upload))

    yield Member(MANIFEST, manifest)


def _rendered(records: list[Record], digests: dict[str, Value], upload: UploadKind) -> bytes:
    """The digests stand at the end, behind serial numbers and files."""
    file = BytesIO()
    write_document(file, [*records, Record(ENVELOPE, dict(digests))], upload, root="Manifest")
    return file.getvalue()
