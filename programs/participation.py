"""May this program run on this server, and why? One pure rule with one sentence for each of its answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.catalog import Element, Program, UploadKind, programs
from programs.codes import CALL_HOME, CEIP, EVENT_DATA, EVERYWHERE, TELEMETRY
from programs.models import ConsentDecision
from programs.standing import Consent
from servers.models import LicenseServer
from servers.registration import is_registered, registered_ids

__all__ = [
    "CALL_HOME",
    "CEIP",
    "EVENT_DATA",
    "TELEMETRY",
    "Participation",
    "ParticipationFacts",
    "State",
    "decide_participation",
    "participation",
    "participations",
    "permitted_elements",
]


class State(StrEnum):
    """The six answers."""

    ON = "on"
    OFF = "off"
    INCLUDED = "included"
    ENFORCED = "enforced"
    MANDATORY = "mandatory"
    UNAVAILABLE = "unavailable"


# One sentence for each answer. They are lazy, because the rule is asked for ten thousand servers and read for a few.
ARCHIVED = _("This server is archived. Nothing is due any more.")
BY_HAND = _("Required. Reports are carried by hand; nothing is sent.")
REQUIRED = _("Required by the license terms. It is sent electronically.")
ENFORCED = _("Service-provider licenses were found, so it cannot be switched off.")
ENFORCED_BY = _("Service-provider licenses were found, so it cannot be switched off. %(evidence)s")
INCLUDED = _("Call Home is on and includes these data, so no second upload is sent.")
NOT_REGISTERED = _("This server is not registered, and only registered servers can send event data.")
CHOSEN = _("Somebody chose to share it, and it is sent.")
NOT_CHOSEN = _("Optional and not chosen. Nothing is collected or sent.")


@dataclass(frozen=True, slots=True)
class Participation:
    """The answer: the state, why it is so, and how uploads leave: by themselves, by hand, or not at all."""

    state: State
    why: Promise | str
    sends: bool
    is_carried: bool = False
    evidence: str = ""

    @property
    def reason(self) -> str:
        """Why, as a sentence in the language of whoever asks now."""
        return str(self.why) % {"evidence": self.evidence} if self.evidence else str(self.why)

    @property
    def is_due(self) -> bool:
        """Is a report sealed for every daily slot, whichever way it then takes?"""
        return self.sends or self.is_carried


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipationFacts:
    """All that the rule looks at, for one server. `granted` holds the codes of the programs that were chosen."""

    is_archived: bool = False
    reports_electronically: bool = True
    is_provider: bool = False
    provider_evidence: str = ""
    is_registered: bool = False
    granted: frozenset[str] = frozenset()


def decide_participation(program: Program, facts: ParticipationFacts) -> Participation:
    """The rule, from facts alone: the same facts always give the same answer."""
    answer = _mandatory(facts) if program.is_mandatory else _optional(program, facts)
    if facts.is_archived:
        return Participation(answer.state, ARCHIVED, sends=False)
    return answer


def participation(program: Program, server: LicenseServer) -> Participation:
    """The rule for this server as the database knows it now."""
    if program.is_mandatory:
        return decide_participation(program, _facts(server))
    granted = ConsentDecision.objects.granted([server.pk])
    registered = program.code == EVENT_DATA and is_registered(server)
    return decide_participation(program, _facts(server, granted=granted, is_registered=registered))


def participations(servers: Iterable[LicenseServer]) -> dict[tuple[int, str], Participation]:
    """The rule for every declared program on each of these servers, by server and code.

    At most two queries for any number of servers, and none where only mandatory programs are declared.
    """
    known = list(servers)
    ids = [server.pk for server in known]
    declared = programs()
    has_choices = any(not one.is_mandatory for one in declared.values())
    granted = ConsentDecision.objects.granted(ids if len(ids) < EVERYWHERE else None) if has_choices else set()
    registered = registered_ids(ids) if EVENT_DATA in declared else set()
    chosen: dict[int, set[tuple[int, str]]] = {}
    for choice in granted:
        chosen.setdefault(choice[0], set()).add(choice)
    answers = {}
    for server in known:
        facts = _facts(server, granted=chosen.get(server.pk, set()), is_registered=server.pk in registered)
        for one in declared.values():
            answers[server.pk, one.code] = decide_participation(one, facts)
    return answers


def permitted_elements(upload: UploadKind, consent: Consent) -> tuple[Element, ...]:
    """The elements that may leave in this upload, in the order of the document."""
    return tuple(element for element in upload.elements() if element.path in consent.accepted)


def _mandatory(facts: ParticipationFacts) -> Participation:
    if not facts.reports_electronically:
        return Participation(State.MANDATORY, BY_HAND, sends=False, is_carried=True)
    return Participation(State.MANDATORY, REQUIRED, sends=True)


def _optional(program: Program, facts: ParticipationFacts) -> Participation:
    if program.code == CALL_HOME and facts.is_provider:
        found = facts.provider_evidence
        return Participation(State.ENFORCED, ENFORCED_BY if found else ENFORCED, sends=True, evidence=found)
    if program.code == CEIP and (facts.is_provider or CALL_HOME in facts.granted):
        return Participation(State.INCLUDED, INCLUDED, sends=False)
    if program.code == EVENT_DATA and not facts.is_registered:
        return Participation(State.UNAVAILABLE, NOT_REGISTERED, sends=False)
    if program.code in facts.granted:
        return Participation(State.ON, CHOSEN, sends=True)
    return Participation(State.OFF, NOT_CHOSEN, sends=False)


def _facts(
    server: LicenseServer, *, granted: Iterable[tuple[int, str]] = (), is_registered: bool = False
) -> ParticipationFacts:
    return ParticipationFacts(
        is_archived=server.archived_at is not None,
        reports_electronically=server.reports_electronically,
        is_provider=server.is_provider,
        provider_evidence=server.provider_evidence,
        is_registered=is_registered,
        granted=frozenset(code for _server, code in granted),
    )
