"""Does the one rule say who sends, and why?"""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import compress, product

import pytest
from pytest_django import DjangoAssertNumQueries

from programs.catalog import Program, program, programs
from programs.consent import Consent, state_of
from programs.participation import (
    ParticipationFacts,
    State,
    decide_participation,
    participation,
    participations,
    permitted_elements,
)
from servers import registration
from servers.models import LicenseServer, ReportingMode
from servers.registry import archive_server
from tests.programs.conftest import GRANT, Deciding, Declarations

TELEMETRY = program("telemetry")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
OPTIONAL = replace(TELEMETRY, basis="optional")
CALL_HOME, CEIP, EVENTS, FIFTH = (
    replace(OPTIONAL, code=code) for code in ("call_home", "ceip", "event_data", "user_survey")
)


def facts(*granted: str, **others: object) -> ParticipationFacts:
    return ParticipationFacts(granted=frozenset(granted), **others)  # type: ignore[arg-type]


PROVIDER = {"is_provider": True, "provider_evidence": "CSP line"}
TABLE = [
    (TELEMETRY, facts(), State.MANDATORY, True, "Required by the license terms. It is sent electronically."),
    (
        TELEMETRY,
        facts(reports_electronically=False),
        State.MANDATORY,
        False,
        "Required. Reports are carried by hand; nothing is sent.",
    ),
    (CALL_HOME, facts(), State.OFF, False, "Optional and not chosen. Nothing is collected or sent."),
    (CALL_HOME, facts("call_home"), State.ON, True, "Somebody chose to share it, and it is sent."),
    (
        CALL_HOME,
        facts(**PROVIDER),
        State.ENFORCED,
        True,
        "Service-provider licenses were found, so it cannot be switched off. CSP line",
    ),
    (CEIP, facts(), State.OFF, False, "Optional and not chosen. Nothing is collected or sent."),
    (CEIP, facts("ceip"), State.ON, True, "Somebody chose to share it, and it is sent."),
    (
        CEIP,
        facts("call_home", "ceip"),
        State.INCLUDED,
        False,
        "Call Home is on and includes these data, so no second upload is sent.",
    ),
    (
        CEIP,
        facts(**PROVIDER),
        State.INCLUDED,
        False,
        "Call Home is on and includes these data, so no second upload is sent.",
    ),
    (
        EVENTS,
        facts("event_data"),
        State.UNAVAILABLE,
        False,
        "This server is not registered, and only registered servers can send event data.",
    ),
    (
        EVENTS,
        facts(is_registered=True),
        State.OFF,
        False,
        "Optional and not chosen. Nothing is collected or sent.",
    ),
    (
        EVENTS,
        facts("event_data", is_registered=True),
        State.ON,
        True,
        "Somebody chose to share it, and it is sent.",
    ),
    (FIFTH, facts(), State.OFF, False, "Optional and not chosen. Nothing is collected or sent."),
    (FIFTH, facts("user_survey"), State.ON, True, "Somebody chose to share it, and it is sent."),
]
EVERY_FACT = [
    ParticipationFacts(
        is_archived=archived,
        reports_electronically=electronic,
        is_provider=provider,
        is_registered=registered,
        granted=frozenset(compress(("call_home", "ceip", "event_data"), chosen)),
    )
    for archived, electronic, provider, registered, *chosen in product([False, True], repeat=7)
]


@pytest.mark.parametrize(("one", "known", "state", "sends", "reason"), TABLE)
def test_it_answers_as_the_table_says(
    *, one: Program, known: ParticipationFacts, state: State, sends: bool, reason: str
) -> None:
    found = decide_participation(one, known)
    assert (found.state, found.sends, found.reason) == (state, sends, reason)


@pytest.mark.parametrize("one", [TELEMETRY, CALL_HOME, CEIP, EVENTS, FIFTH], ids=lambda one: one.code)
def test_the_same_facts_always_give_the_same_answer_with_a_reason(one: Program) -> None:
    for known in EVERY_FACT:
        found = decide_participation(one, known)
        assert found == decide_participation(one, replace(known))
        assert found.reason.endswith(".")
        assert not (found.sends and found.state in {State.OFF, State.INCLUDED, State.UNAVAILABLE})


def test_an_optional_program_never_sends_without_a_grant_or_enforcement() -> None:
    for known, one in product(EVERY_FACT, [CALL_HOME, CEIP, EVENTS, FIFTH]):
        may = one.code in known.granted or (one is CALL_HOME and known.is_provider)
        assert may or not decide_participation(one, known).sends


def test_an_archived_server_sends_nothing_and_says_why() -> None:
    archived = [known for known in EVERY_FACT if known.is_archived]
    answers = [decide_participation(one, known) for known in archived for one in (TELEMETRY, CALL_HOME, CEIP, EVENTS)]
    assert {(found.sends, found.reason) for found in answers} == {
        (False, "This server is archived. Nothing is due any more.")
    }


def test_it_reads_the_facts_of_a_server(server: LicenseServer, dora_decides: Deciding) -> None:
    dora_decides(GRANT)
    assert participation(program("ceip"), server).state == State.ON
    LicenseServer.objects.update(is_provider=True)
    server.refresh_from_db()
    assert participation(program("call_home"), server).state == State.ENFORCED
    assert participation(program("ceip"), server).state == State.INCLUDED


def test_it_reads_the_registration(server: LicenseServer, declared: Declarations) -> None:
    assert participation(program("event_data"), server).state == State.UNAVAILABLE
    registered(server)
    assert participation(program("event_data"), server).state == State.OFF


def test_many_servers_at_once_get_the_same_answers(server: LicenseServer, dora_decides: Deciding) -> None:
    dora_decides(GRANT, "call_home")
    registered(server)
    others = [LicenseServer(name=f"ls{number}", service_started_at=NOON) for number in range(3)]
    LicenseServer.objects.bulk_create([*others, LicenseServer(name="csp", service_started_at=NOON, is_provider=True)])
    archive_server(others[0])
    everybody = list(LicenseServer.objects.all())
    answers = participations(everybody)
    assert answers == {
        (one.pk, known.code): participation(known, one) for one in everybody for known in programs().values()
    }


@pytest.mark.parametrize("count", [1, 600])
def test_many_servers_take_two_questions(
    db: None, declared: Declarations, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    LicenseServer.objects.bulk_create(
        LicenseServer(name=f"ls{number}", service_started_at=NOON) for number in range(count)
    )
    servers = list(LicenseServer.objects.all())
    with django_assert_num_queries(2):
        assert len(participations(servers)) == count * 4


def test_manual_reporting_says_nothing_about_optional_programs() -> None:
    server = LicenseServer(name="lic1", service_started_at=NOON, reporting_mode=ReportingMode.MANUAL)
    assert not participation(TELEMETRY, server).sends
    assert decide_participation(CEIP, facts("ceip", reports_electronically=False)).sends


def test_of_a_mandatory_program_every_declared_element_may_leave(server: LicenseServer) -> None:
    upload = program("telemetry").uploads[0]
    assert permitted_elements(upload, state_of(server, "telemetry")) == tuple(upload.elements())


def test_of_an_optional_program_only_what_was_accepted(server: LicenseServer, declared: Declarations) -> None:
    upload = program("ceip").upload("report")
    assert permitted_elements(upload, state_of(server, "ceip")) == ()
    accepted = Consent(granted=True, accepted=frozenset({"head.B", "head.undeclared"}))
    assert [element.path for element in permitted_elements(upload, accepted)] == ["head.B"]


def registered(server: LicenseServer) -> None:
    code = registration.open_code(server, code="ABCD1234", remote_id="7", at=NOON)
    assert registration.confirm(code, customer_id="acme", at=NOON)
