"""Can a person choose what is shared, on the exact text, and is the page only ever what the ledger says?"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from programs.catalog import program
from programs.consent import decide, note_growth, state_of
from programs.models import Action, ConsentDecision, ConsentText, Door
from programs.participation import State, participation
from programs.texts import decision_text
from servers.models import LicenseServer
from tests.dashboard.conftest import Login, an_upload

GRANTING = decision_text(program("call_home"), Action.GRANT).sha256


def reviewed(client: Client, server: LicenseServer, **words: object) -> dict[str, object]:
    """The hidden fields of the review page for this choice."""
    page = client.post(reverse("review", args=[server.guid]), words).content.decode()
    fields = re.findall(r'<input type="hidden" name="([a-z_0-9]+)" value="([^"]*)">', page)
    found: dict[str, object] = {
        name: value for name, value in fields if name not in {"csrfmiddlewaretoken", "elements"}
    }
    return {**found, "elements": [value for name, value in fields if name == "elements"]}


def save(client: Client, server: LicenseServer, fields: dict[str, object]) -> str:
    return client.post(reverse("save_decision", args=[server.guid]), fields, follow=True).content.decode()


def test_it_starts_with_no(server: LicenseServer, dora: User, login: Login) -> None:
    page = login(dora).get(reverse("settings", args=[server.guid])).content.decode()
    assert 'value="none" checked' in page
    assert not ConsentDecision.objects.exists()


def test_it_saves_nothing_before_the_review(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    fields = reviewed(client, server, kind="sharing", value="call_home", reason="CR-1")
    assert not ConsentDecision.objects.exists()
    assert (fields["value"], fields["expected"]) == ("call_home", "0")


def test_it_saves_both_decisions_with_the_text_that_was_shown(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    fields = reviewed(client, server, kind="sharing", value="call_home")
    page = save(client, server, {**fields, "reason": "CR-1"})
    assert "Saved and read back from the ledger" in page
    rows = list(ConsentDecision.objects.order_by("sequence"))
    assert {(row.program, row.action) for row in rows} >= {("call_home", "grant")}
    assert {(row.decided_by, row.door, row.reason) for row in rows} == {("dora", "page", "CR-1")}
    assert ConsentText.objects.get(sha256=fields["text_sha256"]).text


def test_it_refuses_a_form_that_somebody_overtook(server: LicenseServer, ada: User, dora: User, login: Login) -> None:
    slow = reviewed(login(dora), server, kind="sharing", value="call_home")
    quick = reviewed(login(ada), server, kind="sharing", value="ceip")
    save(login(ada), server, quick)
    page = save(login(dora), server, slow)
    assert "Nothing was changed. Somebody decided meanwhile." in page
    assert participation(program("call_home"), server).state == State.OFF


def test_whoever_was_overtaken_sees_what_changed_and_keeps_the_reason(
    server: LicenseServer, ada: User, dora: User, login: Login
) -> None:
    slow = reviewed(login(dora), server, kind="sharing", value="call_home")
    save(login(ada), server, reviewed(login(ada), server, kind="sharing", value="ceip"))
    before = ConsentDecision.objects.count()
    page = save(login(dora), server, {**slow, "reason": "Change request CR-7"})
    assert "Somebody decided meanwhile." in page
    assert 'value="Change request CR-7"' in page
    assert "ada, page" in page
    assert ConsentDecision.objects.count() == before


def test_it_changes_nothing_on_a_second_click(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    save(client, server, reviewed(client, server, kind="sharing", value="ceip"))
    before = ConsentDecision.objects.count()
    save(client, server, reviewed(client, server, kind="sharing", value="ceip"))
    assert ConsentDecision.objects.count() == before


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "sharing", "value": "everything"},
        {"kind": "program", "value": "telemetry:withdraw"},
        {"kind": "program", "value": "spyware:grant"},
        {"kind": "program", "value": "event_data:grant"},
        {"kind": "elements", "value": "call_home:accept"},
        {},
    ],
)
def test_it_answers_an_impossible_choice_and_changes_nothing(
    words: dict[str, str], server: LicenseServer, dora: User, login: Login
) -> None:
    client = login(dora)
    fields = reviewed(client, server, **words) if words else {}
    page = save(client, server, fields)
    assert "Nothing was changed." in page
    assert not ConsentDecision.objects.exists()


def test_it_locks_the_choice_while_service_provider_licenses_are_there(
    server: LicenseServer, dora: User, login: Login
) -> None:
    LicenseServer.objects.filter(pk=server.pk).update(is_provider=True, provider_evidence="LT=CSP in a.lic")
    client = login(dora)
    page = client.get(reverse("settings", args=[server.guid])).content.decode()
    assert "Call Home is enforced and cannot be switched off" in page
    assert '<fieldset disabled aria-describedby="share-why">' in page
    fields = reviewed(client, server, kind="sharing", value="none")
    assert "Nothing was changed." in save(client, server, fields)


def test_it_switches_to_manual_reporting_and_back(server: LicenseServer, ada: User, login: Login) -> None:
    client = login(ada)
    save(client, server, reviewed(client, server, kind="mode", value="manual"))
    server.refresh_from_db()
    assert server.reporting_mode == "manual"
    save(client, server, reviewed(client, server, kind="mode", value="electronic"))
    server.refresh_from_db()
    assert server.reporting_mode == "electronic"
    assert [row.action for row in ConsentDecision.objects.order_by("sequence")] == [
        "report_manually",
        "report_electronically",
    ]


def test_it_holds_a_single_element_back(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    save(client, server, reviewed(client, server, kind="sharing", value="call_home"))
    path = sorted(state_of(server, "call_home").accepted)[0]
    page = save(client, server, reviewed(client, server, kind="elements", value="call_home:refuse", elements=[path]))
    assert "1 data element held back" in page
    assert path not in state_of(server, "call_home").accepted


def test_it_asks_for_erasure_and_notes_the_receipt(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    program_page = reverse("program", args=[server.guid, "ceip"])
    save(client, server, reviewed(client, server, kind="program", value="ceip:erasure_requested"))
    assert "Erasure requested in entry 1; it stays open" in client.get(program_page).content.decode()
    save(client, server, reviewed(client, server, kind="program", value="ceip:erasure_confirmed"))
    page = client.get(program_page).content.decode()
    assert "it stays open" not in page
    assert "Erasure confirmed by the recipient" in page


@pytest.mark.parametrize("who", ["ben", "cleo"])
def test_it_lets_others_read_and_not_decide(
    who: str, server: LicenseServer, login: Login, request: pytest.FixtureRequest
) -> None:
    client = login(request.getfixturevalue(who))
    page = client.get(reverse("settings", args=[server.guid])).content.decode()
    assert "Review and save" not in page
    answer = client.post(reverse("save_decision", args=[server.guid]), {"kind": "sharing", "value": "none"})
    assert answer.status_code == 403


def test_it_gives_a_receipt_that_prints_and_one_in_json(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    fields = reviewed(client, server, kind="sharing", value="ceip")
    save(client, server, fields)
    row = ConsentDecision.objects.get(program="ceip")
    page = client.get(reverse("decision", args=[server.guid, row.sequence])).content.decode()
    assert row.hash in page
    assert str(fields["text_sha256"]) in page
    receipt = client.get(reverse("receipt", args=[server.guid, row.sequence])).json()
    assert receipt["ledger"]["hash"] == row.hash


def test_it_shows_the_whole_history_and_that_the_chain_is_whole(
    server: LicenseServer, dora: User, cleo: User, login: Login
) -> None:
    client = login(dora)
    for choice in ("call_home", "none", "ceip"):
        save(client, server, reviewed(client, server, kind="sharing", value=choice))
    page = login(cleo).get(reverse("audit", args=[server.guid])).content.decode()
    assert "Chain verified now" in page
    assert page.count('class="seq"') == ConsentDecision.objects.filter(server=server).count()


def test_it_exports_the_ledger_line_by_line(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    save(client, server, reviewed(client, server, kind="sharing", value="ceip"))
    lines = b"".join(client.get(reverse("export_ledger")).streaming_content)  # type: ignore[attr-defined]
    assert len(lines.splitlines()) >= ConsentDecision.objects.count()


def test_it_removes_a_registration_only_for_the_typed_name(server: LicenseServer, ada: User, login: Login) -> None:
    page = login(ada).post(reverse("remove_registration", args=[server.guid]), {"name": "other"}, follow=True)
    assert "Type lic-ams-01 to remove the registration. Nothing was changed." in page.content.decode()


def test_it_tells_the_size_of_a_day_and_what_is_held_back(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    url = reverse("settings", args=[server.guid])
    assert "Once a day, about" not in client.get(url).content.decode()
    save(client, server, reviewed(client, server, kind="sharing", value="call_home"))
    path = min(state_of(server, "call_home").accepted)
    save(client, server, reviewed(client, server, kind="elements", value="call_home:refuse", elements=[path]))
    an_upload(server, program="call_home", kind="diagnostic", size=6200, acknowledged_bytes=6200)
    page = client.get(url).content.decode()
    assert "Once a day, about 6.2 KB" in page
    assert "1 of them held back" in page


def test_whoever_may_not_decide_reads_why_beside_each_choice(server: LicenseServer, cleo: User, login: Login) -> None:
    page = login(cleo).get(reverse("settings", args=[server.guid])).content.decode()
    assert page.count("<fieldset disabled aria-describedby=") + page.count('tight" disabled aria-describedby=') == 2
    assert page.count("Administrators and privacy officers decide this.") == 2


def test_a_receipt_names_no_element_twice(server: LicenseServer, dora: User, login: Login) -> None:
    """The text of a switch names all of them; a choice of some is listed beside its text."""
    client = login(dora)
    decide(server, program_code="call_home", action=Action.GRANT, by=dora, door=Door.PAGE, text_sha256=GRANTING)
    path = min(state_of(server, "call_home").accepted)
    page = client.get(reverse("decision", args=[server.guid, 1])).content.decode()
    assert page.count(path) == 1
    assert "49, all of those that the text names" in page
    save(client, server, reviewed(client, server, kind="elements", value="call_home:refuse", elements=[path]))
    chosen = client.get(reverse("decision", args=[server.guid, 2])).content.decode()
    assert f'<span class="k">{path}</span>' in chosen


def test_what_nobody_decided_is_told_as_our_own_act_once(server: LicenseServer, cleo: User, login: Login) -> None:
    note_growth(server, program_code="telemetry")
    row = ConsentDecision.objects.get()
    for name, arguments in (("audit", [server.guid]), ("decision", [server.guid, row.sequence])):
        page = login(cleo).get(reverse(name, args=arguments)).content.decode()
        assert page.split("<main")[1].count("Licensing Manager itself") == 1
        assert "licensing manager itself" not in page


@pytest.mark.parametrize(("provider", "words"), [(True, "Call Home is on without one"), (False, "off and stays off")])
def test_an_empty_history_claims_nothing_about_other_programs(
    provider: bool, words: str, server: LicenseServer, cleo: User, login: Login
) -> None:
    LicenseServer.objects.filter(pk=server.pk).update(is_provider=provider)
    page = login(cleo).get(reverse("audit", args=[server.guid])).content.decode()
    assert words in page
    assert "0 entries of all servers" in page
