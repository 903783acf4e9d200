"""What would undoing a policy restore on each server, and where did somebody decide otherwise since?"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Max

from programs.catalog import programs
from programs.codes import TELEMETRY
from programs.ledger import canonical
from programs.models import Action, ConsentDecision
from programs.policy_models import Outcome, Policy, PolicyRow
from programs.policy_plan import ABOUT, SETTINGS, sending
from programs.refusals import rule_against
from programs.standing import Consent, declared_elements, states_of
from servers.models import LicenseServer
from servers.registration import registered_ids

# What a person decides about what is shared. Notes of the system and requests for erasure restore nothing.
CHOICES = frozenset(
    {
        Action.GRANT,
        Action.WITHDRAW,
        Action.ACCEPT_ELEMENTS,
        Action.REFUSE_ELEMENTS,
        Action.REPORT_ELECTRONICALLY,
        Action.REPORT_MANUALLY,
    }
)


class Obstacle(StrEnum):
    """Why a server is not restored."""

    DECIDED_SINCE = "decided_since"
    ENFORCED = "enforced"
    UNREGISTERED = "unregistered"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """What undoing would do to one server. `before` is the consent to restore, by the code of each program."""

    row: PolicyRow
    obstacle: str = ""
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    before: Mapping[str, Consent] = field(default_factory=dict)

    @property
    def told(self) -> list[Any]:
        """All that a person is shown of it, which is what the digest covers."""
        return [self.row.pk, self.obstacle, list(self.starts), list(self.ends)]

    @property
    def facts(self) -> dict[str, Any]:
        """In the shape of the rows of a dry run."""
        return {"starts": list(self.starts), "ends": list(self.ends), "grows": [], "rules": {}}


def programs_of(row: PolicyRow) -> tuple[str, ...]:
    """The programs that the row decided about."""
    return tuple(code for setting in SETTINGS if getattr(row, setting) == Outcome.CHANGES for code in ABOUT[setting])


def undo_plan(policy: Policy, *, server: LicenseServer | None = None) -> list[Restoring]:
    """For everything that the policy decided, or for one server; a constant number of queries."""
    rows = PolicyRow.objects.undoable(policy)
    return restorings(list(rows.filter(server=server) if server else rows))


def restorings(rows: list[PolicyRow]) -> list[Restoring]:
    """What undoing these rows would do, each seen for itself."""
    servers = list({row.server_id: row.server for row in rows}.values())
    now, since = states_of(servers), _decided_since(rows)
    registered = registered_ids([server.pk for server in servers])
    by_version: dict[int, list[PolicyRow]] = {}
    for row in rows:
        by_version.setdefault(row.version, []).append(row)
    found = []
    for version_rows in by_version.values():
        until = {row.server_id: row.decided_after for row in version_rows}
        earlier = states_of([row.server for row in version_rows], until=until)
        found += [
            _restoring(row, now, earlier, is_registered=row.server_id in registered, newest=since)
            for row in version_rows
        ]
    return found


def digest_of_undo(restorings: Iterable[Restoring]) -> str:
    """The SHA-256 over all that a person is shown of it."""
    rows = sorted((one.told for one in restorings), key=lambda told: int(told[0]))
    return hashlib.sha256(canonical({"rows": rows})).hexdigest()


def _restoring(
    row: PolicyRow,
    now: Mapping[tuple[int, str], Consent],
    earlier: Mapping[tuple[int, str], Consent],
    *,
    is_registered: bool,
    newest: Mapping[tuple[int, str], int],
) -> Restoring:
    codes = [code for code in programs_of(row) if code != TELEMETRY]
    standing = {code: now[row.server_id, code] for code in programs()}
    before = {code: earlier[row.server_id, code] for code in codes}
    after = {**standing, **{code: _again(code, standing[code], before[code]) for code in codes}}
    mode = row.mode_before if row.reporting_mode == Outcome.CHANGES else row.server.reporting_mode
    then = sending(row.server, after, mode=mode, registered=is_registered)
    today = sending(row.server, standing, mode=row.server.reporting_mode, registered=is_registered)
    grown = {code for code in then & today if after[code].accepted - standing[code].accepted}
    return Restoring(
        row=row,
        obstacle=_obstacle(row, standing, before, is_registered=is_registered, newest=newest),
        starts=tuple(sorted((then - today) | grown | _granted_again(standing, before))),
        ends=tuple(sorted(today - then)),
        before=before,
    )


def _granted_again(standing: Mapping[str, Consent], before: Mapping[str, Consent]) -> set[str]:
    """Also a grant that sends nothing at the moment is one: it takes a second person."""
    return {code for code, one in before.items() if one.granted and not one.agreed <= standing[code].agreed}


def _again(code: str, now: Consent, before: Consent) -> Consent:
    agreed = elements_to_grant(code, before)
    accepted = now.accepted if now.is_required else agreed
    return Consent(granted=before.granted, agreed=agreed, accepted=accepted, is_required=now.is_required)


def _obstacle(
    row: PolicyRow,
    standing: Mapping[str, Consent],
    before: Mapping[str, Consent],
    *,
    is_registered: bool,
    newest: Mapping[tuple[int, str], int],
) -> str:
    own = max(row.decisions, default=row.decided_after)
    if any(newest.get((row.server_id, code), 0) > own for code in programs_of(row)):
        return Obstacle.DECIDED_SINCE
    if row.server.archived_at:
        return Obstacle.ARCHIVED
    for code, one in before.items():
        for action in _actions_back(code, one):
            if rule := rule_against(programs()[code], standing[code], action, registered=is_registered):
                return Obstacle(rule.value)
    return ""


def _actions_back(code: str, before: Consent) -> list[Action]:
    """Every decision on the way back: where one of them is not possible, none is taken."""
    if not before.granted:
        return [Action.WITHDRAW]
    refused = before.refused & frozenset(declared_elements(programs()[code]))
    return [Action.GRANT, *([Action.REFUSE_ELEMENTS] if refused else [])]


def _decided_since(rows: list[PolicyRow]) -> dict[tuple[int, str], int]:
    """The newest choice of a person, by server and program, after the first of these rows."""
    if not rows:
        return {}
    later = ConsentDecision.objects.filter(sequence__gt=min(row.decided_after for row in rows), action__in=CHOICES)
    found = later.order_by().values("server_id", "program").annotate(newest=Max("sequence"))
    return {(one["server_id"], one["program"]): one["newest"] for one in found}


def elements_to_grant(code: str, before: Consent) -> frozenset[str]:
    """The elements of an earlier grant that are still declared."""
    return before.agreed & frozenset(declared_elements(programs()[code]))
