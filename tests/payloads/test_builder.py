"""Does a server become a sealed bundle: the same for the same moment, and nothing when the gate closes?"""

import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import etree

from payloads import collectors
from payloads.builder import SealedBundle, build_bundle
from payloads.bundle import read_members
from payloads.facts import Facts
from payloads.gate import GateClosed
from payloads.values import Record
from programs.catalog import program
from servers.models import LicenseServer
from servers.registry import change_server
from tests.factories import a_server, increment, license_file, receive

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, 30, 45, tzinfo=UTC)
INSTALLED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server of which everything is known, with three products."""
    server = a_server(
        installed_at=INSTALLED,
        hardware_id="E824249098A96BF0",
        product_version="11.17.2.0 build 53100",
        time_zone="America/New_York",
    )
    ours = [increment(count=90, extra="OVERDRAFT=9 SN=1"), increment(version="2026.1231", expiry="31-may-2026")]
    rest = [increment("gui", vendor="other"), increment("NS", count=0, extra="HOSTID=ANY")]
    receive(server, license_file(*ours, *rest))
    return server


def build(server: LicenseServer, folder: Path, *, at: datetime = NOON) -> SealedBundle:
    return build_bundle(server, program("telemetry"), kind="compliance", at=at, folder=folder)


def root(bundle: SealedBundle, name: str) -> "etree._Element":
    return etree.fromstring(read_members(bundle.path)[name])


def test_it_knows_its_own_digest_size_and_documented_name(server: LicenseServer, tmp_path: Path) -> None:
    bundle = build(server, tmp_path / "new" / "folder")
    data = bundle.path.read_bytes()
    assert (bundle.sha256, bundle.size) == (sha256(data).hexdigest(), len(data))
    assert bundle.name == f"upload_compliance_{int(NOON.timestamp())}.zip"
    assert len(bundle.elements) == 37


def test_the_same_moment_gives_the_same_bytes(server: LicenseServer, tmp_path: Path) -> None:
    one, two = build(server, tmp_path), build(server, tmp_path / "elsewhere")
    assert one.path != two.path
    assert one.path.read_bytes() == two.path.read_bytes()


def test_another_moment_gives_other_bytes(server: LicenseServer, tmp_path: Path) -> None:
    assert build(server, tmp_path).sha256 != build(server, tmp_path, at=NOON + timedelta(seconds=1)).sha256


def test_its_members_stand_in_order_with_fixed_times(server: LicenseServer, tmp_path: Path) -> None:
    infos = zipfile.ZipFile(build(server, tmp_path).path).infolist()
    assert [info.filename for info in infos] == ["report.xml", "manifest.xml"]
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}


def test_the_manifest_has_the_documented_envelope(server: LicenseServer, tmp_path: Path) -> None:
    bundle = build(server, tmp_path)
    unused = dict.fromkeys(("ClientTool", "UploadUser", "SiteID", "SiteName", "Component"), "Not applicable")
    assert {one.tag: one.text for one in root(bundle, "manifest.xml")} == unused | {
        "UTCDate": "2026-06-01T12:30:45Z",
        "Date": "06/01/2026 08:30:45",
        "Product": "LicenseServerCompliance",
        "ProductVersion": "2.0",
        "ProductDeployUTCDate": "2026-01-02T03:04:05Z",
        "UI": sha256(read_members(bundle.path)["report.xml"]).hexdigest(),
    }


def test_the_report_says_what_is_known_of_the_server(server: LicenseServer, tmp_path: Path) -> None:
    (info,) = root(build(server, tmp_path), "report.xml").iter("LSInfo")
    assert {one.tag: one.text for one in info} == {
        "GUID": str(server.guid),
        "HardwareId": "E824249098A96BF0",
        "FQDN": "lic1.example.test",
        "InstallUTC": "2026-01-02T03:04:05Z",
        "ProductVersion": "11.17.2.0 build 53100",
    }


def test_the_report_leaves_out_what_is_not_known(tmp_path: Path) -> None:
    (info,) = root(build(a_server("bare"), tmp_path), "report.xml").iter("LSInfo")
    assert [one.tag for one in info] == ["GUID", "FQDN"]


def test_the_inventory_counts_our_vendor_by_support_date(server: LicenseServer, tmp_path: Path) -> None:
    report = root(build(server, tmp_path), "report.xml")
    found = [
        (feature.findtext("ID"), one.get("id"), one.findtext("Active"), one.findtext("CountInstalled"))
        for feature in report.iter("Feature")
        for one in feature.iter("SADate")
    ]
    assert found == [
        ("NS", "2027.0630", "1", None),
        ("XDT_PLT_UD", "2026.1231", "0", "0"),
        ("XDT_PLT_UD", "2027.0630", "1", "90"),
    ]


def test_the_day_is_the_one_of_the_servers_own_clock(server: LicenseServer, tmp_path: Path) -> None:
    last_hour = datetime(2026, 6, 1, 3, tzinfo=UTC)  # still 31 May in New York, the last day of one license
    ended = root(build(server, tmp_path, at=last_hour), "report.xml").xpath("//SADate[@id='2026.1231']/Active/text()")
    change_server(server, time_zone="UTC")
    assert ended == ["1"]
    assert root(build(server, tmp_path, at=last_hour), "report.xml").xpath("//SADate[1]/Active/text()") == ["1", "0"]


def test_no_file_is_left_behind_when_the_gate_closes(
    server: LicenseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leaky(facts: Facts) -> Iterator[Record]:
        yield Record("license_server", {"FQDN": facts.server.name, "AdminPassword": "hunter2"})

    monkeypatch.setitem(collectors.COLLECTORS, "server", leaky)
    with pytest.raises(GateClosed, match=r"license_server\.AdminPassword"):
        build(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_kind_that_is_not_declared_is_not_built(server: LicenseServer, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        build_bundle(server, program("telemetry"), kind="secrets", at=NOON, folder=tmp_path)
