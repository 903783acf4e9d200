"""What do programs and previews say?"""

from hashlib import sha256
from pathlib import Path

from django.test import Client

from servers.models import LicenseServer
from tests.api.calling import SIGNATURE, content_of, files_below, get, is_problem, patch, post
from uploads.models import Upload

TELEMETRY = "/servers/{}/programs/telemetry"


def test_it_says_state_reason_and_when_the_next_upload_is_due(as_cleo: Client, server: LicenseServer) -> None:
    [program] = get(as_cleo, f"/servers/{server.guid}/programs").json()["programs"]
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


def test_it_switches_to_manual_reporting(as_ada: Client, server: LicenseServer) -> None:
    program = patch(as_ada, TELEMETRY.format(server.guid), {"reporting_mode": "manual"}).json()
    assert (program["reporting_mode"], program["sends"], program["next_upload_at"]) == ("manual", False, None)


def test_it_says_that_participation_cannot_be_chosen_yet(as_ada: Client, server: LicenseServer) -> None:
    response = patch(as_ada, TELEMETRY.format(server.guid), {"participation": "off"})
    assert is_problem(response, 400)
    assert "this version" in response.json()["errors"]["participation"][0]


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
