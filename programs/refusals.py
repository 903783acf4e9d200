"""Which decision is not possible, and why? The rules that every way of deciding goes through."""

from collections.abc import Collection
from enum import StrEnum
from typing import Literal

from django.utils.translation import gettext as _

from programs.catalog import Program
from programs.codes import EVENT_DATA
from programs.models import Action
from programs.standing import Consent, declared_elements
from servers.models import LicenseServer
from servers.registration import is_registered

LONGEST_REASON = 1000
ERASURE = frozenset({Action.ERASURE_REQUESTED, Action.ERASURE_CONFIRMED})
ABOUT_ELEMENTS = frozenset({Action.GRANT, Action.ACCEPT_ELEMENTS, Action.REFUSE_ELEMENTS})


class Rule(StrEnum):
    """Which rule of participation forbids a choice; a policy keeps it for each server."""

    ENFORCED = "enforced"
    UNREGISTERED = "unregistered"


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
            raise DecisionRefused(_("This decision is about the whole program, not about single data elements."))
        return consent.agreed if action == Action.WITHDRAW else frozenset()
    declared = frozenset(declared_elements(program))
    chosen = declared if elements is None and action == Action.GRANT else frozenset(elements or ())
    if not chosen:
        raise DecisionRefused(_("Choose at least one data element."))
    if unknown := chosen - declared:
        raise DecisionRefused(
            _("%(program)s declares no data element %(element)s.")
            % {"program": program.name, "element": repr(min(unknown))}
        )
    return chosen


def refuse_impossible(server: LicenseServer, program: Program, consent: Consent, action: Action) -> None:
    """Raises DecisionRefused for what the rules of participation do not leave to a person."""
    if action in ERASURE:
        if action == Action.ERASURE_CONFIRMED and not consent.open_erasure:
            raise DecisionRefused(_("No erasure of %(program)s data is requested.") % {"program": program.name})
        return
    if program.is_mandatory:
        raise DecisionRefused(
            _("%(program)s is mandatory. Only the way of reporting can be chosen.") % {"program": program.name}
        )
    is_asked = program.code == EVENT_DATA and action != Action.WITHDRAW
    rule = rule_against(program, consent, action, registered=not is_asked or is_registered(server))
    if rule == Rule.ENFORCED:
        raise DecisionRefused(
            _("%(program)s is enforced while service-provider licenses are found on this server.")
            % {"program": program.name}
        )
    if action == Action.WITHDRAW:
        return
    if rule == Rule.UNREGISTERED:
        raise DecisionRefused(
            _("%(program)s needs a registered server. Register this server first.") % {"program": program.name}
        )
    if action != Action.GRANT and not consent.granted:
        raise DecisionRefused(
            _("%(program)s is off. Switch it on before choosing single data elements.") % {"program": program.name}
        )


def rule_against(program: Program, consent: Consent, action: Action, *, registered: bool) -> Rule | None:
    """The rule that forbids this choice about an optional program, from facts alone; None where it is free."""
    if consent.is_required and action != Action.GRANT:
        return Rule.ENFORCED
    if program.code == EVENT_DATA and action != Action.WITHDRAW and not registered:
        return Rule.UNREGISTERED
    return None


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
        raise DecisionRefused(_("A reason has at most %(most)s characters.") % {"most": LONGEST_REASON})
    if not reason.replace("\n", " ").isprintable():
        raise DecisionRefused(_("The reason holds characters that cannot be shown."))
    return reason
