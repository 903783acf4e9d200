"""Does a gathering hold everything, split below the limit, the same bytes each time?"""

import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from programs.catalog import program
from programs.ledger import append
from programs.models import Action, Door
from servers.models import LicenseServer
from tests.uploads.courier import a_day, days, gathered, later, manual_server, volumes_of
from uploads import bundle_store
from uploads.courier_index import LimitTooSmall
from uploads.courier_key import key_path, public_key
from uploads.courier_models import CustodyEntry, ManualReport
from uploads.manual_report import NothingGathered, give_up
from uploads.models import Upload
from uploads.states import State


@pytest.fixture
def by_hand(db: None, clock: time_machine.Traveller) -> LicenseServer:
    """A server with five days of reports that wait."""
    server = manual_server()
    days(clock, 5)
    return server


def names_in(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as volume:
        return volume.namelist()


def index_of(path: Path) -> dict[str, object]:
    with zipfile.ZipFile(path) as volume:
        found: dict[str, object] = json.loads(volume.read("index.json"))
    return found


def states() -> set[str]:
    return set(Upload.objects.values_list("state", flat=True))


def test_each_kind_has_a_volume_of_its_own(by_hand: LicenseServer, tmp_path: Path) -> None:
    report = gathered(by_hand)
    paths = volumes_of(report, tmp_path)
    assert [path.name for path in paths] == [f"{report}.1of2.compliance.zip", f"{report}.2of2.usage.zip"]
    for path, prefix in zip(paths, ("upload_compliance_", "upload_usage_"), strict=True):
        bundles = [name for name in names_in(path) if "/" in name]
        assert len(bundles) == 5
        assert {name.partition("/")[0] for name in bundles} == {f"ls1.example.org-{str(by_hand.guid)[:8]}"}
        assert all(name.partition("/")[2].startswith(prefix) for name in bundles)
    assert states() == {State.CARRIED}


def test_the_bundles_in_it_are_those_that_were_sealed(by_hand: LicenseServer, tmp_path: Path) -> None:
    report = gathered(by_hand)
    for path in volumes_of(report, tmp_path):
        with zipfile.ZipFile(path) as volume:
            for line in index_of(path)["bundles"]:  # type: ignore[attr-defined]
                sealed = bundle_store.open_checked(line["sha256"])
                assert volume.read(line["file"]) == sealed.read_bytes()
                assert (line["bytes"], line["server"]) == (sealed.stat().st_size, str(by_hand.guid))


def test_the_index_names_volume_export_periods_and_numbers(by_hand: LicenseServer, tmp_path: Path) -> None:
    report = gathered(by_hand)
    index = index_of(volumes_of(report, tmp_path)[1])
    head, lines = index["head"], index["bundles"]
    assert (head["volume"], head["volumes"], head["export"]) == (2, 2, report.export_id)  # type: ignore[index]
    assert head["signed_by"]["fingerprint"] == public_key().fingerprint  # type: ignore[index]
    numbers = [line["day"] for line in lines]  # type: ignore[attr-defined]
    assert numbers == list(range(numbers[0], numbers[0] + 5))
    periods = Upload.objects.filter(kind="usage").order_by("period").values_list("period", flat=True)
    assert [line["period"] for line in lines] == [one.isoformat() for one in periods]  # type: ignore[attr-defined]


def test_tools_that_everybody_has_can_check_it(by_hand: LicenseServer, tmp_path: Path) -> None:
    [path, _] = volumes_of(gathered(by_hand), tmp_path)
    inside = tmp_path / "inside"
    with zipfile.ZipFile(path) as volume:
        volume.extractall(inside)
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=inside, check=True, capture_output=True)
    arguments = ["-pubin", "-inkey", "courier.pub", "-rawin", "-in", "index.json", "-sigfile", "index.json.sig"]
    done = subprocess.run(["openssl", "pkeyutl", "-verify", *arguments], cwd=inside, check=True, capture_output=True)
    assert b"Verified Successfully" in done.stdout


def test_the_same_set_is_the_same_bytes(by_hand: LicenseServer, tmp_path: Path) -> None:
    report = gathered(by_hand)
    first = [path.read_bytes() for path in volumes_of(report, tmp_path / "a")]
    assert [path.read_bytes() for path in volumes_of(report, tmp_path / "b")] == first
    give_up(report, by="ben", at=timezone.now())
    assert states() == {State.READY}
    again = gathered(by_hand)
    assert (again.pk, again.state) == (report.pk, ManualReport.State.OPEN)
    assert [path.read_bytes() for path in volumes_of(again, tmp_path / "c")] == first


def test_asking_again_gives_what_is_on_its_way(by_hand: LicenseServer, clock: time_machine.Traveller) -> None:
    report = gathered(by_hand)
    later(clock, days=1)
    a_day()
    assert gathered(by_hand).pk == report.pk
    assert report.items.count() == 10
    assert Upload.objects.filter(state=State.READY).count() == 2


def test_what_was_sealed_since_is_a_set_of_its_own(by_hand: LicenseServer, clock: time_machine.Traveller) -> None:
    report = gathered(by_hand)
    later(clock, days=1)
    a_day()
    more = gathered(by_hand, more=True)
    assert (more.items.count(), more.export_id == report.export_id) == (2, False)
    with pytest.raises(NothingGathered, match="Nothing was sealed since the last gathering"):
        gathered(by_hand, more=True)


def test_gathering_anew_gives_the_old_set_up(by_hand: LicenseServer, clock: time_machine.Traveller) -> None:
    report = gathered(by_hand)
    later(clock, days=1)
    a_day()
    again = gathered(by_hand, again=True)
    report.refresh_from_db()
    assert (report.state, again.items.count()) == (ManualReport.State.GIVEN_UP, 12)


@pytest.mark.parametrize("limit", [4_000, 5_000, 6_500])
def test_no_volume_is_larger_than_the_limit(by_hand: LicenseServer, tmp_path: Path, limit: int) -> None:
    report = gathered(by_hand, limit=limit)
    paths = volumes_of(report, tmp_path)
    assert len(paths) > 2
    assert max(path.stat().st_size for path in paths) <= limit
    bundles = [name for path in paths for name in names_in(path) if "/" in name]
    assert (len(bundles), len(set(bundles))) == (10, 10)


def test_a_limit_below_one_bundle_names_it_and_what_would_do(by_hand: LicenseServer, tmp_path: Path) -> None:
    with pytest.raises(LimitTooSmall) as caught:
        gathered(by_hand, limit=2_000)
    upload = Upload.objects.filter(kind="compliance").earliest("period")
    sentence = str(caught.value)
    assert f"cannot hold {upload.bundle_name} of ls1.example.org: it has {upload.size:,} bytes" in sentence
    assert (states(), ManualReport.objects.count()) == ({State.READY}, 0)
    least = int(sentence.rpartition("Allow at least ")[2].removesuffix(" bytes.").replace(",", ""))
    assert least > 2_000
    with pytest.raises(LimitTooSmall):
        gathered(by_hand, limit=least - 1)


def test_another_limit_for_what_is_on_its_way_is_refused(by_hand: LicenseServer) -> None:
    gathered(by_hand)
    with pytest.raises(NothingGathered, match="is on its way with no limit"):
        gathered(by_hand, limit=9_000)


def test_a_fleet_is_one_set_sorted_by_server(db: None, clock: time_machine.Traveller, tmp_path: Path) -> None:
    for name in ("b.example.org", "a.example.org"):
        manual_server(name)
    days(clock, 2)
    report = gathered()
    assert list(report.items.values_list("server_name", flat=True)[:4]) == ["a.example.org"] * 2 + ["b.example.org"] * 2
    assert len(volumes_of(report, tmp_path)) == 2
    assert report.scope == "all"


def test_a_server_that_reports_electronically_has_nothing_to_carry(server: LicenseServer) -> None:
    with pytest.raises(NothingGathered, match="This server reports electronically"):
        gathered(server)


def test_nothing_sealed_yet_says_when(db: None, clock: time_machine.Traveller) -> None:
    with pytest.raises(NothingGathered, match="Nothing is sealed yet"):
        gathered(manual_server())


def test_a_set_of_other_servers_says_that_all_is_on_its_way(by_hand: LicenseServer) -> None:
    gathered()
    with pytest.raises(NothingGathered, match="Everything that was sealed is on its way already"):
        gathered(by_hand)


def test_what_less_was_agreed_to_since_does_not_leave(by_hand: LicenseServer, clock: time_machine.Traveller) -> None:
    append(by_hand, program=program("telemetry"), action=Action.REFUSE_ELEMENTS, by="dora", door=Door.PAGE)
    later(clock, days=1)
    a_day()
    report = gathered(by_hand)
    assert set(report.items.values_list("day", flat=True)) == {report.items.latest("day").day}
    canceled = Upload.objects.exclude(state=State.CARRIED)
    assert set(canceled.values_list("state", "result_code")) == {(State.CANCELED, "CTX_UPLOADER_ERROR_CANCELED")}
    assert canceled.count() == 10


def test_the_key_is_its_owners_alone(by_hand: LicenseServer) -> None:
    first = public_key().fingerprint
    assert (key_path().stat().st_mode & 0o777, public_key().fingerprint) == (0o600, first)


def test_who_had_it_cannot_be_rewritten(by_hand: LicenseServer) -> None:
    entry = gathered(by_hand).custody.get()
    assert (entry.by, entry.event, entry.note) == ("ben", "gathered", "10 bundles of 1 server in 2 volumes")
    changes: list[Callable[[], object]] = [
        lambda: CustodyEntry.objects.update(by="eve"),
        lambda: CustodyEntry.objects.all()._raw_delete("default"),
    ]
    for change in changes:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    assert connection.vendor in {"sqlite", "postgresql"}
