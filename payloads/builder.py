"""What exactly leaves? Consent → collect → scramble → gate → document → bundle: the way reads like that line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

from payloads.bundle import Member, sha256_of, write_bundle
from payloads.collectors import collect
from payloads.documents import WRITERS
from payloads.facts import read_facts
from payloads.gate import Gate
from payloads.scramble import scramble_declared
from programs.catalog import Element, Program
from programs.participation import permitted_elements
from servers.models import LicenseServer


@dataclass(frozen=True, slots=True)
class SealedBundle:
    """A bundle that exists: its bytes never change again. `size` is in bytes."""

    path: Path
    sha256: str
    size: int
    name: str
    elements: tuple[Element, ...]


def build_bundle(server: LicenseServer, program: Program, *, kind: str, at: datetime, folder: Path) -> SealedBundle:
    """Build the bundle of this kind as of `at` into a new file in `folder`.

    Raises GateClosed when anything that may not leave was collected; then no file is left behind.
    """
    upload = program.upload(kind)
    elements = permitted_elements(upload)
    permitted = {element.key: element for element in elements}
    collected = collect(read_facts(server, program, upload, at=at))
    records = Gate(upload, permitted).check(scramble_declared(collected, permitted))
    path = _written(folder, WRITERS[(program.code, kind)](records, upload))
    name = f"{upload.file_prefix}{int(at.timestamp())}.zip"
    return SealedBundle(path, sha256_of(path), path.stat().st_size, name, elements)


def _written(folder: Path, members: Iterable[Member]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=".building-", suffix=".zip", delete=False) as file:
        path = Path(file.name)
        try:
            write_bundle(cast("BinaryIO", file), members)
        except BaseException:
            path.unlink()
            raise
    return path
