"""What is a person about to decide, on which text, and what does it change? One proposal for each form of the pages.

A proposal changes nothing. It carries the text that is shown, its SHA-256, and the number of the newest decision
that its form was built on. Saving hands all of them to the floors, which refuse what no longer fits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from programs.catalog import programs
from programs.codes import CALL_HOME, CEIP, TELEMETRY
from programs.consent import decide, state_of
from programs.models import Action, ConsentDecision, Door
from programs.refusals import DecisionRefused
from programs.standing import declared_elements
from programs.texts import ShownText, decision_text, sharing_text
from servers.models import LicenseServer, ReportingMode
from uploads.withdrawing import Acknowledged, choose_sharing, hold_back, set_reporting_mode, withdraw

SHARING_WORDS = {
    "call_home": gettext_noop("Share by Call Home, which includes CEIP"),
    "ceip": gettext_noop("Share by CEIP only"),
    "none": gettext_noop("Do not share"),
}
PROGRAM_TITLES = {
    Action.GRANT.value: gettext_noop("Switch %(name)s on"),
    Action.WITHDRAW.value: gettext_noop("Switch %(name)s off"),
    Action.ERASURE_REQUESTED.value: gettext_noop("Request erasure of what %(name)s sent"),
    Action.ERASURE_CONFIRMED.value: gettext_noop("Note that what %(name)s sent is erased"),
}
MODE_ACTIONS = {
    ReportingMode.ELECTRONIC.value: Action.REPORT_ELECTRONICALLY,
    ReportingMode.MANUAL.value: Action.REPORT_MANUALLY,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One decision before it is made. `save` takes the words of the form and makes it."""

    kind: str
    value: str
    program_code: str
    title: str
    shown: ShownText
    expected: int
    elements: tuple[str, ...]
    save: Callable[..., Acknowledged | ConsentDecision]

    @property
    def paragraphs(self) -> list[str]:
        """The text, exactly as it is hashed, in its paragraphs."""
        return self.shown.text.split("\n\n")

    @property
    def left_out(self) -> list[str]:
        """Of a program that is switched on with some of its elements: the others."""
        if self.kind != "program" or not self.elements:
            return []
        return sorted(set(declared_elements(programs()[self.program_code])) - set(self.elements))


def propose(server: LicenseServer, *, kind: str, value: str, elements: tuple[str, ...] = ()) -> Proposal:
    """The proposal of a form. Raises DecisionRefused for a form that asks for nothing that exists."""
    if kind == "sharing" and value in SHARING_WORDS:
        return _sharing(server, value)
    if kind == "mode" and value in MODE_ACTIONS:
        return _mode(server, value)
    code, __, action = value.partition(":")
    if kind == "program" and code in programs() and action in PROGRAM_TITLES:
        return _program(server, code, Action(action), elements)
    if kind == "elements" and code in programs() and action in {"accept", "refuse"} and elements:
        return _elements(server, code, accept=action == "accept", elements=elements)
    raise DecisionRefused(_("Nothing was chosen. Choose one of the answers, then review it."))


def decisions_of(saved: Acknowledged | ConsentDecision) -> tuple[ConsentDecision, ...]:
    """The rows that are in force after saving."""
    return (saved,) if isinstance(saved, ConsentDecision) else saved.decisions


def canceled_by(saved: Acknowledged | ConsentDecision) -> int:
    """How many uploads the decision ended."""
    return 0 if isinstance(saved, ConsentDecision) else saved.canceled


def _sharing(server: LicenseServer, choice: str) -> Proposal:
    expected = max(state_of(server, code).number for code in (CALL_HOME, CEIP))
    text = sharing_text(programs()[CALL_HOME], programs()[CEIP])
    save = partial(choose_sharing, server, choice=choice)
    return Proposal("sharing", choice, CALL_HOME, _(SHARING_WORDS[choice]), text, expected, (), save)


def _mode(server: LicenseServer, mode: str) -> Proposal:
    text = decision_text(programs()[TELEMETRY], MODE_ACTIONS[mode])
    is_by_hand = mode != ReportingMode.ELECTRONIC
    title = _("Report telemetry by hand") if is_by_hand else _("Report telemetry electronically")
    save = partial(set_reporting_mode, server, mode=mode)
    return Proposal("mode", mode, TELEMETRY, title, text, state_of(server, TELEMETRY).number, (), save)


def _program(server: LicenseServer, code: str, action: Action, elements: tuple[str, ...]) -> Proposal:
    """Switching on with `elements` accepts only these; without, all that are declared."""
    one = programs()[code]
    chosen = elements if action is Action.GRANT else ()
    if action is Action.WITHDRAW:
        save: Callable[..., Acknowledged | ConsentDecision] = partial(withdraw, server, program_code=code)
    else:
        save = partial(decide, server, program_code=code, action=action, elements=chosen or None)
    title = _(PROGRAM_TITLES[action]) % {"name": one.name}
    expected = state_of(server, code).number
    return Proposal("program", f"{code}:{action}", code, title, decision_text(one, action), expected, chosen, save)


def _elements(server: LicenseServer, code: str, *, accept: bool, elements: tuple[str, ...]) -> Proposal:
    one = programs()[code]
    action = Action.ACCEPT_ELEMENTS if accept else Action.REFUSE_ELEMENTS
    if accept:
        save: Callable[..., Acknowledged | ConsentDecision] = partial(
            decide, server, program_code=code, action=action, elements=elements
        )
    else:
        save = partial(hold_back, server, program_code=code, elements=elements)
    count = len(elements)
    if accept:
        title = ngettext("Accept %(count)d data element", "Accept %(count)d data elements", count) % {"count": count}
    else:
        title = ngettext("Hold back %(count)d data element", "Hold back %(count)d data elements", count) % {
            "count": count
        }
    value = f"{code}:{'accept' if accept else 'refuse'}"
    expected = state_of(server, code).number
    return Proposal("elements", value, code, title, decision_text(one, action), expected, elements, save)


DOOR = Door.PAGE
