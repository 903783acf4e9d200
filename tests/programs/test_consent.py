"""Is a decision made once, on what was read, and only where there is a choice?"""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from programs.catalog import program
from programs.consent import (
    DecisionRefused,
    choose_sharing,
    decide,
    held_elements,
    set_reporting_mode,
    state_of,
    states_of,
    undecided_elements,
)
from programs.models import Action, ConsentDecision, ConsentText, Door
from programs.texts import decision_text, sharing_text
from servers.models import LicenseServer, ReportingMode
from tests.factories import a_server
from tests.programs.conftest import GRANT, WITHDRAW, Deciding, Declarations, numbers
from tests.programs.test_participation import registered

ACCEPT, REFUSE = Action.ACCEPT_ELEMENTS, Action.REFUSE_ELEMENTS
Refused = Callable[..., tuple[str, str]]


@pytest.fixture
def refused(dora_decides: Deciding) -> Refused:
    """Kind and sentence of a decision that is refused, and that changes nothing."""

    def refusing(*words: str, **facts: object) -> tuple[str, str]:
        before = numbers()
        with pytest.raises(DecisionRefused) as refusal:
            dora_decides(*words, **facts)
        assert numbers() == before
        return refusal.value.kind, str(refusal.value)

    return refusing


def test_before_the_first_decision_nothing_is_shared(server: LicenseServer, declared: Declarations) -> None:
    consent = state_of(server, "ceip")
    assert (consent.granted, consent.accepted, consent.newest, consent.number) == (False, frozenset(), None, 0)


def test_a_grant_says_who_when_how_and_about_what(server: LicenseServer, dora: User, dora_decides: Deciding) -> None:
    row = dora_decides(GRANT, reason="  The board\r\nagreed. ")
    assert (row.sequence, row.server_guid, row.program, row.action) == (1, server.guid, "ceip", "grant")
    assert (row.decided_by, row.decided_by_id, row.door) == ("dora", dora.pk, "page")
    assert (row.reason, row.declaration_version, row.language) == ("The board\nagreed.", "1.0", "en")
    assert row.elements == ["head.A", "head.B"]
    text = decision_text(program("ceip"), GRANT)
    assert ConsentText.objects.get(sha256=row.text_sha256).text == text.text


def test_what_was_granted_is_read_back(server: LicenseServer, dora_decides: Deciding) -> None:
    row = dora_decides(GRANT, elements=["head.B"])
    consent = state_of(server, "ceip")
    assert consent.granted
    assert consent.accepted == {"head.B"}
    assert (consent.newest, consent.number) == (row, 1)


def test_a_withdrawal_names_what_it_ends(server: LicenseServer, dora_decides: Deciding) -> None:
    dora_decides(GRANT, elements=["head.B"])
    assert dora_decides(WITHDRAW).elements == ["head.B"]
    consent = state_of(server, "ceip")
    assert (consent.granted, consent.accepted) == (False, frozenset())


@pytest.mark.parametrize("action", [GRANT, WITHDRAW])
def test_a_second_click_changes_nothing(dora_decides: Deciding, action: Action) -> None:
    assert dora_decides(action) == dora_decides(action)
    assert numbers() == [(1, "ceip", action)]


def test_a_first_no_is_a_decision(server: LicenseServer, dora_decides: Deciding) -> None:
    dora_decides(Action.ERASURE_REQUESTED)
    dora_decides(WITHDRAW)
    assert [action for _, _, action in numbers()] == ["erasure_requested", "withdraw"]


def test_an_account_that_goes_leaves_the_row_alone(dora: User, dora_decides: Deciding) -> None:
    row, number = dora_decides(GRANT), dora.pk
    dora.delete()
    row.refresh_from_db()
    assert (row.decided_by, row.decided_by_id) == ("dora", number)


def test_elements_are_accepted_and_refused_one_by_one(server: LicenseServer, dora_decides: Deciding) -> None:
    dora_decides(GRANT, elements=["head.A"])
    dora_decides(ACCEPT, elements=["head.B"])
    dora_decides(REFUSE, elements=["head.A"])
    consent = state_of(server, "ceip")
    assert consent.accepted == {"head.B"}
    assert consent.refused == {"head.A"}
    dora_decides(ACCEPT, elements=["head.A"])
    assert state_of(server, "ceip").accepted == {"head.A", "head.B"}


def test_what_a_declaration_brings_later_is_held_back(
    server: LicenseServer, declared: Declarations, dora_decides: Deciding
) -> None:
    dora_decides(GRANT)
    declared.write("ceip", "A", "B", "C", "D", version="1.1")
    dora_decides(REFUSE, elements=["head.D"])
    one, consent = program("ceip"), state_of(server, "ceip")
    assert [element.path for element in held_elements(one, consent)] == ["head.C", "head.D"]
    assert [element.path for element in undecided_elements(one, consent)] == ["head.C"]
    assert consent.accepted == {"head.A", "head.B"}


def test_a_program_that_is_off_or_mandatory_holds_nothing(server: LicenseServer, declared: Declarations) -> None:
    for code in ("ceip", "telemetry"):
        assert held_elements(program(code), state_of(server, code)) == ()


def test_nobody_is_asked_where_a_program_is_required(server: LicenseServer, dora_decides: Deciding) -> None:
    LicenseServer.objects.update(is_provider=True)
    server.refresh_from_db()
    for code in ("telemetry", "call_home"):
        consent = state_of(server, code)
        assert consent.is_required
        assert consent.accepted == {"head.A", "head.B"}


def test_it_refuses_a_stale_form(dora_decides: Deciding, refused: Refused) -> None:
    dora_decides(GRANT, expected=0)
    assert refused(WITHDRAW, expected=0) == (
        "conflict",
        "Somebody decided meanwhile. Read what is in force now, then decide.",
    )
    assert dora_decides(WITHDRAW, expected=1).sequence == 2


def test_a_decision_about_another_program_or_server_makes_no_form_stale(
    dora: User, server: LicenseServer, dora_decides: Deciding
) -> None:
    dora_decides(GRANT, "call_home")
    text = decision_text(program("ceip"), GRANT)
    decide(a_server("ls2"), program_code="ceip", action=GRANT, by=dora, door=Door.API, text_sha256=text.sha256)
    assert dora_decides(GRANT, expected=0).sequence == 3


def test_it_refuses_a_text_that_is_not_the_one_in_force(declared: Declarations, refused: Refused) -> None:
    old = decision_text(program("ceip"), GRANT)
    declared.write("ceip", "A", "B", "C", version="1.1")
    kind, sentence = refused(GRANT, text_sha256=old.sha256)
    assert (kind, sentence[:43]) == ("conflict", "The text was changed after you read it. Rea")
    assert not ConsentText.objects.exists()


@pytest.mark.parametrize(
    ("words", "facts", "sentence"),
    [
        ((GRANT, "telemetry"), {}, "Telemetry is mandatory. Only the way of reporting can be chosen."),
        ((WITHDRAW, "telemetry"), {}, "Telemetry is mandatory. Only the way of reporting can be chosen."),
        ((GRANT, "event_data"), {}, "Event Data needs a registered server. Register this server first."),
        ((ACCEPT,), {"elements": ["head.A"]}, "Ceip is off. Switch it on before choosing single data elements."),
        ((GRANT,), {"elements": []}, "Choose at least one data element."),
        ((GRANT,), {"elements": ["head.X"]}, "Ceip declares no data element 'head.X'."),
        ((WITHDRAW,), {"elements": ["head.A"]}, "This decision is about the whole program, not about single data"),
        ((GRANT,), {"reason": "x" * 1001}, "A reason has at most 1000 characters."),
        ((GRANT,), {"reason": "a\0b"}, "The reason holds characters that cannot be shown."),
        ((GRANT,), {"reason": "\ud800"}, "The reason holds characters that cannot be shown."),
        ((Action.ERASURE_CONFIRMED,), {}, "No erasure of Ceip data is requested."),
    ],
)
def test_it_refuses_what_is_not_possible(
    refused: Refused, words: tuple[str, ...], facts: dict[str, object], sentence: str
) -> None:
    kind, said = refused(*words, **facts)
    assert kind == "invalid"
    assert said.startswith(sentence)


@pytest.mark.parametrize(
    ("code", "action", "sentence"),
    [
        ("nothing", GRANT, "There is no program 'nothing'."),
        ("ceip", "held", "'held' is no decision that can be made here."),
        ("telemetry", "report_manually", "'report_manually' is no decision that can be made here."),
        ("ceip", "", "'' is no decision that can be made here."),
    ],
)
def test_it_refuses_what_nobody_can_decide(
    *, server: LicenseServer, declared: Declarations, dora: User, code: str, action: str, sentence: str
) -> None:
    with pytest.raises(DecisionRefused, match=sentence):
        decide(server, program_code=code, action=action, by=dora, door=Door.API, text_sha256="")


def test_an_enforced_program_cannot_be_switched_off(refused: Refused) -> None:
    LicenseServer.objects.update(is_provider=True)
    for action, facts in ((WITHDRAW, {}), (REFUSE, {"elements": ["head.A"]})):
        kind, sentence = refused(action, "call_home", **facts)
        assert (kind, sentence[:22]) == ("invalid", "Call Home is enforced ")


def test_event_data_can_be_switched_on_while_registered(server: LicenseServer, dora_decides: Deciding) -> None:
    registered(server)
    assert dora_decides(GRANT, "event_data").action == "grant"


def test_erasure_stays_open_until_it_is_confirmed(server: LicenseServer, dora_decides: Deciding) -> None:
    request = dora_decides(Action.ERASURE_REQUESTED)
    assert dora_decides(Action.ERASURE_REQUESTED) == request
    assert state_of(server, "ceip").open_erasure == request
    dora_decides(Action.ERASURE_CONFIRMED)
    assert state_of(server, "ceip").open_erasure is None


@pytest.mark.parametrize(
    ("choice", "call_home", "ceip"), [("call_home", True, False), ("ceip", False, True), ("none", False, False)]
)
def test_the_three_way_choice_decides_about_both(
    *, server: LicenseServer, dora: User, declared: Declarations, choice: str, call_home: bool, ceip: bool
) -> None:
    text = sharing_text(program("call_home"), program("ceip"))
    rows = choose_sharing(server, choice=choice, by=dora, door=Door.PAGE, text_sha256=text.sha256, expected=0)
    assert [row.program for row in rows] == ["call_home", "ceip"]
    assert [state_of(server, code).granted for code in ("call_home", "ceip")] == [call_home, ceip]
    assert {row.text_sha256 for row in rows} == {text.sha256}


@pytest.mark.parametrize(
    ("facts", "kind"),
    [({"choice": "all"}, "invalid"), ({"expected": 5}, "conflict"), ({"text_sha256": "0" * 64}, "conflict")],
)
def test_the_three_way_choice_is_refused_as_a_whole(
    server: LicenseServer, dora: User, declared: Declarations, facts: dict[str, object], kind: str
) -> None:
    text = sharing_text(program("call_home"), program("ceip"))
    words = {"choice": "none", "by": dora, "door": Door.PAGE, "text_sha256": text.sha256, **facts}
    with pytest.raises(DecisionRefused) as refusal:
        choose_sharing(server, **words)  # type: ignore[arg-type]
    assert (refusal.value.kind, numbers()) == (kind, [])


def test_no_half_of_the_choice_is_kept_where_call_home_is_enforced(
    server: LicenseServer, dora: User, declared: Declarations
) -> None:
    LicenseServer.objects.update(is_provider=True)
    text = sharing_text(program("call_home"), program("ceip"))
    with pytest.raises(DecisionRefused, match="enforced"):
        choose_sharing(server, choice="ceip", by=dora, door=Door.PAGE, text_sha256=text.sha256)
    assert numbers() == []


def test_the_way_of_reporting_is_a_decision(server: LicenseServer, dora: User, declared: Declarations) -> None:
    for mode, action in (("manual", Action.REPORT_MANUALLY), ("electronic", Action.REPORT_ELECTRONICALLY)):
        text = decision_text(program("telemetry"), action).sha256
        for _ in range(2):
            row = set_reporting_mode(server, mode=mode, by=dora, door=Door.PAGE, text_sha256=text)
            assert row
            assert (row.action, server.reporting_mode) == (action, mode)
        assert LicenseServer.objects.get().reporting_mode == mode
    assert len(numbers()) == 2


def test_the_way_of_reporting_keeps_what_else_changed_meanwhile(
    server: LicenseServer, dora: User, declared: Declarations
) -> None:
    LicenseServer.objects.update(name="renamed")
    text = decision_text(program("telemetry"), Action.REPORT_MANUALLY).sha256
    set_reporting_mode(server, mode=ReportingMode.MANUAL, by=dora, door=Door.PAGE, text_sha256=text)
    assert LicenseServer.objects.get().name == "renamed"


@pytest.mark.parametrize("count", [2, 600])
def test_many_servers_take_one_question(
    *,
    server: LicenseServer,
    dora_decides: Deciding,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    dora_decides(GRANT)
    LicenseServer.objects.bulk_create(
        LicenseServer(name=f"ls{number}", service_started_at=server.service_started_at) for number in range(count)
    )
    servers = list(LicenseServer.objects.all())
    with django_assert_num_queries(1):
        states = states_of(servers)
    assert len(states) == (count + 1) * 4
    assert [key for key, consent in states.items() if consent.granted] == [(server.pk, "ceip")]
    assert states[server.pk, "ceip"] == state_of(server, "ceip")


def test_a_server_with_decisions_cannot_be_deleted(server: LicenseServer, dora_decides: Deciding) -> None:
    dora_decides(GRANT)
    with pytest.raises(Exception, match="protected"):
        server.delete()
    assert ConsentDecision.objects.count() == 1
