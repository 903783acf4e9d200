"""What lies in a volume, and in which one? The index, its exact bytes, and the split below a limit. Pure.

The layout of a volume is ours; the names of the bundles, and one kind to a zip, are the product's.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from languages.numbers import number

FORMAT = "licensing-manager.courier/1"
INDEX, SIGNATURE, KEY, SUMS = "index.json", "index.json.sig", "courier.pub", "SHA256SUMS"
MOST_VOLUMES = 999_999
ZIP_MEMBER_BYTES = 30 + 46 + 48  # both headers of a member without its name, and room for the fields of large files
ZIP_FRAME_BYTES = 22 + 76  # the end of the directory, and its form for large files
KEY_BYTES, SIGNATURE_BYTES = 256, 64  # a PEM of an Ed25519 key has 113


class LimitTooSmall(Exception):
    """A limit below the size of one bundle; the text names the bundle, its size and the least that would do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One bundle as the index tells of it."""

    upload_id: int
    server_guid: str
    server_name: str
    kind: str
    period: datetime
    day: int
    sha256: str
    name: str
    size: int

    @property
    def folder(self) -> str:
        """A folder for each server: its name as every system can write it, and enough of its GUID to be unique."""
        return f"{re.sub(r'[^a-z0-9.-]', '_', self.server_name.lower())[:100].strip('.')}-{self.server_guid[:8]}"


@dataclass(slots=True)
class Volume:
    """One volume in the making: its kind, and the bundles by their names in it."""

    kind: str
    bundles: dict[str, Entry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the index says beside the bundles. `missing` are the days without a report, of every kind."""

    export_id: str
    name: str
    public_key: str
    fingerprint: str
    missing: Sequence[dict[str, Any]] = ()

    def index(self, kind: str, lines: Iterable[str], *, number: int, volumes: int) -> bytes:
        """The index of one volume: one line for each bundle, the same bytes for the same content."""
        head = {
            "export": self.export_id,
            "format": FORMAT,
            "kind": kind,
            "missing": [one for one in self.missing if one["kind"] == kind],
            "name": self.name,
            "signed_by": {"algorithm": "Ed25519", "fingerprint": self.fingerprint, "public_key": self.public_key},
            "volume": number,
            "volumes": volumes,
        }
        bundles = ",\n".join(lines)
        return f'{{"bundles": [\n{bundles}\n],\n"head": {_json(head)}}}\n'.encode()


def split(entries: Sequence[Entry], frame: Frame, *, max_bytes: int | None) -> list[Volume]:
    """Volumes of one kind each, in the order of the entries, none larger than the limit. Raises LimitTooSmall."""
    volumes: list[Volume] = []
    left = 0
    for entry in entries:
        if not volumes or volumes[-1].kind != entry.kind:
            volumes.append(Volume(entry.kind))
            left = _room(frame, entry.kind, max_bytes)
        member, needed = _member(entry, volumes[-1].bundles), 0
        needed = _bytes_of(member, entry)
        if max_bytes is not None and needed > left and volumes[-1].bundles:
            volumes.append(Volume(entry.kind))
            left = _room(frame, entry.kind, max_bytes)
            member = _member(entry, {})
            needed = _bytes_of(member, entry)
        if max_bytes is not None and needed > left:
            least = max_bytes - left + needed
            raise LimitTooSmall(
                _(
                    "A volume of at most %(most)s bytes cannot hold %(bundle)s of %(server)s: it has %(size)s bytes, "
                    "and its volume %(more)s more. Allow at least %(least)s bytes."
                )
                % {
                    "most": number(max_bytes),
                    "bundle": entry.name,
                    "server": entry.server_name,
                    "size": number(entry.size),
                    "more": number(least - entry.size),
                    "least": number(least),
                }
            )
        volumes[-1].bundles[member] = entry
        left -= needed
    return volumes


def line_of(member: str, entry: Entry) -> str:
    """The bundle's line in the index."""
    return _json(
        {
            "bytes": entry.size,
            "day": entry.day,
            "file": member,
            "kind": entry.kind,
            "period": entry.period.isoformat(),
            "server": entry.server_guid,
            "server_name": entry.server_name,
            "sha256": entry.sha256,
        }
    )


def sums_of(digests: Iterable[tuple[str, str]]) -> bytes:
    """The lines that `sha256sum -c` reads, from member and digest."""
    return "".join(f"{digest}  {member}\n" for member, digest in digests).encode()


def facts_of(entries: Iterable[Entry]) -> Iterator[list[object]]:
    """What makes two sets the same set."""
    return ([one.server_guid, one.kind, one.period.isoformat(), one.sha256, one.size] for one in entries)


def _member(entry: Entry, taken: dict[str, Entry]) -> str:
    """The product's own name; a second bundle of the same second gets a number that its patterns still match."""
    stem, number = entry.name.removesuffix(".zip"), 1
    member = f"{entry.folder}/{stem}.zip"
    while member in taken:
        number += 1
        member = f"{entry.folder}/{stem}-{number}.zip"
    return member


def _bytes_of(member: str, entry: Entry) -> int:
    """What a bundle adds to a volume at most: its bytes, its headers, its line in the index and in the sums."""
    around = ZIP_MEMBER_BYTES + 2 * len(member.encode()) + len(line_of(member, entry).encode()) + 2
    return entry.size + around + len(sums_of([(member, entry.sha256)]))


def _room(frame: Frame, kind: str, max_bytes: int | None) -> int:
    """What a limit leaves for bundles."""
    empty = len(frame.index(kind, [], number=MOST_VOLUMES, volumes=MOST_VOLUMES))
    names = (INDEX, SIGNATURE, KEY, SUMS)
    headers = sum(ZIP_MEMBER_BYTES + 2 * len(name) for name in names) + ZIP_FRAME_BYTES
    sums = len(sums_of((name, "0" * 64) for name in (INDEX, KEY)))
    return (max_bytes or 0) - empty - headers - sums - KEY_BYTES - SIGNATURE_BYTES


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True)
