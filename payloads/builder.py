"""What exactly leaves? Consent → collect → keep → scramble → gate → document → bundle: the way reads like that line."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

from payloads.bundle import Member, sha256_of, write_bundle
from payloads.collectors import collect
from payloads.documents import WRITERS
from payloads.facts import Facts, read_facts
from payloads.gate import Gate
from payloads.keeping import Permitted, keep_permitted, narrowed, permitted_of
from payloads.scramble import scramble_declared
from programs.catalog import Element, Program
from servers.models import LicenseServer


@dataclass(frozen=True, slots=True)
class SealedBundle:
    """A bundle that exists: its bytes never change again. `size` is in bytes; `elements` are those permitted."""

    path: Path
    sha256: str
    size: int
    name: str
    elements: tuple[Element, ...]


def build_bundle(
    server: LicenseServer,
    program: Program,
    *,
    kind: str,
    at: datetime,
    folder: Path,
    permitted: Collection[str] | None = None,
    under_way: Callable[[], None] = lambda: None,
) -> SealedBundle:
    """Build the bundle of this kind as of `at` into a new file in `folder`.

    `permitted` are the paths of the elements that may leave. None means what nobody has to agree to: everything of a
    mandatory program, nothing of another. Raises GateClosed when anything else comes to the door; then no file is left
    behind. `under_way` is called again and again while a large bundle is written: whoever holds a lease prolongs it.
    """
    upload = program.upload(kind)
    if permitted is None and not program.is_mandatory:
        permitted = ()
    allowed = permitted_of(upload, permitted)
    members = members_of(read_facts(server, program, upload, at=at), allowed=allowed)
    path = _written(folder, (_told(member, under_way) for member in members))
    name = f"{upload.file_prefix}{int(at.timestamp())}.zip"
    return SealedBundle(path, sha256_of(path), path.stat().st_size, name, tuple(allowed.values()))


def members_of(facts: Facts, *, allowed: Permitted) -> Iterator[Member]:
    """The files of the bundle, made while they are written. Raises GateClosed then."""
    collected = collect(facts, elements=allowed.values())
    kept = keep_permitted(collected, facts.upload, allowed)
    records = Gate(facts.upload, allowed).check(scramble_declared(kept, allowed))
    return WRITERS[(facts.program.code, facts.upload.kind)](records, narrowed(facts.upload, allowed))


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


class _Told:
    """A file that tells with every piece that work goes on."""

    def __init__(self, file: BinaryIO, under_way: Callable[[], None]) -> None:
        self.file, self.under_way = file, under_way

    def write(self, data: bytes, /) -> int:
        self.under_way()
        return self.file.write(data)


def _told(member: Member, under_way: Callable[[], None]) -> Member:
    return Member(member.name, lambda file: member.write(cast("BinaryIO", _Told(file, under_way))))
