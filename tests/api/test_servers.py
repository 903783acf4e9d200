"""What can be asked and changed about servers?"""

import pytest
from django.test import Client

from servers.models import LicenseServer, ServerGroup
from tests.api.calling import get, is_problem, patch, post, send_file
from tests.factories import increment, license_file

OF_A_PROVIDER = license_file(increment(extra="VENDOR_STRING=;LT=CSP;GP=0 SN=HB-1"), host="ls1")


def test_it_adds_a_server_and_says_where_it_is(as_ada: Client) -> None:
    response = post(as_ada, "/servers", {"name": "ls2.example.org", "time_zone": "Europe/Amsterdam"})
    assert response.status_code == 201
    assert response["Location"] == f"/api/v1/servers/{response.json()['guid']}"
    assert as_ada.get(response["Location"]).json()["time_zone"] == "Europe/Amsterdam"


def test_it_takes_a_name_once_in_any_case(as_ada: Client, server: LicenseServer) -> None:
    response = post(as_ada, "/servers", {"name": server.name.upper()})
    assert is_problem(response, 400)
    assert response.json()["errors"] == {"non_field_errors": ["This name is taken."]}


def test_it_finds_a_server_by_its_guid_in_any_case(as_cleo: Client, server: LicenseServer) -> None:
    assert get(as_cleo, f"/servers/{str(server.guid).upper()}").json()["name"] == server.name


@pytest.mark.parametrize("guid", ["00000000-0000-4000-8000-000000000000", "ls1", "1' OR '1'='1", "%00", "é" * 40])
def test_it_knows_no_other_server(guid: str, as_cleo: Client, server: LicenseServer) -> None:
    assert is_problem(get(as_cleo, f"/servers/{guid}"), 404)


def test_it_changes_what_was_sent_and_nothing_else(as_ada: Client, server: LicenseServer) -> None:
    ServerGroup.objects.create(name="Site A")
    answer = patch(as_ada, f"/servers/{server.guid}", {"product_version": "11.17.2.0", "group": "Site A"}).json()
    assert (answer["product_version"], answer["group"], answer["name"]) == ("11.17.2.0", "Site A", server.name)


def test_it_resets_the_schedule_after_a_reinstallation(as_ada: Client, server: LicenseServer) -> None:
    patch(as_ada, f"/servers/{server.guid}", {"installed_at": "2025-01-01T00:00:00Z"})
    started = {"installed_at": "2025-06-01T00:00:00Z"}
    answer = patch(as_ada, f"/servers/{server.guid}", started).json()
    assert answer["service_started_at"] > server.service_started_at.isoformat()


@pytest.mark.parametrize(
    "body",
    [
        {"time_zone": "Mars/Olympus"},
        {"name": "a/b"},
        {"name": ""},
        {"service_started_at": "9999-12-31T23:59:59Z"},
        {"installed_at": "0001-01-01T00:00:00+14:00"},
        {"guid": "00000000-0000-4000-8000-000000000000"},
        {"produkt_version": "11"},
        {"group": "nowhere"},
        {"provider_override": "perhaps"},
        {"is_provider": "true"},
    ],
)
def test_it_says_which_fact_is_impossible(body: dict[str, str], as_ada: Client, server: LicenseServer) -> None:
    response = patch(as_ada, f"/servers/{server.guid}", body)
    assert is_problem(response, 400)
    assert response.json()["errors"].keys() == body.keys()


def test_it_archives_a_server_and_lists_it_apart(as_ada: Client, server: LicenseServer) -> None:
    assert post(as_ada, f"/servers/{server.guid}/archive").json()["archived_at"]
    assert get(as_ada, "/servers?archived=false").json()["results"] == []
    assert len(get(as_ada, "/servers?archived=true").json()["results"]) == 1


def test_it_offers_no_way_to_delete_a_server(as_ada: Client, server: LicenseServer) -> None:
    assert is_problem(as_ada.delete(f"/api/v1/servers/{server.guid}"), 405)


def test_it_finds_servers_by_a_part_of_the_name(as_cleo: Client, server: LicenseServer) -> None:
    assert len(get(as_cleo, "/servers?name=EXAMPLE").json()["results"]) == 1
    assert get(as_cleo, "/servers?name=%25").json()["results"] == []


def provider(body: dict[str, object]) -> tuple[object, ...]:
    return body["is_provider"], body["provider_rule"], body["provider_override"]


def test_it_tells_which_rule_found_a_service_provider(as_ada: Client, server: LicenseServer) -> None:
    send_file(as_ada, OF_A_PROVIDER)
    body = get(as_ada, f"/servers/{server.guid}").json()
    assert provider(body) == (True, "license_type", "automatic")
    assert "CSP" in body["provider_evidence"]
    assert body["provider_hint"] == ""


def test_it_renews_the_verdict_with_a_persons_last_word(as_ada: Client, server: LicenseServer) -> None:
    send_file(as_ada, OF_A_PROVIDER)
    body = patch(as_ada, f"/servers/{server.guid}", {"provider_override": "no"}).json()
    assert provider(body) == (False, "administrator", "no")
    assert get(as_ada, f"/servers/{server.guid}").json() == body
    back = patch(as_ada, f"/servers/{server.guid}", {"provider_override": "automatic"}).json()
    assert provider(back) == (True, "license_type", "automatic")


def test_it_gives_a_hint_that_is_no_verdict(as_cleo: Client, as_ada: Client, server: LicenseServer) -> None:
    send_file(as_ada, license_file(increment(expiry="31-dec-2099"), host="ls1"))
    body = get(as_cleo, f"/servers/{server.guid}").json()
    assert "as service providers have them" in body["provider_hint"]
    assert provider(body) == (False, "", "automatic")


def test_it_changes_nothing_when_one_of_the_facts_is_impossible(as_ada: Client, server: LicenseServer) -> None:
    changes = {"provider_override": "yes", "name": "a/b"}
    assert is_problem(patch(as_ada, f"/servers/{server.guid}", changes), 400)
    server.refresh_from_db()
    assert (server.provider_override, server.is_provider) == ("automatic", False)


def test_it_takes_no_override_for_a_server_that_has_nothing_yet(as_ada: Client) -> None:
    assert is_problem(post(as_ada, "/servers", {"name": "ls2", "provider_override": "yes"}), 400)


def test_it_lists_verdicts_without_looking_into_licenses(as_cleo: Client, server: LicenseServer) -> None:
    [row] = get(as_cleo, "/servers").json()["results"]
    assert provider(row) == (False, "", "automatic")
    assert "provider_hint" not in row
