"""Does only that go which arrived, and is it named before?"""

from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from servers.models import LicenseServer
from tests.uploads.courier import a_day, days, gathered, imported, later, manual_server, taken, volumes_of
from uploads import bundle_store
from uploads.courier_cleanup import delete_leftovers, leftovers_of
from uploads.courier_models import ManualReport
from uploads.courier_volume import courier_folder
from uploads.manual_report import give_up
from uploads.models import Upload


@pytest.fixture
def report(db: None, clock: time_machine.Traveller) -> ManualReport:
    server = manual_server()
    days(clock, 4)
    return gathered(server)


def on_disk() -> set[str]:
    return {path.stem for path in bundle_store.store_folder().rglob("*.zip")}


def published(server: LicenseServer) -> int:
    return len(list(bundle_store.resource_folder(server).rglob("*.zip")))


def test_before_a_receipt_nothing_may_go(report: ManualReport) -> None:
    volumes_of(report, courier_folder(report))
    assert (leftovers_of(report).count, delete_leftovers(report, by="ben", at=timezone.now()).count) == (0, 0)
    assert len(on_disk()) == 8
    assert report.files_deleted_at is None


def test_after_it_all_but_the_last_of_each_kind_go(report: ManualReport, tmp_path: Path) -> None:
    server = LicenseServer.objects.get()
    imported(taken(tmp_path / "store", volumes_of(report, courier_folder(report))))
    offered = leftovers_of(report)
    assert (len(offered.bundles), len(offered.volumes), published(server)) == (6, 2, 8)
    size = sum(one.path.stat().st_size for one in (*offered.bundles, *offered.volumes))
    gone = delete_leftovers(report, by="ben", at=timezone.now())
    assert (gone.count, gone.size, offered.size) == (8, size, size)
    newest = {Upload.objects.filter(kind=kind).latest("period").bundle_sha256 for kind in ("compliance", "usage")}
    assert (on_disk(), published(server)) == (newest, 2)
    assert set(Upload.objects.filter(bundle_deleted_at=None).values_list("bundle_sha256", flat=True)) == newest
    assert list(courier_folder(report).iterdir()) == []
    entry = report.custody.latest("id")
    assert (entry.event, entry.by, entry.note) == ("deleted", "ben", f"6 bundles and 2 volumes, {size:,} bytes")
    assert delete_leftovers(report, by="ben", at=timezone.now()).count == 0


def test_what_a_withheld_volume_holds_stays(report: ManualReport, tmp_path: Path) -> None:
    paths = volumes_of(report, courier_folder(report))
    imported(taken(tmp_path / "store", paths[:1]))
    delete_leftovers(report, by="ben", at=timezone.now())
    carried = set(Upload.objects.filter(kind="usage").values_list("bundle_sha256", flat=True))
    assert carried < on_disk()
    assert list(courier_folder(report).iterdir()) == [paths[1]]


def test_newer_reports_that_wait_stay(report: ManualReport, tmp_path: Path, clock: time_machine.Traveller) -> None:
    later(clock, days=1)
    a_day()
    imported(taken(tmp_path / "store", volumes_of(report, courier_folder(report))))
    delete_leftovers(report, by="ben", at=timezone.now())
    assert len(on_disk()) == 4, "the last of each kind that arrived, and the newer ones"


def test_a_set_that_was_given_up_leaves_its_volumes_alone_to_go(report: ManualReport) -> None:
    volumes_of(report, courier_folder(report))
    give_up(report, by="ben", at=timezone.now())
    report.refresh_from_db()
    offered = leftovers_of(report)
    assert (len(offered.bundles), len(offered.volumes)) == (0, 2)
