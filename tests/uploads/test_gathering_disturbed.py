"""What becomes of a gathering when files change, processes die, the disk is full, or two gather at once?"""

from pathlib import Path
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from servers.models import LicenseServer
from tests.uploads.courier import days, gathered, manual_server, volumes_of
from uploads import bundle_store, courier_volume
from uploads.courier_key import KeyUnusable, key_path, public_key
from uploads.courier_models import ManualItem, ManualReport
from uploads.courier_volume import VolumeFailed, ensure_volume, write_volume
from uploads.manual_report import Wish, gather
from uploads.models import Upload
from uploads.states import State


@pytest.fixture
def by_hand(db: None, clock: time_machine.Traveller) -> LicenseServer:
    """A server with five days of reports that wait."""
    server = manual_server()
    days(clock, 5)
    return server


def test_a_bundle_that_was_changed_on_disk_is_never_carried(by_hand: LicenseServer) -> None:
    upload = Upload.objects.filter(kind="usage").earliest("period")
    path = bundle_store.path_of(upload.bundle_sha256)
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(data)
    report = gathered(by_hand)
    upload.refresh_from_db()
    assert (report.items.count(), upload.state) == (9, State.READY)
    [gap] = [one for one in report.missing if one["kind"] == "usage"]
    assert "the file of its report is missing or was changed" in gap["sentence"]


def test_one_that_is_changed_after_gathering_stops_its_volume(by_hand: LicenseServer, tmp_path: Path) -> None:
    report = gathered(by_hand)
    bundle_store.path_of(report.items.earliest("position").bundle_sha256).unlink()
    with pytest.raises(VolumeFailed, match=r"not in the store any more\. Give courier-.* up and gather again"):
        volumes_of(report, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


class Killed(BaseException):
    """What no handler of ours catches."""


def test_killed_between_two_volumes_it_is_simply_run_again(
    by_hand: LicenseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = gathered(by_hand, limit=5_000)
    volumes = list(report.volumes.all())
    written = [ensure_volume(volumes[0], folder=tmp_path)]
    before = written[0].stat()

    def half(volume: object, target: object) -> None:
        target.write(b"PK half of it")  # type: ignore[attr-defined]
        raise Killed

    monkeypatch.setattr(courier_volume, "write_volume", half)
    with pytest.raises(Killed):
        ensure_volume(volumes[1], folder=tmp_path)
    monkeypatch.setattr(courier_volume, "write_volume", write_volume)
    again = gathered(by_hand)
    assert again.pk == report.pk
    paths = volumes_of(again, tmp_path)
    assert (paths[0].stat().st_ino, len(paths)) == (before.st_ino, len(volumes)), "what was whole stays"
    assert sorted(tmp_path.glob("courier*")) == sorted(paths)


def test_half_a_file_under_the_right_name_is_not_believed(by_hand: LicenseServer, tmp_path: Path) -> None:
    report = gathered(by_hand)
    path = volumes_of(report, tmp_path)[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    assert volumes_of(report, tmp_path)[0].read_bytes() == whole


def test_a_full_disk_is_told_and_leaves_nothing(
    by_hand: LicenseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(courier_volume, "write_volume", full)
    with pytest.raises(VolumeFailed, match=r"No space left on device\. Volumes that were finished before stay"):
        volumes_of(gathered(by_hand), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_gather_at_once_have_one_set(clock: time_machine.Traveller) -> None:
    server = manual_server()
    days(clock, 3)
    barrier, found = Barrier(2), []

    def work() -> None:
        barrier.wait()
        try:
            found.append(gather(Wish((server,)), by="ben", at=timezone.now()).pk)
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == ManualReport.objects.count() == 1
    assert ManualItem.objects.count() == 6


def test_a_key_file_without_a_key_is_told(by_hand: LicenseServer) -> None:
    public_key()
    key_path().write_text("no key")
    with pytest.raises(KeyUnusable, match="Restore it from a backup; or move it away"):
        gathered(by_hand)
    assert set(Upload.objects.values_list("state", flat=True)) == {State.READY}


def test_a_replaced_key_does_not_sign_an_old_set(by_hand: LicenseServer, tmp_path: Path) -> None:
    report = gathered(by_hand)
    volumes_of(report, tmp_path)
    key_path().unlink()
    with pytest.raises(VolumeFailed, match="the signing key was replaced"):
        volumes_of(report, tmp_path / "other")
