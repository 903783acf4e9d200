"""Does a person read the same words that the ledger keeps, and true ones?"""

import pytest

from programs.catalog import program, programs
from programs.models import Action
from programs.texts import DOES, decision_text, sharing_text
from tests.programs.conftest import GRANT, WITHDRAW, Declarations


def test_it_says_what_the_decision_does_and_about_what(declared: Declarations) -> None:
    text = decision_text(program("ceip"), GRANT).text
    assert text.startswith("Switch Ceip on: the data elements below are collected and sent until you switch it off.")
    for part in ("To see how it is used.", "Planning", "The vendor", "Once a day", "head.B: Tells B", "ceip 1.0"):
        assert part in text


def test_the_same_declaration_gives_the_same_hash(declared: Declarations) -> None:
    first = decision_text(program("ceip"), GRANT)
    declared.write("ceip")
    assert decision_text(program("ceip"), GRANT).sha256 == first.sha256
    declared.write("ceip", version="1.1")
    assert decision_text(program("ceip"), GRANT).sha256 != first.sha256


def test_no_two_decisions_share_a_text(declared: Declarations) -> None:
    texts = [decision_text(one, action).sha256 for one in programs().values() for action in DOES]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("action", [Action.WITHDRAW, Action.REFUSE_ELEMENTS])
def test_a_text_that_ends_something_does_not_speak_of_starting_it(declared: Declarations, action: Action) -> None:
    first = decision_text(program("ceip"), action).text.split("\n\n")[0]
    assert " on:" not in first
    assert "not sent from now on" in first or "nothing is collected or sent from now on" in first


def test_nobody_reads_a_text_for_what_the_system_notes(declared: Declarations) -> None:
    with pytest.raises(KeyError):
        decision_text(program("ceip"), Action.HELD)


def test_the_three_way_choice_names_all_three(declared: Declarations) -> None:
    text = sharing_text(program("call_home"), program("ceip"))
    assert "Do not share: nothing is sent to anyone, not even this choice." in text.text
    assert text.text.count("Ceip") > 1 < text.text.count("Call Home")
    assert text.sha256 != decision_text(program("ceip"), WITHDRAW).sha256
