"""Does the license server report of telemetry hold what is documented, in its order?"""

from programs.catalog import program

UPLOAD = program("telemetry").upload("compliance")
DECLARED = {element.key: element for element in UPLOAD.elements()}
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
IDENTIFYING = {
    "license_server.GUID": "server",
    "license_server.HardwareId": "server",
    "license_server.FQDN": "server",
    "inventory.feature.sa_date.CCUDevices": "device",
    "inventory.feature.sa_date.ccu_devices.DevId": "device",
    "inventory.feature.sa_date.licensees.Users": "user",
    "inventory.feature.sa_date.licensees.Devices": "device",
}


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
