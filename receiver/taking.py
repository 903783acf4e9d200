"""How are reports received that a person carries? Volumes are checked, their bundles kept, and a receipt is signed.

The receipt lists exactly the digests that are whole in the store. Taking the same volumes again keeps nothing twice
and gives the same receipt, because its time is when the last of its bundles became whole.
"""

import json
import os
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from receiver.signing import SigningKey
from receiver.store import Bundle, Store
from receiver.volumes import Listed, Volume, VolumeRefusedError, bytes_of, check_volume

FORMAT = "licensing-manager.courier-receipt/1"


def take(store: Store, paths: Sequence[Path], *, sender: str = "") -> dict[str, object]:
    """Keep the bundles of these volumes of one set; returns the signed receipt. Raises VolumeRefusedError.

    `sender` is the fingerprint that they have to be signed with; any will do without it. All are checked before
    the first byte is kept.
    """
    volumes = [check_volume(path) for path in paths]
    if len({(volume.export, volume.sender) for volume in volumes}) != 1:
        raise VolumeRefusedError("These volumes are of different sets. Take each set by itself: a receipt is for one.")
    if sender and volumes[0].sender != sender:
        raise VolumeRefusedError(f"These volumes are signed with another key than {sender}: {volumes[0].sender}.")
    whole = {store.ensure_sha256(one.id): one for one in store.bundles() if one.complete}
    kept: dict[str, Bundle] = {}
    for volume in volumes:
        for listed in volume.bundles:
            kept[listed.sha256] = whole.get(listed.sha256) or kept.get(listed.sha256) or _keep(store, volume, listed)
    return _receipt(SigningKey(store.path), volumes, kept)


def write_receipt(receipt: dict[str, object], target: Path) -> None:
    """Put it in its place in one step. Raises OSError."""
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with draft.open("x", encoding="ascii") as file:
            json.dump(receipt, file, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _keep(store: Store, volume: Volume, listed: Listed) -> Bundle:
    bundle = store.create_bundle(owner=f"courier {volume.sender[:16]}", size=listed.size, name=listed.name)
    for block in bytes_of(volume, listed):
        bundle = store.write_chunk(bundle.id, offset=bundle.received, data=block)
    if store.ensure_sha256(bundle.id) != listed.sha256:
        raise VolumeRefusedError(f"{listed.file} changed while it was read. Nothing was confirmed; take it again.")
    return store.bundle(bundle.id)


def _receipt(key: SigningKey, volumes: Sequence[Volume], kept: dict[str, Bundle]) -> dict[str, object]:
    moments = [bundle.completed_at for bundle in kept.values() if bundle.completed_at]
    signed = {
        "format": FORMAT,
        "export": volumes[0].export,
        "volumes": sorted({volume.number for volume in volumes}),
        "volumes_in_all": volumes[0].volumes,
        "received_at": max(moments, default=datetime.now(tz=UTC)).isoformat(),
        "receiver": key.names,
        "sender": volumes[0].sender,
        "bundles": [
            {"bytes": bundle.size, "name": bundle.name, "sha256": sha256} for sha256, bundle in sorted(kept.items())
        ],
    }
    text = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    return {"receipt": signed, "signature": key.sign(text)}
