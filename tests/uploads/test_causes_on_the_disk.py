"""Is it recognized when this machine itself is the trouble? Each failure is made with the real file system."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from payloads.builder import SealedBundle, build_bundle
from tests.uploads.conftest import Peer, Worker
from tests.uploads.faulty_line import IDENTITY, Line, answers
from uploads import bundle_store
from uploads.causes import Cause
from uploads.models import Upload
from uploads.outcomes import judge
from uploads.states import State


@contextmanager
def files_may_not_grow() -> Iterator[None]:
    """No file may get a byte longer; the database's files are written elsewhere, before and after."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def a_sealed_failure(line: Line, worker: Worker, upload: Upload) -> Path:
    """The upload failed once, its bundle is kept, and it may be tried again."""
    line.fail(IDENTITY, answers(400))
    worker.send(upload)
    Upload.objects.update(state=State.QUEUED, next_attempt_at=None)
    return bundle_store.path_of(upload.bundle_sha256)


def test_a_bundle_that_was_changed_is_not_sent(line: Line, worker: Worker, upload: Upload, peer: Peer) -> None:
    path = a_sealed_failure(line, worker, upload)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    worker.send(upload)
    assert upload.cause == Cause.BUNDLE_CHANGED
    assert peer.bundles(upload) == []


def test_a_bundle_that_is_gone_is_named(line: Line, worker: Worker, upload: Upload) -> None:
    a_sealed_failure(line, worker, upload).unlink()
    worker.send(upload)
    assert upload.cause == Cause.BUNDLE_MISSING


def test_a_disk_that_takes_nothing_more_is_named(
    worker: Worker, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build_on_a_full_disk(*facts: Any, **more: Any) -> SealedBundle:
        with files_may_not_grow():
            return build_bundle(*facts, **more)

    monkeypatch.setattr("uploads.sealing.build_bundle", build_on_a_full_disk)
    worker.send(upload)
    assert upload.cause == Cause.DISK_FULL


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device that is always full is Linux's")
def test_the_systems_own_words_for_a_full_disk_are_known() -> None:
    with pytest.raises(OSError, match="No space") as full, Path("/dev/full").open("wb", buffering=0) as device:
        device.write(b"x")
    assert judge(full.value).cause == Cause.DISK_FULL


def test_a_folder_without_rights_is_named(worker: Worker, upload: Upload, settings: Settings, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        settings.DATA_DIR = Path("/proc/1")  # where even root may make no folder
    else:
        tmp_path.chmod(0o500)
        settings.DATA_DIR = tmp_path / "closed"
    worker.send(upload)
    tmp_path.chmod(0o700)
    assert upload.cause in {Cause.NO_RIGHTS, Cause.BUNDLE_MISSING}
