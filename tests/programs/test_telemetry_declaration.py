"""Does the telemetry declaration say what the vendor's documentation says, element by element?"""

from pathlib import Path

import pytest
import yaml

from programs.catalog import Element, program

UPLOAD = program("telemetry").upload("compliance")
DECLARED = {element.key: element for element in UPLOAD.elements()}
# The documented table once spells it ProductUTCDeployDate; real manifests use the other spelling, and so do we.
SPELLED = {("metadata", "ProductUTCDeployDate"): ("metadata", "ProductDeployUTCDate")}
EXPECTED = {
    "metadata": (
        "ClientTool UploadUser UTCDate Date Product ProductVersion ProductDeployUTCDate SiteID SiteName Component UI"
    ),
    "license_server": "GUID HardwareId FQDN InstallUTC ProductVersion SGPClockErrorCode SGPMaxDays",
    "inventory.feature": (
        "ID UDBinFileCreatedUTC UDReportGenerationUTC UDAdminUsersReleased UDAdminDevicesReleased SADate"
    ),
    "inventory.feature.sa_date": (
        "id DateSampleStartUTC DateSampleStopUTC CountUsedMax CCUDevices Active Licensees CountInstalled Pool"
    ),
    "inventory.feature.sa_date.ccu_devices": "DevId",
    "inventory.feature.sa_date.licensees": "CountTotal Users Devices",
}
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "data_elements.yaml"
IDENTIFYING = {
    "license_server.GUID": "server",
    "license_server.HardwareId": "server",
    "license_server.FQDN": "server",
    "inventory.feature.sa_date.CCUDevices": "device",
    "inventory.feature.sa_date.ccu_devices.DevId": "device",
    "inventory.feature.sa_date.licensees.Users": "user",
    "inventory.feature.sa_date.licensees.Devices": "device",
}


def _rows() -> list[dict[str, object]]:
    if not BESIDE.exists():
        return []
    every = yaml.safe_load(BESIDE.read_text(encoding="utf-8"))
    return [row for row in every if row["program"] == "telemetry_compliance"]


ROWS = _rows()


def test_it_declares_the_37_documented_elements_in_their_order() -> None:
    found = {section.name: " ".join(element.name for element in section.elements) for section in UPLOAD.sections}
    assert found == EXPECTED
    assert len(DECLARED) == 37


def test_it_says_of_every_element_whom_it_identifies() -> None:
    assert {one.path: one.identifies for one in DECLARED.values() if one.identifies != "none"} == IDENTIFYING


def test_it_scrambles_nothing_that_is_documented_as_clear() -> None:
    assert [element.path for element in DECLARED.values() if element.scrambled] == []


def test_it_marks_what_could_only_be_read_in_part() -> None:
    partly = {element.path: element.evidence for element in DECLARED.values() if element.evidence != "documented"}
    licensees = "inventory.feature.sa_date.licensees"
    assert partly == {
        f"{licensees}.CountTotal": "documented_partial",
        f"{licensees}.Users": "name_only",
        f"{licensees}.Devices": "name_only",
    }


def test_it_is_mandatory_and_travels_under_the_documented_names() -> None:
    assert program("telemetry").is_mandatory
    assert (UPLOAD.product, UPLOAD.layout) == ("LicenseServerCompliance", "2.0")
    assert (UPLOAD.file_prefix, UPLOAD.result_type) == ("upload_compliance_", "CTX_UPLOAD_TYPE_COMPLIANCE")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['section']}.{row['name']}")
def test_it_agrees_with_the_reference_beside_the_repository(row: dict[str, object]) -> None:
    key = (str(row["section"]), str(row["name"]))
    element: Element = DECLARED[SPELLED.get(key, key)]
    facts = {"identifies": element.identifies, "scrambled": element.scrambled, "evidence": element.evidence}
    assert facts == {name: row[name] for name in facts}
    assert element.unit == row.get("unit", "")


def test_the_reference_beside_the_repository_knows_no_other_element() -> None:
    keys = {(str(row["section"]), str(row["name"])) for row in ROWS}
    assert not ROWS or {SPELLED.get(key, key) for key in keys} == set(DECLARED)
