"""What becomes of the watched folders when a scan is killed, a file vanishes, or the disk is full?"""

from pathlib import Path

import pytest
from django.db import OperationalError

from intake import inbox
from intake.importing import import_report
from intake.models import SourceReport
from licenses.models import UsageSample
from tests.factories import license_file
from tests.intake.files import lmstat
from tests.intake.folders import Drop, look, names

pytestmark = pytest.mark.django_db


def test_killed_between_import_and_move_it_imports_nothing_twice(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop("use.txt", lmstat("F 9 4"))
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_move", killed)
        with pytest.raises(KeyboardInterrupt):
            look()
    assert path.exists()
    assert look() == 1
    assert names(path.parent / "done") == ["use.txt"]
    assert UsageSample.objects.count() == SourceReport.objects.count() == 1


def killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_database_that_has_gone_leaves_everything_where_it_is(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop("a.lic", license_file())

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("gone away")

    monkeypatch.setattr(inbox, "import_report", gone)
    with pytest.raises(OperationalError):
        look()
    assert names(path.parent) == ["a.lic"]


def vanishing(monkeypatch: pytest.MonkeyPatch, name: str, method: str) -> None:
    """Somebody takes the file of this name away at the moment when we ask it."""
    real = getattr(Path, method)

    def asked(path: Path, *words: object, **options: object) -> object:
        if path.name == name:
            path.unlink(missing_ok=True)
        return real(path, *words, **options)

    monkeypatch.setattr(Path, method, asked)


@pytest.mark.parametrize("method", ["lstat", "stat", "read_bytes"])
def test_a_file_that_vanishes_does_not_stop_the_scan(drop: Drop, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    path = drop("a.txt", seconds_ago=90)
    drop("b.lic", license_file())
    vanishing(monkeypatch, "a.txt", method)
    assert look() == 1
    assert names(path.parent) == ["done"]
    assert [report.name for report in SourceReport.objects.all()] == ["b.lic"]


def test_a_file_that_vanishes_after_its_import_does_not_stop_the_scan(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop("a.lic", license_file(), seconds_ago=90)
    drop("b.txt", lmstat("F 9 4"))
    real = import_report

    def imported(*words: object, **options: object) -> SourceReport:
        path.unlink(missing_ok=True)
        return real(*words, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox, "import_report", imported)
    assert look() == 1
    assert SourceReport.objects.count() == 2


def test_a_file_that_cannot_be_moved_does_not_stop_the_scan(drop: Drop, caplog: pytest.LogCaptureFixture) -> None:
    stuck = drop("done", license_file(), server="lic1")  # where the folder of that name should be
    drop("b.lic", license_file(), server="lic2")
    assert look() == 1
    assert stuck.is_file()
    assert f"The file {stuck} in the inbox stays where it is: File exists" in caplog.text


def test_a_file_that_may_not_be_read_is_rejected(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop("a.lic", license_file())

    def refused(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert look() == 1
    assert (
        path.parent / "rejected" / "a.lic.reason.txt"
    ).read_text() == "The file cannot be read: Permission denied.\n"


def test_a_full_disk_rejects_nothing(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop("a.lic", license_file())

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(inbox, "import_report", full)
    assert look() == 0
    assert names(path.parent) == ["a.lic"]
