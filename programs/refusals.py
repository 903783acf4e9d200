"""Which decision is not possible, and why? The rules that every way of deciding goes through."""

from collections.abc import Collection
from typing import Literal

from programs.catalog import Program
from programs.codes import EVENT_DATA
from programs.models import Action
from programs.standing import Consent, declared_elements
from servers.models import LicenseServer
from servers.registration import is_registered

LONGEST_REASON = 1000
ERASURE = frozenset({Action.ERASURE_REQUESTED, Action.ERASURE_CONFIRMED})
ABOUT_ELEMENTS = frozenset({Action.GRANT, Action.ACCEPT_ELEMENTS, Action.REFUSE_ELEMENTS})


class DecisionRefused(Exception):
    """Nothing was decided; the text is the sentence that a person reads.

    `kind` is "conflict" where the form is out of date and "invalid" where the decision is not possible.
    """

    def __init__(self, sentence: str, *, kind: Literal["conflict", "invalid"] = "invalid") -> None:
        super().__init__(sentence)
        self.kind = kind


def elements_of(program: Program, consent: Consent, action: Action, elements: Collection[str] | None) -> frozenset[str]:
    """The exact elements that this decision is about. Raises DecisionRefused."""
    if action not in ABOUT_ELEMENTS:
        if elements is not None:
            raise DecisionRefused("This decision is about the whole program, not about single data elements.")
        return consent.agreed if action == Action.WITHDRAW else frozenset()
    declared = frozenset(declared_elements(program))
    chosen = declared if elements is None and action == Action.GRANT else frozenset(elements or ())
    if not chosen:
        raise DecisionRefused("Choose at least one data element.")
    if unknown := chosen - declared:
        raise DecisionRefused(f"{program.name} declares no data element {min(unknown)!r}.")
    return chosen


def refuse_impossible(server: LicenseServer, program: Program, consent: Consent, action: Action) -> None:
    """Raises DecisionRefused for what the rules of participation do not leave to a person."""
    if action in ERASURE:
        if action == Action.ERASURE_CONFIRMED and not consent.open_erasure:
            raise DecisionRefused(f"No erasure of {program.name} data is requested.")
        return
    if program.is_mandatory:
        raise DecisionRefused(f"{program.name} is mandatory. Only the way of reporting can be chosen.")
    if consent.is_required and action != Action.GRANT:
        raise DecisionRefused(f"{program.name} is enforced while service-provider licenses are found on this server.")
    if action == Action.WITHDRAW:
        return
    if program.code == EVENT_DATA and not is_registered(server):
        raise DecisionRefused(f"{program.name} needs a registered server. Register this server first.")
    if action != Action.GRANT and not consent.granted:
        raise DecisionRefused(f"{program.name} is off. Switch it on before choosing single data elements.")


def is_in_force(consent: Consent, action: Action, about: frozenset[str]) -> bool:
    """Would this decision change nothing? A first refusal does change something: now somebody decided."""
    match action:
        case Action.GRANT:
            return consent.granted and consent.agreed == about
        case Action.WITHDRAW:
            return consent.has_chosen and not consent.granted
        case Action.ACCEPT_ELEMENTS:
            return about <= consent.agreed
        case Action.REFUSE_ELEMENTS:
            return about <= consent.refused
        case Action.ERASURE_REQUESTED:
            return consent.open_erasure is not None
        case _:
            return False


def checked_reason(text: str) -> str:
    """The reason as it is kept. Raises DecisionRefused for one that is too long or cannot be shown."""
    reason = "\n".join(line.strip() for line in text.strip().splitlines())
    if len(reason) > LONGEST_REASON:
        raise DecisionRefused(f"A reason has at most {LONGEST_REASON} characters.")
    if not reason.replace("\n", " ").isprintable():
        raise DecisionRefused("The reason holds characters that cannot be shown.")
    return reason
