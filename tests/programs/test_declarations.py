"""Do the declarations say what the vendor's documentation says, element by element, for every program?"""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from programs.catalog import Element, UploadKind, program, programs

# The name of each upload in the reference that may lie beside the repository.
UPLOADS = {
    "call_home": ("call_home", "diagnostic"),
    "ceip": ("ceip", "anonymous"),
    "event_data": ("event_data", "inventory"),
    "telemetry_compliance": ("telemetry", "compliance"),
    "telemetry_usage": ("telemetry", "usage"),
}
# One table spells it ProductUTCDeployDate; real manifests use the other spelling, and so do we.
SPELLED = {"ProductUTCDeployDate": "ProductDeployUTCDate"}
COUNTS = {
    "call_home": {
        "metadata": 10,
        "feature_usage": 8,
        "license_server": 2,
        "manifest": 5,
        "report.LSInfo": 12,
        "report.Inventory.Feature": 2,
        "report.Inventory.Feature.SADate": 6,
        "report.Inventory.Feature.SADate.UsersBillable": 2,
        "report.SerialNumbers": 2,
    },
    "ceip": {"metadata": 10, "feature_usage": 8, "license_server": 3},
    "event_data": {"header": 9, "payload": 3, "payload.feature": 12},
    "telemetry_compliance": {
        "metadata": 11,
        "license_server": 7,
        "inventory.feature": 6,
        "inventory.feature.sa_date": 9,
        "inventory.feature.sa_date.ccu_devices": 1,
        "inventory.feature.sa_date.licensees": 3,
    },
    "telemetry_usage": {
        "metadata": 14,
        "metadata.SerialNumbers.Serial": 3,
        "metadata.File": 4,
        "metadata.File.OfferingType": 1,
        "broker.session.header": 9,
        "broker.session.header.user": 5,
        "broker.session.payload": 6,
        "broker.usage.header": 6,
        "broker.usage.payload": 19,
        "provisioning.licensing.header": 8,
        "provisioning.licensing.payload": 13,
        "provisioning.licensing.payload.enabledFeatures": 1,
        "secure_private_access.admin.header": 6,
        "secure_private_access.admin.header.user": 4,
        "secure_private_access.admin.payload": 5,
        "secure_private_access.configuration.header": 6,
        "secure_private_access.configuration.payload": 2,
        "secure_private_access.configuration.payload.appsPublished": 3,
        "secure_private_access.user.header": 9,
        "secure_private_access.user.payload": 7,
        "storefront.configuration.header": 6,
        "storefront.configuration.payload": 12,
        "uberagent.usage.header": 6,
        "uberagent.usage.payload": 12,
        "unicon_scout.header": 6,
        "unicon_scout.payload": 4,
    },
}
SCRAMBLED = {
    "call_home": 0,
    "ceip": 0,
    "event_data": 0,
    "telemetry_compliance": 0,
    "telemetry_usage": 15,
}
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "data_elements.yaml"
ROWS = yaml.safe_load(BESIDE.read_text(encoding="utf-8")) if BESIDE.exists() else []
TYPES = {"date": {"date", "css_date"}, "datetime": {"datetime", "local_datetime"}}


def upload_of(name: str) -> UploadKind:
    code, kind = UPLOADS[name]
    return program(code).upload(kind)


def declared(name: str) -> dict[tuple[str, str], Element]:
    return {element.key: element for element in upload_of(name).elements()}


def key_of(row: dict[str, object]) -> tuple[str, str]:
    name = str(row["name"])
    return (str(row["section"]), SPELLED.get(name, name))


@pytest.mark.parametrize("name", UPLOADS)
def test_it_declares_every_documented_element(name: str) -> None:
    assert Counter(section for section, _ in declared(name)) == COUNTS[name]


def test_there_are_308_of_them() -> None:
    assert sum(len(declared(name)) for name in UPLOADS) == 308


@pytest.mark.parametrize("name", UPLOADS)
def test_it_scrambles_what_the_documentation_calls_scrambled(name: str) -> None:
    assert sum(element.scrambled for element in declared(name).values()) == SCRAMBLED[name]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['program']}.{row['section']}.{row['name']}")
def test_it_agrees_with_the_reference_beside_the_repository(row: dict[str, object]) -> None:
    element = declared(str(row["program"]))[key_of(row)]
    facts = {"identifies": element.identifies, "scrambled": element.scrambled, "evidence": element.evidence}
    assert facts == {name: row[name] for name in facts}
    assert element.unit == row.get("unit", "")
    assert element.description != row["description"]
    assert row["type"] not in TYPES or element.type in TYPES[str(row["type"])]


@pytest.mark.parametrize("name", UPLOADS)
def test_the_reference_beside_the_repository_knows_no_other_element(name: str) -> None:
    keys = {key_of(row) for row in ROWS if row["program"] == name}
    assert not ROWS or keys == set(declared(name))


@pytest.mark.parametrize(
    ("name", "product", "layout", "prefix"),
    [
        ("call_home", "LicenseServerDiagnostic", "2.0", "upload_"),
        ("ceip", "LicenseServerAnonymous", "2.0", "upload_anonymous_"),
        ("event_data", "LicenseServer.Inventory", "1", "upload_event_"),
        ("telemetry_compliance", "LicenseServerCompliance", "2.0", "upload_compliance_"),
        ("telemetry_usage", "LicenseServer.OnPremUsage", "1.0", "upload_usage_"),
    ],
)
def test_it_travels_under_the_documented_names(name: str, product: str, layout: str, prefix: str) -> None:
    upload = upload_of(name)
    assert (upload.product, upload.layout, upload.file_prefix) == (product, layout, prefix)


def test_only_telemetry_is_mandatory_and_only_its_first_upload_has_a_result_file() -> None:
    assert [one.code for one in programs().values() if one.is_mandatory] == ["telemetry"]
    types = {name: upload_of(name).result_type for name in UPLOADS}
    assert {name for name, result_type in types.items() if result_type} == {"telemetry_compliance"}


def test_ceip_declares_nothing_that_leads_to_people_or_an_organization() -> None:
    identifying = {one.path: one.identifies for one in declared("ceip").values() if one.identifies != "none"}
    assert identifying == {"license_server.GUID": "server"}  # the documentation's word; ours leads to no server


def test_a_value_with_two_names_is_sent_under_one() -> None:
    others = {one.path: one.same_as for one in declared("call_home").values() if one.same_as}
    assert len(others) == 7
    assert others["manifest.ProductDeployUTCDate"] == "metadata.ProductDeployUTCDate"
    assert others["license_server.GUID"] == "report.LSInfo.GUID"
