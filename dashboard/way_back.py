"""Which decision would restore what was in force before the one that was saved? Only where it restores it whole.

A way back is a form for the review, like any other choice: its text is read before anything is saved, and it becomes a
new entry. Where it would share more than before, or where only a recipient can take something back, there is none.
"""

from dataclasses import dataclass

from programs.catalog import programs
from programs.codes import CALL_HOME, CEIP, TELEMETRY
from programs.consent import Consent, state_of
from programs.models import Action
from programs.standing import declared_elements
from servers.models import LicenseServer

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Before:
    """What was in force when somebody was about to decide: the three-way choice, the way of reporting, one program."""

    choice: str
    mode: str
    consent: Consent
    number: int


def choice_of(server: LicenseServer) -> str:
    """The three-way choice that is in force."""
    if server.is_provider or state_of(server, CALL_HOME).granted:
        return "call_home"
    return "ceip" if state_of(server, CEIP).granted else "none"


def before(server: LicenseServer, *, kind: str, program_code: str) -> Before:
    """Read before saving. Of the three-way choice, the consent is that of the program that was chosen."""
    choice = choice_of(server)
    code = choice if kind == "sharing" and choice in programs() else program_code
    numbers = [state_of(server, one).number for one in (CALL_HOME, CEIP, TELEMETRY, program_code)]
    return Before(choice, server.reporting_mode, state_of(server, code), max(numbers))


def way_back(server: LicenseServer, was: Before, *, kind: str, value: str, program_code: str) -> Fields:
    """The fields of the review that restores it; none where there is no honest way."""
    if kind == "mode":
        return [] if was.mode == value else [("kind", "mode"), ("value", was.mode)]
    if kind == "sharing":
        return _sharing(was, value)
    now = state_of(server, program_code)
    if kind == "elements":
        lost, gained = was.consent.agreed - now.agreed, now.agreed - was.consent.agreed
        return _elements(program_code, "accept" if lost else "refuse", lost or gained)
    action = value.partition(":")[2]
    if action == Action.GRANT and not was.consent.granted:
        return [("kind", "program"), ("value", f"{program_code}:{Action.WITHDRAW}")]
    if action == Action.WITHDRAW and was.consent.granted:
        return _granting(program_code, was.consent)
    return []


def _sharing(was: Before, chosen: str) -> Fields:
    """Choosing a program again would accept every element of it, also those that were held back."""
    if was.choice == chosen:
        return []
    if was.choice == "none" or not _is_partial(was.choice, was.consent):
        return [("kind", "sharing"), ("value", was.choice)]
    return _granting(was.choice, was.consent) if chosen == "none" else []


def _granting(code: str, consent: Consent) -> Fields:
    """Switch it on again with what was accepted, and nothing more."""
    elements = consent.agreed & _declared(code)
    if not elements:
        return []
    chosen = [("elements", path) for path in sorted(elements)] if _is_partial(code, consent) else []
    return [("kind", "program"), ("value", f"{code}:{Action.GRANT}"), *chosen]


def _elements(code: str, answer: str, elements: frozenset[str]) -> Fields:
    paths = sorted(elements & _declared(code))
    chosen = [("elements", path) for path in paths]
    return [("kind", "elements"), ("value", f"{code}:{answer}"), *chosen] if paths else []


def _is_partial(code: str, consent: Consent) -> bool:
    return not _declared(code) <= consent.agreed


def _declared(code: str) -> frozenset[str]:
    return frozenset(declared_elements(programs()[code]))
