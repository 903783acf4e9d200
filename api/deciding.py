"""What does a request decide? One call of a floor for each way of deciding, on the text that was read."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from programs.catalog import Program
from programs.codes import CALL_HOME, CEIP, TELEMETRY
from programs.consent import decide
from programs.models import Action, Door
from programs.refusals import DecisionRefused, refuse_impossible
from programs.standing import state_of
from programs.texts import ShownText, decision_text
from servers.models import LicenseServer, ReportingMode
from uploads.withdrawing import Acknowledged, hold_back, set_reporting_mode, withdraw

MODES = {
    ReportingMode.ELECTRONIC.value: Action.REPORT_ELECTRONICALLY,
    ReportingMode.MANUAL.value: Action.REPORT_MANUALLY,
}
CHOICES = {"on": Action.GRANT, "off": Action.WITHDRAW}
ERASURES = {"request": Action.ERASURE_REQUESTED, "confirm": Action.ERASURE_CONFIRMED}
# What has a text and can be asked for here.
WITH_TEXT = (
    Action.GRANT,
    Action.WITHDRAW,
    Action.ACCEPT_ELEMENTS,
    Action.REFUSE_ELEMENTS,
    Action.REPORT_ELECTRONICALLY,
    Action.REPORT_MANUALLY,
    Action.ERASURE_REQUESTED,
    Action.ERASURE_CONFIRMED,
)


def action_asked(asked: dict[str, Any]) -> Action:
    """The one decision of a request that was checked to hold exactly one."""
    if "participation" in asked:
        return CHOICES[asked["participation"]]
    if "reporting_mode" in asked:
        return MODES[asked["reporting_mode"]]
    if "erasure" in asked:
        return ERASURES[asked["erasure"]]
    return Action.ACCEPT_ELEMENTS if "accept_elements" in asked else Action.REFUSE_ELEMENTS


def text_for(server: LicenseServer, program: Program, action: Action, *, language: str) -> ShownText:
    """The text to show before this decision. Raises DecisionRefused where the decision is not possible now."""
    refuse_now(server, program, action)
    return decision_text(program, action, language=language)


def refuse_now(server: LicenseServer, program: Program, action: Action) -> None:
    """Said before anything else, because an impossible decision has no text. Raises DecisionRefused."""
    if action not in MODES.values():
        refuse_impossible(server, program, state_of(server, program.code), action)
    elif program.code != TELEMETRY:
        raise DecisionRefused(_("%(program)s has no reporting mode; only telemetry has.") % {"program": program.name})


def decide_as_asked(server: LicenseServer, program: Program, asked: dict[str, Any], *, by: User) -> Acknowledged:
    """The decision, and the end of whatever it ends. Raises DecisionRefused, or FenceStillOpen."""
    action = action_asked(asked)
    refuse_now(server, program, action)
    words: dict[str, Any] = {
        "by": by,
        "door": Door.API,
        "text_sha256": asked["text_sha256"],
        "reason": asked["reason"],
        "expected": asked.get("expected"),
    }
    if action in MODES.values():
        return set_reporting_mode(server, mode=asked["reporting_mode"], **words)
    words["program_code"] = program.code
    if action == Action.WITHDRAW:
        return withdraw(server, **words)
    if action == Action.REFUSE_ELEMENTS:
        return hold_back(server, elements=asked["refuse_elements"], **words)
    return Acknowledged((decide(server, action=action, elements=asked.get("accept_elements"), **words),), 0)


def sharing_in_force(server: LicenseServer) -> str:
    """Which of the three choices holds now; while Call Home is enforced, that is it."""
    call_home = state_of(server, CALL_HOME)
    if call_home.is_required or call_home.granted:
        return "call_home"
    return "ceip" if state_of(server, CEIP).granted else "none"
