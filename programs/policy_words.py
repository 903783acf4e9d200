"""What does a row of a dry run say? Codes are kept, sentences are made for whoever reads them."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from programs.catalog import programs
from programs.codes import TELEMETRY
from programs.policy_models import Outcome
from programs.policy_plan import identified_by
from programs.policy_undo import Obstacle
from programs.refusals import Rule


def row_words(outcome: str, facts: Mapping[str, Any]) -> list[str]:
    """One sentence for everything that would start, grow, end, or is refused; "is so already" where there is none."""
    said = [
        *(_starts(code) for code in facts.get("starts", ())),
        *(_("Would send more data elements by %(program)s.") % _named(code) for code in facts.get("grows", ())),
        *(_ends(code) for code in facts.get("ends", ())),
    ]
    if outcome == Outcome.CHANGES and not said:
        said = [_("Would note the decision. What leaves stays the same.")]
    said += [rule_words(rule) for rule in facts.get("rules", {}).values()]
    return said or [_("Is so already.")]


def rule_words(rule: str) -> str:
    """Why the rules of participation refuse a setting."""
    if rule == Rule.UNREGISTERED:
        return _("It is not registered, and only registered servers can send event data.")
    return _("Service-provider licenses are found on it, so Call Home is enforced.")


def obstacle_words(obstacle: str) -> str:
    """Why a server is not restored."""
    match obstacle:
        case Obstacle.DECIDED_SINCE:
            return _("Somebody decided about the same programs since. That decision stays.")
        case Obstacle.ARCHIVED:
            return _("This server is archived.")
        case _:
            return rule_words(obstacle)


def _starts(code: str) -> str:
    if code == TELEMETRY:
        return _("Would send telemetry over the network.")
    if not (who := identified_by(code)):
        return _("Would start sending by %(program)s; its data identify nobody.") % _named(code)
    words = {
        "user": _("user names"),
        "device": _("device names"),
        "server": _("ids of the server"),
        "organization": _("names and numbers of your organization"),
    }
    what = get_text_list([words[one] for one in who], _("and"))
    return _("Would start sending %(what)s by %(program)s.") % {"what": what, **_named(code)}


def _ends(code: str) -> str:
    if code == TELEMETRY:
        return _("Would carry telemetry by hand; nothing of it is sent over the network.")
    return _("Would stop sending by %(program)s.") % _named(code)


def _named(code: str) -> dict[str, str]:
    known = programs().get(code)
    return {"program": known.name if known else code}
