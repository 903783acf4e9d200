"""What would one choice do to each of these servers? The dry run: read in a constant number of questions, then pure.

Applying asks the same function again for each server, so it does what was shown, or leaves that server alone.
"""

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from programs.catalog import programs
from programs.codes import CALL_HOME, CEIP, EVENT_DATA, TELEMETRY
from programs.consent import CHOICES
from programs.ledger import canonical
from programs.models import Action
from programs.participation import ParticipationFacts, decide_participation
from programs.policy_models import Outcome, Policy, Switch
from programs.refusals import elements_of, is_in_force, rule_against
from programs.standing import Consent, declared_elements, states_of
from programs.texts import VERSION
from servers.models import LicenseServer, ReportingMode, ServerQuerySet
from servers.registration import registered_ids

SETTINGS = ("sharing", "event_data", "reporting_mode")
ABOUT = {"sharing": (CALL_HOME, CEIP), "event_data": (EVENT_DATA,), "reporting_mode": (TELEMETRY,)}
IDENTIFYING = ("user", "device", "server", "organization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is chosen for every server; "" leaves a setting as it is."""

    sharing: str = ""
    event_data: str = ""
    reporting_mode: str = ""

    def actions(self, setting: str) -> list[tuple[str, Action]]:
        """The decisions that this setting takes, by program code; those of the way of reporting are none."""
        if setting == "sharing" and self.sharing:
            return list(zip((CALL_HOME, CEIP), CHOICES[self.sharing], strict=True))
        if setting == "event_data" and self.event_data:
            return [(EVENT_DATA, Action.GRANT if self.event_data == Switch.ON else Action.WITHDRAW)]
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a choice would do to one server. `starts`, `ends` and `grows` hold program codes, `rules` by setting."""

    server: LicenseServer
    outcomes: Mapping[str, str]
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    grows: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """Of the server as a whole: a change somewhere, a refusal somewhere, or nothing to do."""
        found = self.outcomes.values()
        return next((one for one in (Outcome.CHANGES, Outcome.REFUSED) if one in found), Outcome.ALREADY)

    @property
    def facts(self) -> dict[str, Any]:
        """What a row keeps of it."""
        parts = {"starts": self.starts, "ends": self.ends, "grows": self.grows}
        return {**{name: list(codes) for name, codes in parts.items()}, "rules": dict(self.rules)}

    @property
    def told(self) -> list[Any]:
        """All that a person is shown of it, which is what the digest covers."""
        return [str(self.server.guid), {name: str(value) for name, value in self.outcomes.items()}, self.facts]


def choice_of(policy: Policy) -> Choice:
    """What a policy chooses."""
    return Choice(sharing=policy.sharing, event_data=policy.event_data, reporting_mode=policy.reporting_mode)


def servers_of(policy: Policy) -> ServerQuerySet:
    """Whom it is for: the servers in service of its group, or all of them."""
    servers = LicenseServer.objects.in_service()
    return servers.filter(group_id=policy.group_id) if policy.group_id else servers


def plan(choice: Choice, servers: Iterable[LicenseServer]) -> list[Planned]:
    """What the choice would do to each of them now, in two queries for any number of servers."""
    known = list(servers)
    consents, codes = states_of(known), list(programs())
    registered = registered_ids([server.pk for server in known]) if choice.event_data else set()
    alike: dict[Hashable, Planned] = {}  # most servers stand as others do, and the rule is pure
    found = []
    for server in known:
        standing = {code: consents[server.pk, code] for code in codes}
        is_registered = server.pk in registered
        facts = [(one.granted, one.has_chosen, one.agreed, one.accepted) for one in standing.values()]
        key = (server.is_provider, server.reporting_mode, is_registered, *facts)
        if key not in alike:
            alike[key] = plan_of(choice, server, standing, registered=is_registered)
        found.append(replace(alike[key], server=server))
    return found


def plan_of(choice: Choice, server: LicenseServer, consents: Mapping[str, Consent], *, registered: bool) -> Planned:
    """The rule for one server, from facts alone."""
    outcomes, rules, after = {}, {}, dict(consents)
    for setting in ("sharing", "event_data"):
        actions = choice.actions(setting)
        forbidden = [rule for code, action in actions if (rule := _rule(code, consents, action, registered=registered))]
        if not actions:
            continue
        if forbidden:
            outcomes[setting], rules[setting] = Outcome.REFUSED, forbidden[0]
            continue
        outcomes[setting] = Outcome.ALREADY if all(_holds(one, consents) for one in actions) else Outcome.CHANGES
        after |= {code: _after(code, consents[code], action) for code, action in actions}
    mode = choice.reporting_mode or server.reporting_mode
    if choice.reporting_mode:
        outcomes["reporting_mode"] = Outcome.ALREADY if mode == server.reporting_mode else Outcome.CHANGES
    before_sends = sending(server, consents, mode=server.reporting_mode, registered=registered or not choice.event_data)
    after_sends = sending(server, after, mode=mode, registered=registered or not choice.event_data)
    both = before_sends & after_sends
    return Planned(
        server=server,
        outcomes=outcomes,
        starts=tuple(sorted(after_sends - before_sends)),
        ends=tuple(sorted(before_sends - after_sends)),
        grows=tuple(sorted(code for code in both if after[code].accepted - consents[code].accepted)),
        rules=rules,
    )


def sending(server: LicenseServer, consents: Mapping[str, Consent], *, mode: str, registered: bool) -> frozenset[str]:
    """The programs of which something leaves over the network under these consents."""
    facts = ParticipationFacts(
        reports_electronically=mode == ReportingMode.ELECTRONIC,
        is_provider=server.is_provider,
        is_registered=registered,
        granted=frozenset(code for code, consent in consents.items() if consent.granted),
    )
    return frozenset(code for code, one in programs().items() if decide_participation(one, facts).sends)


def digest_of(policy: Policy, planned: Iterable[Planned]) -> str:
    """The SHA-256 over all that a person is shown: the choice, for whom, under which declarations, and every row."""
    choice = choice_of(policy)
    shown = {
        "policy": policy.pk,
        "version": policy.version,
        "group": policy.group_id,
        "choice": {name: getattr(choice, name) for name in SETTINGS},
        "declarations": {code: programs()[code].version for codes in ABOUT.values() for code in codes},
        "texts": VERSION,
        "rows": sorted((one.told for one in planned), key=_guid),
    }
    return hashlib.sha256(canonical(shown)).hexdigest()


def identified_by(code: str) -> tuple[str, ...]:
    """Whom the elements of a program identify, people first."""
    found = {element.identifies for element in declared_elements(programs()[code]).values()}
    return tuple(who for who in IDENTIFYING if who in found)


def _guid(told: list[Any]) -> str:
    return str(told[0])


def _rule(code: str, consents: Mapping[str, Consent], action: Action, *, registered: bool) -> str | None:
    return rule_against(programs()[code], consents[code], action, registered=registered)


def _holds(decision: tuple[str, Action], consents: Mapping[str, Consent]) -> bool:
    code, action = decision
    return is_in_force(consents[code], action, elements_of(programs()[code], consents[code], action, None))


def _after(code: str, consent: Consent, action: Action) -> Consent:
    """Where consent would stand after it."""
    granted = action == Action.GRANT
    agreed = frozenset(declared_elements(programs()[code])) if granted else frozenset()
    return Consent(granted=granted, agreed=agreed, accepted=consent.accepted if consent.is_required else agreed)
