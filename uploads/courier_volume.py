"""How does a volume come to be? A zip whose bytes follow from its bundles alone, written at once, in flat memory."""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _

from payloads.bundle import FIXED_TIME, sha256_of
from uploads import bundle_store
from uploads.courier_index import INDEX, KEY, SIGNATURE, SUMS, Entry, Frame, line_of, sums_of
from uploads.courier_key import public_key, sign
from uploads.courier_models import ManualItem, ManualReport, ManualVolume

BLOCK = 1024 * 1024  # bytes that are in memory at once


class VolumeFailed(Exception):
    """A volume could not be written; the text says why and what to do. What was finished before stays."""


def courier_folder(report: ManualReport) -> Path:
    """Where the volumes of a report lie that are downloaded from the pages."""
    return Path(settings.DATA_DIR) / "courier" / report.export_id


def ensure_volume(volume: ManualVolume, *, folder: Path) -> Path:
    """The volume as a whole file in this folder, written unless it is there. Raises VolumeFailed or KeyUnusable.

    Whoever is killed half-way leaves a draft with a name of its own and no volume; the next call writes it anew.
    """
    target = folder / volume.file_name
    if volume.sha256 and target.is_file() and sha256_of(target) == volume.sha256:
        return target
    draft = folder / f".{target.name}.{uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("xb") as file:
            os.chmod(draft, 0o600)  # noqa: PTH101
            write_volume(volume, cast("BinaryIO", file))
            file.flush()
            os.fsync(file.fileno())
        _remember(volume, draft)
        draft.replace(target)
        bundle_store.sync_folder(folder)
    except OSError as error:
        raise VolumeFailed(
            _(
                "%(file)s could not be written to %(folder)s: %(error)s. Volumes that were finished before stay; "
                "run it again when there is room and the folder can be written."
            )
            % {"file": target.name, "folder": folder, "error": error.strerror or error}
        ) from error
    except bundle_store.BundleMissing as error:
        raise VolumeFailed(
            _("%(error)s Give %(report)s up and gather again: it is then named as missing.")
            % {"error": error, "report": volume.report}
        ) from error
    finally:
        with suppress(OSError):  # the folder itself may be what could not be made
            draft.unlink(missing_ok=True)
    return target


def write_volume(volume: ManualVolume, target: BinaryIO) -> None:
    """Write it into a file. Raises BundleMissing where a bundle is not what was sealed."""
    items = list(volume.items.order_by("position"))
    key = public_key()
    index = frame_of(volume.report, public_text=key.text).index(
        volume.kind,
        (line_of(item.member, entry_of(item)) for item in items),
        number=volume.number,
        volumes=volume.report.volumes.count(),
    )
    digests = [(item.member, item.bundle_sha256) for item in items]
    own = [(INDEX, hashlib.sha256(index).hexdigest()), (KEY, hashlib.sha256(key.pem).hexdigest())]
    texts = {INDEX: index, SIGNATURE: sign(index), KEY: key.pem, SUMS: sums_of([*own, *digests])}
    with zipfile.ZipFile(target, "w", allowZip64=True) as bundle:
        for name, data in texts.items():
            _add(bundle, name, size=len(data), blocks=lambda data=data: iter([data]))  # type: ignore[misc]
        for item in items:
            _add(bundle, item.member, size=item.size, blocks=lambda item=item: _checked(item))  # type: ignore[misc]


def frame_of(report: ManualReport, *, public_text: str) -> Frame:
    """What all volumes of a report say alike."""
    return Frame(
        export_id=report.export_id,
        name=report.name,
        public_key=public_text,
        fingerprint=report.signed_with,
        missing=report.missing,
    )


def entry_of(item: ManualItem) -> Entry:
    """The bundle as the index tells of it."""
    return Entry(
        upload_id=item.upload_id or 0,
        server_guid=str(item.server_guid),
        server_name=item.server_name,
        kind=item.kind,
        period=item.period,
        day=item.day,
        sha256=item.bundle_sha256,
        name=item.bundle_name,
        size=item.size,
    )


def _remember(volume: ManualVolume, draft: Path) -> None:
    """Digest and size of the first writing are those of every later one."""
    digest, size = sha256_of(draft), draft.stat().st_size
    ManualVolume.objects.filter(pk=volume.pk, sha256="").update(sha256=digest, size=size)
    volume.refresh_from_db(fields=["sha256", "size"])
    if volume.sha256 != digest:
        raise VolumeFailed(
            _(
                "%(file)s would not be the same file again: the signing key was replaced since it was gathered. "
                "Give %(report)s up and gather again."
            )
            % {"file": volume.file_name, "report": volume.report}
        )


def _add(bundle: zipfile.ZipFile, name: str, *, size: int, blocks: Callable[[], Iterator[bytes]]) -> None:
    """Stored, not deflated: bundles are deflated already, and so the size is known before."""
    info = zipfile.ZipInfo(name, FIXED_TIME)
    info.create_system, info.external_attr, info.file_size = 3, 0o600 << 16, size
    with bundle.open(info, "w") as file:
        for block in blocks():
            file.write(block)


def _checked(item: ManualItem) -> Iterator[bytes]:
    """The bytes of a bundle, checked on the way."""
    digest = hashlib.sha256()
    path = bundle_store.path_of(item.bundle_sha256)
    if not path.is_file():
        raise bundle_store.BundleMissing(
            _("The bundle %(digest)s… is not in the store any more.") % {"digest": item.bundle_sha256[:12]}
        )
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            yield block
    if digest.hexdigest() != item.bundle_sha256:
        raise bundle_store.BundleMissing(
            _("The bundle %(digest)s… was changed on disk and is not carried.") % {"digest": item.bundle_sha256[:12]}
        )
