"""Is this file a whole volume of reports, as it was signed? Read as if everybody could have written it.

A volume is a zip of stored members: `index.json` with its detached signature, the sender's key, `SHA256SUMS`, and
the bundles that the index lists. Nothing of it is kept before all of it was checked.
"""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from receiver.signing import fingerprint_of, has_signed, read_public

FORMAT = "licensing-manager.courier/1"
INDEX, SIGNATURE, KEY, SUMS = "index.json", "index.json.sig", "courier.pub", "SHA256SUMS"
MOST_TEXT = 64 * 1024 * 1024  # ours: an index of 200,000 bundles is smaller
BLOCK = 1024 * 1024
SHA256, EXPORT = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")
# Everything that zipfile raises for bytes that are no whole zip.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class VolumeRefusedError(Exception):
    """Nothing of the volume was taken; the text says why."""


@dataclass(frozen=True)
class Listed:
    """A bundle as the index lists it."""

    file: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        return self.file.rpartition("/")[2]


@dataclass(frozen=True)
class Volume:
    """What the index of a checked volume says. `sender` is the fingerprint of the key that signed it."""

    path: Path
    export: str
    number: int
    volumes: int
    sender: str
    bundles: tuple[Listed, ...]


def check_volume(path: Path) -> Volume:
    """Read all of it: signature, sums and every byte. Raises VolumeRefusedError."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path=path)
            text = _text(archive, members, INDEX, path=path)
            volume = _read_index(text, signature=_text(archive, members, SIGNATURE, path=path), path=path)
            _compare_members(members, volume)
            _compare_sums(_text(archive, members, SUMS, path=path), volume, index=text)
            for bundle in volume.bundles:
                _check_bytes(archive, bundle, path=path)
    except UNREADABLE as problem:
        raise VolumeRefusedError(f"{path.name} is no whole zip: {problem}. Copy it again.") from problem
    return volume


def bytes_of(volume: Volume, bundle: Listed) -> Iterator[bytes]:
    """The bytes of a bundle, block by block."""
    with zipfile.ZipFile(volume.path) as archive, archive.open(bundle.file) as file:
        while block := file.read(BLOCK):
            yield block


def _members(archive: zipfile.ZipFile, *, path: Path) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        if info.filename in found:
            raise VolumeRefusedError(f"{path.name} holds two files named {info.filename[:100]!r}.")
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1 or info.compress_size != info.file_size:
            raise VolumeRefusedError(f"{path.name} holds a packed or encrypted file; volumes hold stored ones alone.")
        found[info.filename] = info
    return found


def _text(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str, *, path: Path) -> bytes:
    info = members.get(name)
    if info is None:
        raise VolumeRefusedError(f"{path.name} is no volume of reports: it holds no {name}.")
    if info.file_size > MOST_TEXT:
        raise VolumeRefusedError(f"{name} in {path.name} has more than {MOST_TEXT // 1024**2} MB.")
    return archive.read(info)


def _read_index(text: bytes, *, signature: bytes, path: Path) -> Volume:
    try:
        whole = json.loads(text, object_pairs_hook=_once)
        head, lines = whole["head"], whole["bundles"]
        public = read_public(head["signed_by"]["public_key"])
        if head["format"] != FORMAT or public is None or head["signed_by"]["fingerprint"] != fingerprint_of(public):
            raise ValueError("format or key")  # noqa: TRY301  # said once, below
        volume = _volume(head, lines, sender=fingerprint_of(public), path=path)
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise VolumeRefusedError(f"The index of {path.name} cannot be understood.") from problem
    if not has_signed(public, data=text, signature=signature):
        raise VolumeRefusedError(f"The signature of {path.name} does not fit its index: it was changed or is forged.")
    return volume


def _volume(head: dict[str, Any], lines: list[dict[str, Any]], *, sender: str, path: Path) -> Volume:
    """Raises ValueError, KeyError or TypeError for whatever is not of the form."""
    number, volumes = head["volume"], head["volumes"]
    bundles = tuple(Listed(line["file"], line["sha256"], line["bytes"]) for line in lines)
    names = [bundle.file for bundle in bundles]
    sound = all(_is_safe(one.file) and SHA256.fullmatch(one.sha256) and _is_count(one.size) for one in bundles)
    numbered = _is_count(number) and _is_count(volumes) and 1 <= number <= volumes
    if not (sound and numbered and bundles and len(set(names)) == len(names) and EXPORT.fullmatch(head["export"])):
        raise ValueError("index")
    return Volume(path, head["export"], number, volumes, sender, bundles)


def _compare_members(members: dict[str, zipfile.ZipInfo], volume: Volume) -> None:
    expected = {bundle.file: bundle.size for bundle in volume.bundles}
    there = {name: info.file_size for name, info in members.items() if name not in {INDEX, SIGNATURE, KEY, SUMS}}
    if there != expected:
        name = min(there.keys() ^ expected.keys(), default="") or next(k for k in expected if there[k] != expected[k])
        raise VolumeRefusedError(f"{volume.path.name} does not hold what its index lists, for example {name[:200]!r}.")


def _compare_sums(text: bytes, volume: Volume, *, index: bytes) -> None:
    lines = set(text.decode(errors="replace").splitlines())
    wanted = {f"{bundle.sha256}  {bundle.file}" for bundle in volume.bundles}
    wanted.add(f"{hashlib.sha256(index).hexdigest()}  {INDEX}")
    if not wanted <= lines:
        raise VolumeRefusedError(f"{SUMS} of {volume.path.name} does not agree with its index.")


def _check_bytes(archive: zipfile.ZipFile, bundle: Listed, *, path: Path) -> None:
    digest = hashlib.sha256()
    with archive.open(bundle.file) as file:
        while block := file.read(BLOCK):
            digest.update(block)
    if digest.hexdigest() != bundle.sha256:
        raise VolumeRefusedError(f"{bundle.file} in {path.name} is not what was sealed: its SHA-256 differs.")


def _is_safe(name: object) -> bool:
    parts = name.split("/") if isinstance(name, str) else [""]
    return all(part not in {"", ".", ".."} and "\\" not in part and part.isprintable() for part in parts)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**63


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found
