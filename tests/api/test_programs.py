"""What do programs and previews say?"""

from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client

from programs.catalog import programs
from servers.models import LicenseServer
from tests.api.calling import SIGNATURE, content_of, files_below, get, is_problem, post
from uploads.models import Upload

EVERY_KIND = [(code, upload.kind) for code, program in programs().items() for upload in program.uploads]
TELEMETRY = "/servers/{}/programs/telemetry"


def test_it_says_state_reason_and_when_the_next_upload_is_due(as_cleo: Client, server: LicenseServer) -> None:
    *_, program = get(as_cleo, f"/servers/{server.guid}/programs").json()["programs"]
    assert (program["code"], program["state"], program["sends"]) == ("telemetry", "mandatory", True)
    assert program["next_upload_at"] > server.service_started_at.isoformat()
    assert program["last_success_at"] is None
    assert program["days_left"] is None


def test_it_counts_the_days_after_a_success(as_cleo: Client, delivered: Upload) -> None:
    program = get(as_cleo, TELEMETRY.format(delivered.server.guid)).json()
    assert program["days_left"] == 90
    assert program["last_success_at"]


def test_it_declares_every_element_with_purpose_and_evidence(as_cleo: Client, server: LicenseServer) -> None:
    program = get(as_cleo, TELEMETRY.format(server.guid)).json()
    elements = [element for upload in program["uploads"] for element in upload["elements"]]
    assert len(elements) > 20
    assert all(element["purpose"] and element["identifies"] and element["evidence"] for element in elements)


def test_it_lists_every_declared_program_with_its_kinds(as_cleo: Client, server: LicenseServer) -> None:
    rows = get(as_cleo, f"/servers/{server.guid}/programs").json()["programs"]
    found = {row["code"]: (row["state"], [upload["kind"] for upload in row["uploads"]]) for row in rows}
    states = {"call_home": "off", "ceip": "off", "event_data": "unavailable", "telemetry": "mandatory"}
    expected = {code: (states[code], [one.kind for one in program.uploads]) for code, program in programs().items()}
    assert found == expected


def test_it_counts_days_and_a_way_of_reporting_only_where_reports_are_due(
    as_cleo: Client, server: LicenseServer
) -> None:
    ceip = get(as_cleo, f"/servers/{server.guid}/programs/ceip").json()
    assert (ceip["reporting_mode"], ceip["days_left"], ceip["next_upload_at"]) == (None, None, None)
    assert "not chosen" in ceip["reason"]


@pytest.mark.parametrize(("code", "kind"), EVERY_KIND)
def test_it_seals_a_preview_of_every_kind_though_nothing_may_be_sent(
    code: str, kind: str, as_ada: Client, imported: LicenseServer
) -> None:
    address = f"/servers/{imported.guid}/programs/{code}/preview?kind={kind}"
    sealed = post(as_ada, address)
    assert sealed.status_code == 201
    body = get(as_ada, address).json()
    assert body == sealed.json()
    assert (body["program"], body["kind"], bool(body["documents"])) == (code, kind, True)
    content = content_of(get(as_ada, address.replace("/preview", "/preview/bundle")))
    assert sha256(content).hexdigest() == body["sha256"]


@pytest.mark.parametrize("code", ["call_home", "ceip", "event_data"])
def test_it_sends_no_preview_of_a_program_that_is_off(code: str, as_ada: Client, imported: LicenseServer) -> None:
    body = post(as_ada, f"/servers/{imported.guid}/programs/{code}/preview").json()
    assert body["sealed_as"] in {"off", "unavailable"}
    asked = {"server": imported.name, "program": code, "kind": body["kind"], "bundle_sha256": body["sha256"]}
    assert is_problem(post(as_ada, "/uploads", asked), 409)
    assert not Upload.objects.exists()


def test_it_knows_no_other_program(as_cleo: Client, server: LicenseServer) -> None:
    assert is_problem(get(as_cleo, f"/servers/{server.guid}/programs/spyware"), 404)
    assert is_problem(get(as_cleo, f"/servers/{server.guid}/programs/spyware/preview"), 404)


def test_it_has_no_preview_before_one_is_sealed(as_ada: Client, server: LicenseServer) -> None:
    assert is_problem(get(as_ada, TELEMETRY.format(server.guid) + "/preview"), 404)
    assert is_problem(get(as_ada, TELEMETRY.format(server.guid) + "/preview/bundle"), 404)


def test_it_shows_what_it_sealed_as_a_tree_of_declared_values(as_ada: Client, imported: LicenseServer) -> None:
    address = TELEMETRY.format(imported.guid) + "/preview"
    sealed = post(as_ada, address)
    assert sealed.status_code == 201
    assert get(as_ada, address).json() == sealed.json()
    assert [document["name"] for document in sealed.json()["documents"]]
    assert '"path":"license_server.' in sealed.content.decode().replace(" ", "")


def test_it_gives_the_bytes_that_it_shows(as_ada: Client, imported: LicenseServer) -> None:
    address = TELEMETRY.format(imported.guid) + "/preview"
    preview = get(as_ada, address).json()
    bundle = get(as_ada, address + "/bundle")
    content = content_of(bundle)
    assert (sha256(content).hexdigest(), len(content)) == (preview["sha256"], preview["bytes"])
    assert preview["name"] in bundle["Content-Disposition"]


def test_it_notices_a_bundle_that_was_changed_on_disk(as_ada: Client, imported: LicenseServer, data_dir: Path) -> None:
    for bundle in files_below(data_dir / "bundles"):
        bundle.write_bytes(b"changed")
    assert is_problem(get(as_ada, TELEMETRY.format(imported.guid) + "/preview/bundle"), 404)
    assert is_problem(get(as_ada, TELEMETRY.format(imported.guid) + "/preview"), 404)


def test_it_knows_no_other_kind(as_ada: Client, server: LicenseServer) -> None:
    address = TELEMETRY.format(server.guid) + "/preview"
    assert is_problem(post(as_ada, address, {"kind": "usage2"}), 404)
    assert is_problem(get(as_ada, address + "?kind=usage2"), 404)


def test_it_never_shows_a_signature(as_ada: Client, delivered: Upload) -> None:
    guid = delivered.server.guid
    places = [f"/servers/{guid}", TELEMETRY.format(guid), TELEMETRY.format(guid) + "/preview", "/licenses", "/reports"]
    places += [f"/pools?server={guid}", "/assignments", "/leases", "/usage/samples", "/uploads"]
    for place in places:
        text = get(as_ada, place).content.decode()
        assert SIGNATURE[:9] not in text, place
        assert "lm_" not in text, place
