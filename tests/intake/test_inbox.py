"""Is everything that lies in a watched folder imported once, moved away, and never lost or overwritten?"""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django.fixtures import Settings

from intake import inbox, tasks
from intake.models import SourceReport
from intake.recognise import Kind
from licenses.models import License, UsageSample
from servers.models import LicenseServer
from servers.registry import archive_server
from tests.factories import a_server, increment, license_file
from tests.intake.files import ONE_OF_EACH, lmstat
from tests.intake.folders import NOW, Drop, look, names

pytestmark = pytest.mark.django_db


def test_a_good_file_is_imported_and_done(drop: Drop) -> None:
    path = drop("citrix.lic", license_file())
    assert look() == 1
    assert (names(path.parent), names(path.parent / "done")) == (["done"], ["citrix.lic"])
    assert (path.parent / "done" / "citrix.lic").read_bytes() == license_file()
    report = SourceReport.objects.get()
    assert (report.door, report.name, report.server.name, report.outcome) == (
        "inbox",
        "citrix.lic",
        "lic1",
        "imported",
    )


def test_a_bad_file_is_rejected_with_the_reason_beside_it(drop: Drop) -> None:
    path = drop("notes.txt")
    assert look() == 1
    assert names(path.parent / "rejected") == ["notes.txt", "notes.txt.reason.txt"]
    reason = (path.parent / "rejected" / "notes.txt.reason.txt").read_text()
    assert reason.startswith("No license lines were found, nor anything else that is read here")
    assert reason.endswith(".\n")


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_every_kind_may_lie_there(drop: Drop, kind: Kind) -> None:
    path = drop("file.dat", ONE_OF_EACH[kind])
    look()
    assert names(path.parent / "done") == ["file.dat"]
    assert SourceReport.objects.get().kind == kind


def test_a_new_folder_is_a_new_server_and_a_known_one_is_found_in_any_case(drop: Drop) -> None:
    a_server("lic1.example.test")
    drop("a.lic", license_file(), server="LIC1.example.test")
    drop("b.lic", license_file(), server="lic2")
    look()
    assert sorted(LicenseServer.objects.values_list("name", flat=True)) == ["lic1.example.test", "lic2"]


def test_a_folder_of_an_impossible_name_is_left_and_logged(drop: Drop, caplog: pytest.LogCaptureFixture) -> None:
    left = drop("a.lic", license_file(), server="not a host!")
    drop("b.lic", license_file(), server="lic1")
    assert look() == 1
    assert left.exists()
    assert "not a host! in the inbox is not read: A server name is a host name" in caplog.text


def test_a_file_that_may_still_grow_waits(drop: Drop) -> None:
    path = drop("a.lic", license_file(), seconds_ago=inbox.SETTLED_SECONDS - 0.5)
    assert (look(), path.exists()) == (0, True)
    assert inbox.scan(now=NOW + timedelta(seconds=1)) == 1


def test_a_file_from_the_future_waits(drop: Drop) -> None:
    drop("a.lic", license_file(), seconds_ago=-3600)
    assert look() == 0


def test_links_hidden_files_and_folders_are_left(drop: Drop, tmp_path: Path) -> None:
    outside = tmp_path / "outside.lic"
    outside.write_bytes(license_file())
    box = drop(".half.lic", license_file()).parent
    (box / "link.lic").symlink_to(outside)
    (box / "folder.lic").mkdir()
    os.mkfifo(box / "pipe.lic")
    assert look() == 0
    assert names(box) == [".half.lic", "folder.lic", "link.lic", "pipe.lic"]
    assert not License.objects.exists()


def test_a_linked_folder_is_no_server(data_dir: Path, drop: Drop, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    box = drop("a.lic", license_file()).parent
    (box.parent / "lic9").symlink_to(elsewhere)
    assert look() == 1
    assert not LicenseServer.objects.filter(name="lic9").exists()


def test_a_file_beside_the_folders_is_no_server(data_dir: Path) -> None:
    (data_dir / "inbox").mkdir(parents=True)
    (data_dir / "inbox" / "a.lic").write_bytes(license_file())
    assert look() == 0
    assert not LicenseServer.objects.exists()


@pytest.mark.parametrize("content", [license_file(), b"hello"])
def test_it_never_overwrites_what_was_moved_before(drop: Drop, content: bytes) -> None:
    for number in range(3):
        path = drop("a.lic", content + b"# %d\n" % number)
        look()
    moved = [one for one in [*path.parent.glob("done/*"), *path.parent.glob("rejected/*")] if one.suffix == ".lic"]
    assert sorted(one.name for one in moved) == ["a.1.lic", "a.2.lic", "a.lic"]
    assert len({one.read_bytes() for one in moved}) == 3


def test_it_never_overwrites_a_file_that_is_named_like_a_reason(drop: Drop) -> None:
    path = drop("a.lic.reason.txt", b"mine", seconds_ago=90)
    look()
    drop("a.lic")
    look()
    rejected = path.parent / "rejected"
    assert (rejected / "a.lic.reason.txt").read_bytes() == b"mine"
    assert names(rejected) == ["a.1.lic", "a.1.lic.reason.txt", "a.lic.reason.txt", "a.lic.reason.txt.reason.txt"]


@pytest.mark.parametrize("name", ["x" * 251 + ".lic", "ü" * 125 + ".lic", "a b;c'.lic", "-rf"])
def test_any_name_that_a_disk_takes_is_moved(drop: Drop, name: str) -> None:
    for _ in range(3):
        path = drop(name)
        assert look() == 1
    assert len(names(path.parent / "rejected")) == 6, "three files, each with its reason"


def test_a_name_that_is_no_text_is_moved(data_dir: Path, drop: Drop) -> None:
    box = drop("a.lic").parent
    odd = os.fsencode(box) + b"/caf\xe9.lic"
    with open(odd, "wb") as file:  # noqa: PTH123
        file.write(license_file())
    os.utime(odd, (1, 1))
    assert look() == 2
    assert SourceReport.objects.filter(name="caf.lic").exists()


def test_it_is_too_large_before_it_is_read(drop: Drop, settings: Settings) -> None:
    settings.MAX_IMPORT_BYTES = 1024**2
    path = drop("capture.txt")
    with path.open("r+b") as sparse:
        sparse.truncate(1024**3)
    os.utime(path, (1, 1))
    assert look() == 1
    assert "1,024 MB; 1 MB at most are read" in (path.parent / "rejected" / "capture.txt.reason.txt").read_text()
    assert not SourceReport.objects.exists()


def test_the_oldest_comes_first(drop: Drop) -> None:
    drop("a.lic", license_file(increment(count=2)), seconds_ago=10)
    drop("b.lic", license_file(increment(count=1)), seconds_ago=20)
    look()
    assert License.objects.in_force(on=NOW.date()).get().count == 2


def test_one_full_folder_does_not_hold_up_the_others(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert inbox.FILES_PER_SCAN == 200
    monkeypatch.setattr(inbox, "FILES_PER_SCAN", 3)
    for number in range(5):
        drop(f"{number}.txt", lmstat(f"F 9 {number}", header=f"Mon 6/1/2026 {number}:00"), server="lic1")
    drop("other.txt", lmstat("F 9 9"), server="lic2")
    assert look() == 4
    assert UsageSample.objects.filter(server__name="lic2").exists()
    assert (look(), look()) == (2, 0)


def test_a_server_out_of_service_still_takes_files(drop: Drop) -> None:
    archive_server(a_server("lic1"))
    drop("a.lic", license_file())
    assert look() == 1
    assert LicenseServer.objects.count() == 1


def test_the_beat_looks_with_its_own_clock(drop: Drop) -> None:
    drop("a.lic", license_file())
    with time_machine.travel(NOW, tick=False):
        assert tasks.scan_inbox() == 1


def test_without_an_inbox_it_makes_one(data_dir: Path) -> None:
    assert look() == 0
    assert (data_dir / "inbox").is_dir()
