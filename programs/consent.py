"""How is a decision made? Checked, written into the ledger, and read back from there; never anything in between.

Page, API, command and policy call these functions. They write; `uploads.withdrawing` also stops what is on its way,
so whatever lets less leave goes through there.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from languages.sentences import listed, said_after_each_other
from programs.catalog import Program, programs
from programs.codes import CALL_HOME, CEIP, TELEMETRY
from programs.growth import note_growth
from programs.ledger import append, lock
from programs.models import Action, ConsentDecision, Door
from programs.refusals import DecisionRefused, checked_reason, elements_of, is_in_force, refuse_impossible
from programs.standing import (
    Consent,
    announced_changes,
    held_elements,
    state_of,
    states_of,
    undecided_elements,
)
from programs.texts import ShownText, decision_text, in_every_language, sharing_text
from servers.models import LicenseServer, ReportingMode
from servers.registry import change_server

__all__ = [
    "Consent",
    "DecisionRefused",
    "announced_changes",
    "choose_sharing",
    "decide",
    "held_elements",
    "note_growth",
    "set_reporting_mode",
    "state_of",
    "states_of",
    "undecided_elements",
]
Sharing = Literal["call_home", "ceip", "none"]
CHOICES: dict[str, tuple[Action, Action]] = {  # of Call Home and of CEIP
    "call_home": (Action.GRANT, Action.WITHDRAW),
    "ceip": (Action.WITHDRAW, Action.GRANT),
    "none": (Action.WITHDRAW, Action.WITHDRAW),
}
REPORTING = {
    ReportingMode.ELECTRONIC: Action.REPORT_ELECTRONICALLY,
    ReportingMode.MANUAL: Action.REPORT_MANUALLY,
}
BY_PERSON = frozenset(
    {
        Action.GRANT,
        Action.WITHDRAW,
        Action.ACCEPT_ELEMENTS,
        Action.REFUSE_ELEMENTS,
        Action.ERASURE_REQUESTED,
        Action.ERASURE_CONFIRMED,
    }
)


@transaction.atomic
def decide(
    server: LicenseServer,
    *,
    program_code: str,
    action: str,
    by: User | str,
    door: Door,
    text_sha256: str,
    reason: str = "",
    elements: Collection[str] | None = None,
    expected: int | None = None,
    at: datetime | None = None,
) -> ConsentDecision:
    """One decision about one program; `by` is an account, or the name of somebody who has none here.

    `elements` are paths of the declaration: for a grant all of them when None. `expected` is `Consent.number` of the
    form (None: not checked). `at` is the ledger's: for a demo alone. A decision that is in force already changes
    nothing and is given back. Raises DecisionRefused.
    """
    one = _declared(program_code)
    if action not in BY_PERSON:
        raise DecisionRefused(_("%(action)s is no decision that can be made here.") % {"action": repr(action)})
    server = _locked(server)
    _expect(server, expected, one.code)
    shown = _shown(lambda language: decision_text(one, action, language=language), text_sha256)
    return _decide(server, one, Action(action), by=by, door=door, reason=reason, elements=elements, shown=shown, at=at)


@transaction.atomic
def choose_sharing(
    server: LicenseServer,
    *,
    choice: str,
    by: User | str,
    door: Door,
    text_sha256: str,
    reason: str = "",
    expected: int | None = None,
    at: datetime | None = None,
) -> tuple[ConsentDecision, ConsentDecision]:
    """The three-way choice: a decision about Call Home and one about CEIP, both or none. Raises DecisionRefused.

    `expected` is the higher `Consent.number` of the two.
    """
    if choice not in CHOICES:
        raise DecisionRefused(
            _("%(choice)s is not one of %(choices)s.") % {"choice": repr(choice), "choices": listed(CHOICES)}
        )
    call_home, ceip = _declared(CALL_HOME), _declared(CEIP)
    server = _locked(server)
    _expect(server, expected, CALL_HOME, CEIP)
    shown = _shown(lambda language: sharing_text(call_home, ceip, language=language), text_sha256)
    for_call_home, for_ceip = CHOICES[choice]
    return (
        _decide(server, call_home, for_call_home, by=by, door=door, reason=reason, elements=None, shown=shown, at=at),
        _decide(server, ceip, for_ceip, by=by, door=door, reason=reason, elements=None, shown=shown, at=at),
    )


@transaction.atomic
def set_reporting_mode(
    server: LicenseServer,
    *,
    mode: str,
    by: User | str,
    door: Door,
    text_sha256: str,
    reason: str = "",
    expected: int | None = None,
    at: datetime | None = None,
) -> ConsentDecision | None:
    """How mandatory telemetry travels. None when it travels so already without a decision. Raises DecisionRefused."""
    telemetry = _declared(TELEMETRY)
    if mode not in ReportingMode.values:
        raise DecisionRefused(
            _("%(mode)s is not one of %(modes)s.") % {"mode": repr(mode), "modes": listed(ReportingMode.values)}
        )
    fresh = _locked(server)
    _expect(fresh, expected, TELEMETRY)
    action = REPORTING[ReportingMode(mode)]
    shown = _shown(lambda language: decision_text(telemetry, action, language=language), text_sha256)
    if fresh.reporting_mode == mode:
        rows = ConsentDecision.objects.of(fresh, TELEMETRY)
        return rows.filter(action__in=REPORTING.values()).last()
    row = append(
        fresh, program=telemetry, action=action, by=by, door=door, reason=checked_reason(reason), shown=shown, at=at
    )
    try:
        change_server(fresh, reporting_mode=mode)
    except ValidationError as error:
        raise DecisionRefused(said_after_each_other(error.messages)) from error
    server.reporting_mode = mode
    return row


def _decide(
    server: LicenseServer,
    program: Program,
    action: Action,
    *,
    by: User | str,
    door: Door,
    reason: str,
    elements: Collection[str] | None,
    shown: ShownText,
    at: datetime | None,
) -> ConsentDecision:
    consent = state_of(server, program.code)
    about = elements_of(program, consent, action, elements)
    refuse_impossible(server, program, consent, action)
    why = checked_reason(reason)
    if is_in_force(consent, action, about) and consent.newest:
        return consent.newest
    return append(
        server, program=program, action=action, by=by, door=door, reason=why, elements=about, shown=shown, at=at
    )


def _declared(program_code: str) -> Program:
    try:
        return programs()[program_code]
    except KeyError as error:
        raise DecisionRefused(_("There is no program %(code)s.") % {"code": repr(program_code)}) from error


def _locked(server: LicenseServer) -> LicenseServer:
    """The server as it is now, while nobody else adds a row."""
    lock()
    return LicenseServer.objects.select_for_update().get(pk=server.pk)


def _expect(server: LicenseServer, expected: int | None, *program_codes: str) -> None:
    if expected is None:
        return
    if ConsentDecision.objects.newest_number(server, *program_codes) != expected:
        raise DecisionRefused(_("Somebody decided meanwhile. Read what is in force now, then decide."), kind="conflict")


def _shown(text: Callable[[str], ShownText], sha256: str) -> ShownText:
    """The text that was read, in whatever language: its hash tells which one that was."""
    for one in in_every_language(text):
        if one.sha256 == sha256:
            return one
    raise DecisionRefused(_("The text was changed after you read it. Read it again, then decide."), kind="conflict")
