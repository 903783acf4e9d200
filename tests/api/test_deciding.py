"""Is a decision made on the text that was read, once, and is every impossible one refused?"""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from programs.catalog import program
from programs.models import Action, ConsentDecision
from programs.texts import decision_text
from servers import registration
from servers.models import LicenseServer
from tests.api.calling import calling, decides, get, is_problem, patch, post, text_of
from uploads import policy
from uploads.models import Preview, Upload
from uploads.starting import start_upload
from uploads.states import State

ELEMENTS = [element.path for element in program("ceip").uploads[0].elements()]
NO_TEXT = "0" * 64


@pytest.fixture
def as_dora(dora: User) -> Client:
    """The privacy officer's client."""
    return calling(dora)


@pytest.fixture
def provider(server: LicenseServer) -> LicenseServer:
    """A server on which Call Home is enforced."""
    LicenseServer.objects.filter(pk=server.pk).update(is_provider=True)
    server.refresh_from_db()
    return server


def rows() -> list[tuple[str, str]]:
    return [(row.program, row.action) for row in ConsentDecision.objects.all()]


def read(client: Client, server: LicenseServer, code: str) -> Any:
    return get(client, f"/servers/{server.guid}/programs/{code}").json()


def test_it_shows_the_exact_text_with_its_digest(as_cleo: Client, server: LicenseServer) -> None:
    body = get(as_cleo, f"/servers/{server.guid}/programs/ceip/text?action=grant").json()
    shown = decision_text(program("ceip"), Action.GRANT)
    assert (body["text"], body["text_sha256"], body["language"]) == (shown.text, shown.sha256, "en")
    assert (body["program"], body["action"], body["expected"]) == ("ceip", "grant", 0)


def test_it_switches_on_and_off_as_the_ledger_says(as_dora: Client, server: LicenseServer) -> None:
    on = decides(as_dora, server.guid, "ceip", participation="on", reason="Board of 3 March", expected=0).json()
    assert (on["state"], on["sends"], on["consent"]["granted"], on["consent"]["number"]) == ("on", True, True, 1)
    assert on["consent"]["accepted"] == len(ELEMENTS)
    [row] = on["decisions"]
    assert (row["sequence"], row["door"], row["decided_by"], row["reason"]) == (1, "api", "dora", "Board of 3 March")
    off = decides(as_dora, server.guid, "ceip", participation="off", expected=1).json()
    assert (off["state"], off["consent"]["granted"], off["consent"]["accepted"]) == ("off", False, 0)
    assert rows() == [("ceip", "grant"), ("ceip", "withdraw")]
    shown = read(as_dora, server, "ceip")
    assert shown == {name: value for name, value in off.items() if name in shown}


def test_an_erasure_stays_open_until_it_is_confirmed(as_dora: Client, server: LicenseServer) -> None:
    early = decides(as_dora, server.guid, "ceip", text=NO_TEXT, erasure="confirm")
    assert is_problem(early, 422)
    asked = decides(as_dora, server.guid, "ceip", erasure="request").json()
    assert asked["consent"]["open_erasure"] == asked["consent"]["number"] == 1
    assert read(as_dora, server, "ceip")["consent"]["open_erasure"] == 1
    closed = decides(as_dora, server.guid, "ceip", erasure="confirm").json()
    assert closed["consent"]["open_erasure"] is None
    assert rows() == [("ceip", "erasure_requested"), ("ceip", "erasure_confirmed")]


@pytest.mark.parametrize("choice", ["on", "off"])
def test_a_second_click_gives_the_same_row(choice: str, as_dora: Client, server: LicenseServer) -> None:
    first, second = [decides(as_dora, server.guid, "ceip", participation=choice) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json()["decisions"] == first.json()["decisions"]
    assert len(rows()) == 1


def test_it_refuses_a_form_that_is_out_of_date(as_dora: Client, server: LicenseServer) -> None:
    decides(as_dora, server.guid, "ceip", participation="on")
    response = decides(as_dora, server.guid, "ceip", participation="off", expected=0)
    assert is_problem(response, 409)
    assert "meanwhile" in response.json()["detail"]
    assert len(rows()) == 1


def test_it_refuses_a_text_that_nobody_read(as_dora: Client, server: LicenseServer) -> None:
    read_for_the_other = text_of(as_dora, server.guid, "ceip", "withdraw")
    for text in (NO_TEXT, read_for_the_other):
        assert is_problem(decides(as_dora, server.guid, "ceip", participation="on", text=text), 409)
    assert rows() == []


@pytest.mark.parametrize(
    ("code", "decision", "words"),
    [
        ("telemetry", {"participation": "off"}, "mandatory"),
        ("telemetry", {"participation": "on"}, "mandatory"),
        ("telemetry", {"refuse_elements": ["a.b"]}, "mandatory"),
        ("call_home", {"participation": "off"}, "enforced"),
        ("event_data", {"participation": "on"}, "Register this server first"),
        ("ceip", {"accept_elements": ELEMENTS[:1]}, "is off"),
        ("ceip", {"reporting_mode": "manual"}, "no reporting mode"),
    ],
)
def test_it_refuses_what_is_not_possible_and_changes_nothing(
    code: str, decision: dict[str, Any], words: str, as_dora: Client, provider: LicenseServer
) -> None:
    response = decides(as_dora, provider.guid, code, text=NO_TEXT, **decision)
    assert is_problem(response, 422)
    assert words in response.json()["detail"]
    assert rows() == []


@pytest.mark.parametrize(("code", "action"), [("telemetry", "withdraw"), ("ceip", "report_manually")])
def test_an_impossible_decision_has_no_text(code: str, action: str, as_cleo: Client, server: LicenseServer) -> None:
    assert is_problem(get(as_cleo, f"/servers/{server.guid}/programs/{code}/text?action={action}"), 422)


@pytest.mark.parametrize("query", ["", "?action=erase", "?action=", "?action=grant&x=1"])
def test_it_wants_to_know_which_text(query: str, as_cleo: Client, server: LicenseServer) -> None:
    assert is_problem(get(as_cleo, f"/servers/{server.guid}/programs/ceip/text{query}"), 400)


def test_it_knows_no_other_program(as_dora: Client, server: LicenseServer) -> None:
    assert is_problem(decides(as_dora, server.guid, "spyware", participation="on", text=NO_TEXT), 404)
    assert is_problem(get(as_dora, f"/servers/{server.guid}/programs/spyware/text?action=grant"), 404)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"participation": "on"},
        {"text_sha256": NO_TEXT},
        {"participation": "on", "reporting_mode": "manual", "text_sha256": NO_TEXT},
        {"participation": "maybe", "text_sha256": NO_TEXT},
        {"participation": True, "text_sha256": NO_TEXT},
        {"participation": "on", "text_sha256": "XYZ"},
        {"participation": "on", "text_sha256": NO_TEXT, "expected": -1},
        {"participation": "on", "text_sha256": NO_TEXT, "expected": 10**400},
        {"participation": "on", "text_sha256": NO_TEXT, "expected": "one"},
        {"participation": "on", "text_sha256": NO_TEXT, "reason": "x" * 1001},
        {"participation": "on", "text_sha256": NO_TEXT, "reason": "nul\x00"},
        {"participation": "on", "text_sha256": NO_TEXT, "resaon": "why"},
        {"accept_elements": [], "text_sha256": NO_TEXT},
        {"accept_elements": "a.b", "text_sha256": NO_TEXT},
        {"refuse_elements": [{}], "text_sha256": NO_TEXT},
        {"refuse_elements": ["x" * 201], "text_sha256": NO_TEXT},
    ],
)
def test_it_calls_a_form_wrong_that_is(body: dict[str, Any], as_dora: Client, server: LicenseServer) -> None:
    assert is_problem(patch(as_dora, f"/servers/{server.guid}/programs/ceip", body), 400)
    assert rows() == []


def test_it_holds_elements_back_and_accepts_them(as_dora: Client, server: LicenseServer) -> None:
    decides(as_dora, server.guid, "ceip", participation="on")
    held = decides(as_dora, server.guid, "ceip", refuse_elements=ELEMENTS[:2]).json()
    assert (held["consent"]["refused"], held["consent"]["accepted"]) == (sorted(ELEMENTS[:2]), len(ELEMENTS) - 2)
    assert {one["path"] for one in held["held"]} == set(ELEMENTS[:2])
    assert all(one["description"] and one["purpose"] and one["identifies"] for one in held["held"])
    assert all("sample" in one for one in held["held"])
    back = decides(as_dora, server.guid, "ceip", accept_elements=ELEMENTS[:1]).json()
    assert [one["path"] for one in back["held"]] == ELEMENTS[1:2]
    again = decides(as_dora, server.guid, "ceip", accept_elements=ELEMENTS[:1]).json()
    assert again["decisions"] == back["decisions"]
    assert is_problem(decides(as_dora, server.guid, "ceip", accept_elements=["no.such"]), 422)


def test_it_carries_reports_by_hand_and_stops_what_waits(as_dora: Client, server: LicenseServer) -> None:
    start_upload(server, program_code="telemetry", kind="compliance", by=None)
    body = decides(as_dora, server.guid, "telemetry", reporting_mode="manual").json()
    assert (body["reporting_mode"], body["sends"], body["next_upload_at"]) == ("manual", False, None)
    assert (body["canceled_uploads"], Upload.objects.get().state) == (1, State.CANCELED)
    back = decides(as_dora, server.guid, "telemetry", reporting_mode="electronic").json()
    assert (back["reporting_mode"], back["sends"]) == ("electronic", True)
    assert rows() == [("telemetry", "report_manually"), ("telemetry", "report_electronically")]


def test_it_has_no_row_for_the_way_that_was_never_left(as_dora: Client, server: LicenseServer) -> None:
    body = decides(as_dora, server.guid, "telemetry", reporting_mode="electronic").json()
    assert (body["decisions"], rows()) == ([], [])


def test_the_way_of_reporting_is_no_fact_of_a_server(as_ada: Client, server: LicenseServer) -> None:
    assert is_problem(patch(as_ada, f"/servers/{server.guid}", {"reporting_mode": "manual"}), 400)
    assert read(as_ada, server, "telemetry")["reporting_mode"] == "electronic"


def test_a_preview_of_before_is_gone_after_a_withdrawal(as_ada: Client, imported: LicenseServer) -> None:
    decides(as_ada, imported.guid, "ceip", participation="on")
    post(as_ada, f"/servers/{imported.guid}/programs/ceip/preview")
    decides(as_ada, imported.guid, "ceip", participation="off")
    assert not Preview.objects.filter(program="ceip").exists()


def test_it_says_that_the_decision_stands_while_a_request_is_under_way(
    as_dora: Client, server: LicenseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "FENCE_TRIES", 1)
    decides(as_dora, server.guid, "ceip", participation="on")
    monkeypatch.setattr("uploads.fence.fence_lock.is_free", lambda *_: False)  # PostgreSQL asks per connection
    response = decides(as_dora, server.guid, "ceip", participation="off")
    assert is_problem(response, 503)
    assert (response["Retry-After"], response.json()["decided"]) == ("30", True)
    assert "The decision stands" in response.json()["detail"]
    monkeypatch.undo()
    again = decides(as_dora, server.guid, "ceip", participation="off")
    assert (again.status_code, again.json()["state"]) == (200, "off")
    assert rows() == [("ceip", "grant"), ("ceip", "withdraw")]


@pytest.mark.django_db(transaction=True)
def test_it_is_committed_before_anybody_waits(as_dora: Client, server: LicenseServer) -> None:
    """Withdrawing refuses to work inside a transaction, so no door may open one around it."""
    assert decides(as_dora, server.guid, "ceip", participation="off").status_code == 200
    shown = get(as_dora, f"/servers/{server.guid}/sharing").json()
    asked = {"choice": "ceip", "text_sha256": shown["text_sha256"]}
    assert post(as_dora, f"/servers/{server.guid}/sharing", asked, key="k1").json()["choice"] == "ceip"


def test_event_data_are_chosen_on_a_registered_server(as_dora: Client, server: LicenseServer) -> None:
    at = server.created_at
    code = registration.open_code(server, code="AB12CD34", remote_id="r1", at=at)
    registration.confirm(code, customer_id="tenant", at=at)
    assert decides(as_dora, server.guid, "event_data", participation="on").json()["state"] == "on"


class TestSharing:
    """The three-way choice."""

    def choose(self, client: Client, server: LicenseServer, choice: str, **more: object) -> Any:
        shown = get(client, f"/servers/{server.guid}/sharing").json()
        asked = {"choice": choice, "text_sha256": shown["text_sha256"], "expected": shown["expected"], **more}
        return post(client, f"/servers/{server.guid}/sharing", asked)

    def test_it_begins_with_none_that_nobody_chose(self, as_cleo: Client, server: LicenseServer) -> None:
        body = get(as_cleo, f"/servers/{server.guid}/sharing").json()
        assert (body["choice"], body["has_chosen"], body["is_enforced"], body["expected"]) == ("none", False, False, 0)
        assert body["choices"] == ["call_home", "ceip", "none"]

    @pytest.mark.parametrize("choice", ["call_home", "ceip", "none"])
    def test_it_chooses_one_of_three(self, choice: str, as_dora: Client, server: LicenseServer) -> None:
        body = self.choose(as_dora, server, choice, reason="Reviewed").json()
        assert (body["choice"], body["has_chosen"], body["expected"]) == (choice, True, 2)
        assert [row["program"] for row in body["decisions"]] == ["call_home", "ceip"]
        again = self.choose(as_dora, server, choice).json()
        assert (again["decisions"], len(rows())) == (body["decisions"], 2)

    def test_it_stops_what_was_on_its_way(self, as_dora: Client, server: LicenseServer) -> None:
        self.choose(as_dora, server, "ceip")
        start_upload(server, program_code="ceip", kind=program("ceip").uploads[0].kind, by=None)
        assert self.choose(as_dora, server, "none").json()["canceled_uploads"] == 1

    def test_it_refuses_a_form_that_is_out_of_date(self, as_dora: Client, server: LicenseServer) -> None:
        self.choose(as_dora, server, "ceip")
        assert is_problem(self.choose(as_dora, server, "none", expected=0), 409)
        assert is_problem(self.choose(as_dora, server, "none", text_sha256=NO_TEXT), 409)
        assert get(as_dora, f"/servers/{server.guid}/sharing").json()["choice"] == "ceip"

    def test_it_cannot_leave_what_is_enforced(self, as_dora: Client, provider: LicenseServer) -> None:
        assert is_problem(self.choose(as_dora, provider, "none"), 422)
        body = get(as_dora, f"/servers/{provider.guid}/sharing").json()
        assert (body["choice"], body["is_enforced"], rows()) == ("call_home", True, [])

    @pytest.mark.parametrize("choice", ["both", "", None, 1, ["ceip"]])
    def test_it_knows_no_fourth(self, choice: object, as_dora: Client, server: LicenseServer) -> None:
        response = self.choose(as_dora, server, choice)  # type: ignore[arg-type]
        assert is_problem(response, 400)
        assert list(response.json()["errors"]) == ["choice"]

    def test_it_carries_out_a_repeat_once(self, as_dora: Client, server: LicenseServer) -> None:
        shown = get(as_dora, f"/servers/{server.guid}/sharing").json()
        asked = {"choice": "ceip", "text_sha256": shown["text_sha256"], "expected": 0}
        first, second = [post(as_dora, f"/servers/{server.guid}/sharing", asked, key="k1") for _ in range(2)]
        assert (second.status_code, second.json()) == (200, first.json())
