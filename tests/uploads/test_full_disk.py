"""Does a disk that is really full leave no half file and lose no row, and is all well once there is space again?"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from programs.schedule import TRY_AGAIN_AFTER
from servers.models import LicenseServer
from tests.uploads.conftest import Peer, Worker, ended
from tests.uploads.faulty_line import BUNDLE, Line, Meanwhile
from tests.uploads.small_disk import SmallDisk, small_disk
from uploads import bundle_store, disk
from uploads.bundle_store import store_folder
from uploads.disk import DiskFull, disk_state, note_reading, room_for
from uploads.disk_forecast import Outlook
from uploads.models import Attempt, Preview, Upload
from uploads.own_state import DiskReading
from uploads.sealing import seal_preview
from uploads.states import State

NEEDS = 100_000


@pytest.fixture
def full(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDisk]:
    """The data folder lies on a small disk; the reserve is small too."""
    monkeypatch.setattr(disk, "RESERVE", 50_000)
    monkeypatch.setattr(disk, "SMALLEST_NEED", NEEDS)
    with small_disk(tmp_path / "disk") as small:
        settings.DATA_DIR = small.folder
        yield small


@pytest.fixture
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fills up after it was asked: somebody else writes there as well."""
    monkeypatch.setattr("uploads.sealing.refuse_without_room", lambda *_, **__: None)


def files(small: SmallDisk) -> list[str]:
    """Everything but folders, the locks of the fence and the ballast."""
    found = (path for path in small.folder.rglob("*") if path.is_file())
    return sorted(path.name for path in found if path.name != "ballast" and not path.name.startswith(".fence"))


def test_what_has_no_room_is_not_begun_and_leaves_when_it_has(
    *, full: SmallDisk, line: Line, peer: Peer, worker: Worker, upload: Upload, clock: time_machine.Traveller
) -> None:
    full.fill(leave=120_000)
    assert ended(worker.send(upload)) == ("try_again", "FILE")
    attempt = upload.attempts.get()
    assert "needs about 0.1 MB, 0.1 MB are free beyond the reserve" in attempt.evidence
    assert "Nothing was begun. Free some space" in attempt.evidence
    assert (upload.state, upload.bundle_sha256, line.seen) == (State.FAILED, "", [])
    assert [name for name in files(full) if name.endswith(".zip")] == []
    full.empty()
    clock.shift(TRY_AGAIN_AFTER)
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]


@pytest.mark.usefixtures("unasked")
def test_a_disk_that_fills_up_while_sealing_leaves_nothing_half(
    *, full: SmallDisk, line: Line, peer: Peer, worker: Worker, upload: Upload, clock: time_machine.Traveller
) -> None:
    store_folder().mkdir(parents=True)
    full.fill()
    assert full.free == 0
    assert ended(worker.send(upload)) == ("try_again", "FILE")
    assert "No space left on device" in upload.attempts.get().evidence
    assert [name for name in files(full) if "zip" in name or "building" in name] == []
    assert Attempt.objects.get().finished_at == timezone.now()
    full.empty()
    clock.shift(TRY_AGAIN_AFTER)
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_disk_that_is_full_at_the_end_does_not_undo_a_delivery(
    full: SmallDisk, line: Line, peer: Peer, worker: Worker, upload: Upload
) -> None:
    line.fail(BUNDLE, Meanwhile(full.fill))
    assert ended(worker.send(upload))[0] == "delivered"
    assert full.free == 0
    assert (upload.state, peer.whole(upload)) == (State.DELIVERED, [upload.bundle_sha256])
    assert upload.attempts.get().verdict == Attempt.Verdict.DELIVERED
    assert bundle_store.open_checked(upload.bundle_sha256).stat().st_size == upload.size
    assert not any(name.startswith((".upload", ".building")) for name in files(full))


def test_a_preview_is_refused_and_the_one_before_stays(full: SmallDisk, server: LicenseServer) -> None:
    kept = seal_preview(server, program_code="telemetry", kind="compliance", at=timezone.now())
    full.fill(leave=120_000)
    with pytest.raises(DiskFull, match="The disk is full"):
        seal_preview(server, program_code="telemetry", kind="compliance", at=timezone.now())
    assert Preview.objects.get() == kept
    assert bundle_store.open_checked(kept.bundle_sha256)


def test_a_bundle_needs_twice_what_the_last_of_its_kind_took(full: SmallDisk, upload: Upload) -> None:
    ask = {"program_code": "telemetry", "kind": "compliance"}
    assert room_for(upload.server_id, **ask) == NEEDS
    Upload.objects.filter(pk=upload.pk).update(size=700_000)
    assert room_for(upload.server_id, **ask) == 1_400_000


def test_a_reading_a_day_is_kept_and_the_last_counts(full: SmallDisk, db: None, clock: time_machine.Traveller) -> None:
    for hour in range(30):
        clock.move_to(timezone.now().replace(hour=0) + timedelta(hours=hour % 20))
        full.fill(leave=full.free - 4096)
        assert note_reading(now=timezone.now())
    assert DiskReading.objects.get().free == full.free
    clock.shift(timedelta(days=1))
    note_reading(now=timezone.now())
    assert DiskReading.objects.count() == 2
    clock.shift(timedelta(days=401))
    note_reading(now=timezone.now())
    assert DiskReading.objects.count() == 1


def test_it_says_when_it_will_be_full(full: SmallDisk, db: None, clock: time_machine.Traveller) -> None:
    assert (disk_state(now=timezone.now()).sign, disk_state(now=timezone.now()).days_left) == ("blank", None)
    for _ in range(20):
        note_reading(now=timezone.now())
        clock.shift(timedelta(days=1))
        full.fill(leave=full.free - 40 * 4096)
    state = disk_state(now=timezone.now())
    assert state.forecast.outlook == Outlook.FILLING
    assert state.days_left == full.free // (40 * 4096)
    assert state.sign == "act"
    full.fill()
    assert disk_state(now=timezone.now()).sign == "act"


def test_a_disk_that_cannot_be_asked_is_not_known_and_not_full(
    settings: Settings, server: LicenseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("shutil.disk_usage", gone)
    assert disk_state(now=timezone.now()).disk is None
    assert disk_state(now=timezone.now()).sign == "blank"
    assert not note_reading(now=timezone.now())
    assert seal_preview(server, program_code="telemetry", kind="compliance", at=timezone.now())
