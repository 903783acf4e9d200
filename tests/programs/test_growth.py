"""Is a declaration that grew written down before anything carries what is new?"""

import pytest

from accounts.models import User
from programs.catalog import program
from programs.consent import announced_changes, note_growth, state_of
from programs.models import Action, ConsentDecision
from servers.models import LicenseServer
from tests.factories import a_server, at_once
from tests.programs.conftest import GRANT, Deciding, Declarations, numbers


def test_the_first_announcement_names_everything(server: LicenseServer, declared: Declarations) -> None:
    row = note_growth(server, program_code="telemetry")
    assert row
    assert (row.action, row.elements, row.door, row.decided_by) == (
        "announced", ["head.A", "head.B"], "system", "Licensing Manager",
    )  # fmt: skip


def test_what_is_announced_is_announced_once(server: LicenseServer, declared: Declarations) -> None:
    note_growth(server, program_code="telemetry")
    assert note_growth(server, program_code="telemetry") is None
    assert len(numbers()) == 1


def test_what_grew_is_told_until_it_is_announced(server: LicenseServer, declared: Declarations) -> None:
    note_growth(server, program_code="telemetry")
    declared.write("telemetry", "A", "B", "C", version="1.1", basis="mandatory")
    changes = announced_changes(program("telemetry"), state_of(server, "telemetry"))
    assert [element.path for element in changes] == ["head.C"]
    row = note_growth(server, program_code="telemetry")
    assert row
    assert (row.elements, row.declaration_version) == (["head.A", "head.B", "head.C"], "1.1")
    assert announced_changes(program("telemetry"), state_of(server, "telemetry")) == ()


def test_before_the_first_announcement_nothing_grew(server: LicenseServer, declared: Declarations) -> None:
    assert announced_changes(program("telemetry"), state_of(server, "telemetry")) == ()


def test_what_an_optional_program_holds_back_is_noted_once(
    server: LicenseServer, declared: Declarations, dora_decides: Deciding
) -> None:
    dora_decides(GRANT)
    assert note_growth(server, program_code="ceip") is None
    declared.write("ceip", "A", "B", "C", version="1.1")
    row = note_growth(server, program_code="ceip")
    assert row
    assert (row.action, row.elements) == ("held", ["head.C"])
    assert note_growth(server, program_code="ceip") is None
    assert state_of(server, "ceip").accepted == {"head.A", "head.B"}


def test_nothing_is_noted_of_what_is_off_or_was_refused(
    server: LicenseServer, declared: Declarations, dora_decides: Deciding
) -> None:
    assert note_growth(server, program_code="ceip") is None
    dora_decides(GRANT)
    dora_decides(Action.REFUSE_ELEMENTS, elements=["head.A"])
    assert note_growth(server, program_code="ceip") is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_announce_once(dora: User, declared: Declarations) -> None:
    server = a_server()
    at_once(lambda: note_growth(server, program_code="telemetry"), times=4)
    assert ConsentDecision.objects.count() == 1
