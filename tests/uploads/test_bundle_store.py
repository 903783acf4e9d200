"""Are the bytes that we keep the bytes that we send, and does a bad disk lose nothing?"""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from programs.schedule import TRY_AGAIN_AFTER
from tests.uploads.conftest import Peer, Worker, ended
from tests.uploads.faulty_line import CHUNK, Line, answers
from uploads import bundle_store
from uploads.bundle_store import BundleMissing, open_checked, path_of
from uploads.models import Upload
from uploads.sealing import drop_if_unused, seal_preview
from uploads.states import State


def full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_bundle_lies_under_its_digest(line: Line, worker: Worker, upload: Upload) -> None:
    worker.send(upload)
    path = open_checked(upload.bundle_sha256)
    assert path == bundle_store.store_folder() / upload.bundle_sha256[:2] / f"{upload.bundle_sha256}.zip"
    assert path.stat().st_size == upload.size


def test_it_has_the_products_name_too_and_costs_no_space(line: Line, worker: Worker, upload: Upload) -> None:
    worker.send(upload)
    folder = bundle_store.resource_folder(upload.server) / "usage"
    assert [one.name for one in folder.iterdir()] == [upload.bundle_name]
    assert upload.bundle_name == f"upload_compliance_{int(upload.created_at.timestamp())}.zip"
    assert folder.parts[-4:-1] == ("servers", str(upload.server.guid), "resource")
    assert (folder / upload.bundle_name).samefile(path_of(upload.bundle_sha256))


def test_a_changed_byte_is_not_sent(line: Line, worker: Worker, upload: Upload, clock: time_machine.Traveller) -> None:
    line.fail(CHUNK, answers(400))
    worker.send(upload)
    path = path_of(upload.bundle_sha256)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    line.clear()
    clock.shift(TRY_AGAIN_AFTER)
    assert ended(worker.send(upload)) == ("try_again", "FILE")
    assert line.seen == []
    assert "was changed on disk and will not be sent" in upload.attempts.last().evidence  # type: ignore[union-attr]


def test_a_missing_bundle_is_said_to_be_missing(
    line: Line, worker: Worker, upload: Upload, clock: time_machine.Traveller
) -> None:
    line.fail(CHUNK, answers(400))
    worker.send(upload)
    path_of(upload.bundle_sha256).unlink()
    clock.shift(TRY_AGAIN_AFTER)
    assert ended(worker.send(upload)) == ("try_again", "FILE")
    assert "is not in the store any more" in upload.attempts.last().evidence  # type: ignore[union-attr]


def test_an_unknown_digest_is_missing() -> None:
    with pytest.raises(BundleMissing, match="is not in the store any more"):
        open_checked("0" * 64)


@pytest.mark.parametrize("where", [(os, "fsync"), (os, "link"), (Path, "replace")])
def test_a_full_disk_is_a_failure_and_the_next_day_works(
    *,
    line: Line,
    peer: Peer,
    worker: Worker,
    upload: Upload,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    where: tuple[Any, str],
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(*where, full)
        assert ended(worker.send(upload)) == ("try_again", "FILE")
    assert (upload.state, line.seen) == (State.FAILED, [])
    assert not list(bundle_store.store_folder().glob(".building-*"))
    clock.shift(TRY_AGAIN_AFTER)
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_disk_that_cannot_take_the_result_file_does_not_undo_a_delivery(
    line: Line, worker: Worker, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uploads.settling.result_file.write", full)
    assert ended(worker.send(upload))[0] == "delivered"
    assert upload.state == State.DELIVERED


def test_a_new_preview_takes_the_old_ones_bytes_away(upload: Upload, clock: time_machine.Traveller) -> None:
    old = seal_preview(upload.server, program_code="telemetry", kind="compliance", at=upload.created_at).bundle_sha256
    clock.shift(60)
    new = seal_preview(upload.server, program_code="telemetry", kind="compliance", at=timezone.now()).bundle_sha256
    assert old != new
    assert (path_of(old).exists(), path_of(new).exists()) == (False, True)


def test_the_bytes_of_an_upload_stay(line: Line, worker: Worker, upload: Upload) -> None:
    worker.send(upload)
    drop_if_unused(upload.bundle_sha256)
    assert open_checked(upload.bundle_sha256)
