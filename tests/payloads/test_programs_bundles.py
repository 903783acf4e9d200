"""What does each program send of a server of which everything is known?"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from pytest_django import Settings

from licenses.models import Assignment, GracePeriod, UsageSample
from payloads.builder import build_bundle, members_of
from payloads.bundle import read_members
from payloads.collectors.anonymous import anonymous_id
from payloads.facts import read_facts
from payloads.keeping import permitted_of
from payloads.reading import Node, read_tree
from programs.catalog import UploadKind, program, programs
from servers.models import CloudRegistration, LicenseServer
from tests.factories import a_server, increment, license_file, receive

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, 30, 45, tzinfo=UTC)
INSTALLED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LINE = 'SN=HB-1 START=1-jan-2020 ISSUED=1-dec-2003 NOTICE="Acme Ltd" VENDOR_STRING=;LT=Retail;'


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A service provider's server, registered, in burst mode, with use and with holders."""
    facts = {"hardware_id": "E824249098A96BF0", "operating_system": "Windows Server 2022"}
    one = a_server(
        installed_at=INSTALLED, product_version="11.17.2.0 build 53100", time_zone="America/New_York", **facts
    )
    receive(one, license_file(increment(count=2, expiry="31-dec-2026", extra=LINE), increment("PVS_STD_CCS")))
    for name in ("ada", "ben"):
        hold(one, name)
    hold(one, "laptop", holder="device")
    UsageSample.objects.create(
        server=one, feature="XDT_PLT_UD", at=NOON - timedelta(hours=1), in_use=5, source="lmstat"
    )
    GracePeriod.objects.create(server=one, noted_at=NOON, ends_at=NOON + timedelta(days=15), code="7", source="test")
    CloudRegistration.objects.create(
        server=one,
        state="registered",
        code="ABCD1234",
        remote_id="1",
        customer_id="acme780933",
        requested_at=NOON,
        expires_at=NOON,
        registered_at=NOON,
    )
    one.is_provider = True
    return one


def hold(server: LicenseServer, name: str, *, holder: str = "user", is_pseudonym: bool = False) -> None:
    seen = {"first_seen_at": NOON, "last_seen_at": NOON - timedelta(days=2)}
    facts = {"feature": "XDT_PLT_UD", "css_text": "2027.0630", "holder": holder, "is_pseudonym": is_pseudonym}
    Assignment.objects.create(server=server, name=name, **facts, **seen)


def build(server: LicenseServer, code: str, folder: Path, *, kind: str = "") -> Path:
    upload = program(code).upload(kind) if kind else program(code).uploads[0]
    every = [element.path for element in upload.elements()]
    return build_bundle(server, program(code), kind=upload.kind, at=NOON, folder=folder, permitted=every).path


def document(server: LicenseServer, code: str, name: str, folder: Path, *, kind: str = "") -> "etree._Element":
    return etree.fromstring(read_members(build(server, code, folder, kind=kind))[name])


def event(server: LicenseServer, folder: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(read_members(build(server, "event_data", folder))["event.json"])
    return found


def paths(node: Node) -> set[str]:
    below = {path for child in node.children for path in paths(child)}
    return below | ({node.element.path} if node.element else set())


@pytest.mark.parametrize(
    ("code", "upload"), [(one.code, upload) for one in programs().values() for upload in one.uploads]
)
def test_every_element_with_a_source_is_sent_and_no_other(
    server: LicenseServer, code: str, upload: UploadKind, tmp_path: Path
) -> None:
    tree = read_tree(build(server, code, tmp_path, kind=upload.kind), upload)
    collected = {element.path for element in upload.elements() if element.collector != "not_collected"}
    assert {path for document in tree for path in paths(document)} == collected


@pytest.mark.parametrize("code", ["call_home", "ceip", "event_data"])
def test_of_an_optional_program_nothing_leaves_that_nobody_agreed_to(
    server: LicenseServer, code: str, tmp_path: Path
) -> None:
    upload = program(code).uploads[0]
    bundle = build_bundle(server, program(code), kind=upload.kind, at=NOON, folder=tmp_path)
    assert bundle.elements == ()
    assert [document.count for document in read_tree(bundle.path, upload)] == [0] * len(read_members(bundle.path))


def test_call_home_names_the_users_that_a_service_provider_is_billed_for(server: LicenseServer, tmp_path: Path) -> None:
    report = document(server, "call_home", "report.xml", tmp_path)
    assert report.xpath("//Feature[ID='XDT_PLT_UD']/SADate/CountUsersBillable/text()") == ["2"]
    assert report.xpath("//UsersBillable/ID/text()") == ["ada", "ben"]
    assert report.findtext("LSInfo/PrivacySetting") == "Off"


def test_call_home_of_everybody_else_names_no_user(server: LicenseServer, tmp_path: Path) -> None:
    server.is_provider = False
    report = document(server, "call_home", "report.xml", tmp_path)
    assert report.xpath("//CountUsersBillable|//UsersBillable") == []


def test_names_leave_as_pseudonyms_where_that_is_set(server: LicenseServer, settings: Settings, tmp_path: Path) -> None:
    settings.PSEUDONYMIZE_NAMES = True
    report = document(server, "call_home", "report.xml", tmp_path)
    names = [one.text or "" for one in report.iter("ID") if one.getparent().tag == "UsersBillable"]  # type: ignore[union-attr]
    assert [name[:5] for name in names] == ["anon-", "anon-"]
    assert report.findtext("LSInfo/PrivacySetting") == "On"


def test_names_that_were_kept_as_pseudonyms_stay_pseudonyms(server: LicenseServer, tmp_path: Path) -> None:
    Assignment.objects.filter(holder="user").update(is_pseudonym=True)
    assert document(server, "call_home", "report.xml", tmp_path).findtext("LSInfo/PrivacySetting") == "On"
    hold(server, "cleo")
    assert document(server, "call_home", "report.xml", tmp_path).findtext("LSInfo/PrivacySetting") == "Off"


def test_ceip_shows_an_id_that_no_other_program_shows(
    server: LicenseServer, settings: Settings, tmp_path: Path
) -> None:
    shown = document(server, "ceip", "report.xml", tmp_path).findtext("LSInfo/GUID")
    assert shown == str(anonymous_id(server.guid)) != str(server.guid)
    assert anonymous_id(server.guid) == anonymous_id(server.guid) != anonymous_id(a_server("lic2").guid)
    settings.SECRET_KEY = "another installation"
    assert anonymous_id(server.guid) != shown


def test_ceip_tells_the_day_of_installation_and_only_a_version_that_looks_like_one(
    server: LicenseServer, tmp_path: Path
) -> None:
    manifest = document(server, "ceip", "manifest.xml", tmp_path)
    assert manifest.findtext("ProductDeployUTCDate") == "2026-01-02T00:00:00Z"
    server.product_version = "11.17 on lic1.example.test"
    assert document(server, "ceip", "report.xml", tmp_path).findtext("FeatureUsage/LSVersion") is None


def test_an_event_has_the_documented_header(server: LicenseServer, tmp_path: Path) -> None:
    assert event(server, tmp_path)["header"] == {
        "tenant_id": "acme780933",
        "dvc": str(server.guid),
        "type": "LicenseServer.Inventory",
        "prod": "License Server",
        "id": "E824249098A96BF0",
        "st": "2026-06-01T12:30:45.000000Z",
        "ver": 1,
        "prodVer": "11.17.2.0 build 53100",
        "$schema": "https://cas.citrix.com/schemas/event.json",
    }


def test_an_event_spells_its_dates_in_three_ways(server: LicenseServer, tmp_path: Path) -> None:
    features = event(server, tmp_path)["payload"]["feature"]
    assert isinstance(features, list)
    (found,) = (one for one in features if one["PEM"] == "XDT_PLT_UD")
    assert found == {
        "SADate": "2027.0630",
        "PEM": "XDT_PLT_UD",
        "Notice": "Acme Ltd",
        "FriendlyName": "Virtual Apps and Desktops Premium (XenDesktop Platinum) user/device",
        "CountInstalled": 2,
        "CountOverdraft": 3,
        "CountUsedMax": 5,
        "DateExpiration": "12/31/2026",
        "DateIssued": "1-Dec-03",
        "DateStart": "01-Jan-2020",
        "Serial": "HB-1",
        "VendorString": ";LT=Retail;",
    }


def test_without_a_registration_an_event_has_no_tenant(server: LicenseServer, tmp_path: Path) -> None:
    CloudRegistration.objects.update(state="removed", removed_at=NOON)
    assert "tenant_id" not in event(server, tmp_path)["header"]


def test_the_usage_manifest_proves_itself_by_our_scheme(server: LicenseServer, tmp_path: Path) -> None:
    data = read_members(build(server, "telemetry", tmp_path, kind="usage"))["manifest.xml"]
    manifest = etree.fromstring(data)
    shown = manifest.findtext("ManifestUI") or ""
    without = data.replace(f"<ManifestUI>{shown}</ManifestUI>".encode(), b"")
    assert shown == sha256(without).hexdigest()
    assert manifest.findtext("FilesUI") == sha256(b"").hexdigest()


def test_the_usage_manifest_lists_serials_and_no_file(server: LicenseServer, tmp_path: Path) -> None:
    bundle = read_members(build(server, "telemetry", tmp_path, kind="usage"))
    manifest = etree.fromstring(bundle["manifest.xml"])
    assert (list(bundle), manifest.findtext("TotalFiles")) == (["manifest.xml"], "0")
    rows = [[one.text for one in serial] for serial in manifest.iterfind("SerialNumbers/Serial")]
    assert rows == [["PVS_STD_CCS", "2027.0630", "HB-1"], ["XDT_PLT_UD", "2027.0630", "HB-1"]]
    assert [manifest.findtext(name) for name in ("UploadType", "Ccid", "OrgID")] == ["Auto", "acme780933", None]


def test_a_usage_bundle_that_is_carried_by_hand_says_so(server: LicenseServer, tmp_path: Path) -> None:
    server.reporting_mode = "manual"
    assert document(server, "telemetry", "manifest.xml", tmp_path, kind="usage").findtext("UploadType") == "Manual"


def test_telemetry_tells_of_burst_mode_while_it_lasts(server: LicenseServer, tmp_path: Path) -> None:
    info = document(server, "telemetry", "report.xml", tmp_path).find("LSInfo")
    assert info is not None
    assert (info.findtext("SGPClockErrorCode"), info.findtext("SGPMaxDays")) == ("7", "15")


def test_fifty_thousand_users_are_read_while_they_are_written(server: LicenseServer) -> None:
    made, seen_by_writer, count = [0], [], 50_000

    def users(_feature: str, _version: str) -> Iterator[str]:
        for number in range(count):
            made[0] += 1
            yield f"user{number}@example.test"

    class Watching(BytesIO):
        def write(self, data: object, /) -> int:
            seen_by_writer.append(made[0])
            return super().write(data)  # type: ignore[arg-type]

    one, upload = program("call_home"), program("call_home").uploads[0]
    facts = replace(read_facts(server, one, upload, at=NOON), users=users)
    next(members_of(facts, allowed=permitted_of(upload, None))).write(Watching())
    steps = [later - earlier for earlier, later in zip([0, *seen_by_writer], seen_by_writer, strict=False)]
    assert made == [count]
    assert max(steps) < count / 20, "the writer never waits for more than a small part of the users"
