"""What does the page of a policy show? A constant number of questions, however many servers it is for."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import entitled
from programs.policy import OPEN
from programs.policy_models import Outcome, Policy, PolicyEvent, PolicyRow, PolicyState, PolicyUndo, Result
from programs.policy_standing import Totals, not_yet, results_of, texts_of, totals_of
from programs.policy_undo import Restoring, digest_of_undo, undo_plan
from programs.policy_words import obstacle_words, row_words
from servers.models import LicenseServer

PAGE = 50  # rows of a dry run on a page
SHOWN_EVENTS = 100
SIGNS = {
    PolicyState.DRAFT: "hold",
    PolicyState.PROPOSED: "plan",
    PolicyState.APPROVED: "well",
    PolicyState.DECLINED: "off",
    PolicyState.APPLYING: "live",
    PolicyState.APPLIED: "well",
    PolicyState.SUPERSEDED: "off",
    PolicyState.UNDONE: "off",
}
OUTCOME_SIGNS = {"changes": "plan", "already": "well", "refused": "lock"}
RESULT_SIGNS = {
    Result.DECIDED: "well",
    Result.ALREADY: "well",
    Result.REFUSED: "lock",
    Result.CHANGED_SINCE: "plan",
}


@dataclass(frozen=True, slots=True)
class DryRow:
    """One server of a dry run, as the component shows it. `decisions` are numbers of the ledger."""

    server: LicenseServer
    sign: str
    outcome: str
    words: list[str]
    decisions: list[int] = field(default_factory=list)
    can_undo: bool = False


@dataclass(frozen=True, slots=True)
class DryRows:
    """A part of the rows, with the key of the next part; "" when it is the last."""

    rows: list[DryRow]
    after: str


def policy_context(policy: Policy, address: QueryDict, *, user: User) -> dict[str, Any]:
    """Everything that the page shows."""
    show = address.get("show", "")
    second = [one.username for one in entitled("programs.approve_policy") if one.pk != policy.proposer_id]
    undoings = list(PolicyUndo.objects.filter(policy=policy)[:20])
    return {
        **head_context(policy),
        "second_people": [name for name in second if policy.proposer_id or name != user.username],
        "is_mine": policy.proposer_id == user.pk,
        "dry": dry_rows(policy, show=show, after=address.get("after", "")),
        "show": show if show in Outcome.values or show in Result.values else "",
        "events": PolicyEvent.objects.filter(policy=policy)[:SHOWN_EVENTS],
        "texts": [text.text.split("\n\n") for text in texts_of(policy).values()],
        "undoings": [one for one in undoings if one.state in {"proposed", "working"}],
        "can_undo": PolicyRow.objects.undoable(policy).exists(),
        "not_yet": not_yet(policy) if policy.state in {PolicyState.APPLIED, PolicyState.SUPERSEDED} else 0,
    }


def head_context(policy: Policy) -> dict[str, Any]:
    """What changes while it is applied: where it stands, and how far it is."""
    totals, results = totals_of(policy), results_of(policy)
    waits = results.pop("", 0)
    moving = PolicyUndo.objects.filter(policy=policy, state=PolicyUndo.State.WORKING).first()
    return {
        "policy": policy,
        "sign": SIGNS[PolicyState(policy.state)],
        "totals": totals,
        "table": _table(policy, totals),
        "results": [
            (Result(value).label, count, RESULT_SIGNS[Result(value)], value) for value, count in results.items()
        ],
        "done": sum(results.values()),
        "waits": waits,
        "undoing": moving,
        "is_moving": policy.state == PolicyState.APPLYING or moving is not None,
        "has_begun": policy.state
        in {PolicyState.APPLYING, PolicyState.APPLIED, PolicyState.SUPERSEDED, PolicyState.UNDONE},
    }


def dry_rows(policy: Policy, *, show: str, after: str) -> DryRows:
    """The servers of the dry run that is kept, those that change first asked for by name of the outcome."""
    rows = PolicyRow.objects.of(policy).select_related("server").order_by("pk")
    if show == Outcome.REFUSED:
        rows = rows.refusing()
    elif show in Outcome.values:
        rows = rows.filter(outcome=show)
    elif show == Result.CHANGED_SINCE:
        rows = rows.filter(result=show)
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__gt=int(after))
    found = list(rows[: PAGE + 1])
    key = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    return DryRows([_dry_row(row) for row in found[:PAGE]], key)


def undo_context(policy: Policy, address: QueryDict, *, server: LicenseServer | None) -> dict[str, Any]:
    """The dry run of undoing: a digest over all of it, what it comes to, and a part of its rows."""
    plan = undo_plan(policy, server=server)
    starting = sum(1 for one in plan if one.starts and not one.obstacle)
    refused = sum(1 for one in plan if one.obstacle)
    numbers = [str(one.row.pk) for one in plan]
    after = address.get("after", "")
    first = numbers.index(after) + 1 if after in numbers else 0
    shown = plan[first : first + PAGE]
    return {
        "policy": policy,
        "on": server,
        "totals": Totals({"changes": len(plan) - refused - starting, "starts": starting, "refused": refused}),
        "digest": digest_of_undo(plan),
        "was_applied": policy.state not in OPEN or policy.version > 1,
        "rows": [undo_row(one) for one in shown],
        "after": numbers[first + PAGE - 1] if len(plan) > first + PAGE else "",
    }


def undo_row(one: Restoring) -> DryRow:
    """One server of it."""
    if one.obstacle:
        return DryRow(one.row.server, "lock", _("Refused"), [obstacle_words(one.obstacle)])
    outcome = _("Takes a second person") if one.starts else _("At once")
    return DryRow(one.row.server, "hold" if one.starts else "plan", outcome, row_words(Outcome.CHANGES, one.facts))


def _dry_row(row: PolicyRow) -> DryRow:
    words = [] if row.outcome == Outcome.ALREADY else row_words(row.outcome, row.facts)
    if row.undone_at:
        return DryRow(row.server, "off", _("Undone"), words, [*row.decisions, *row.undo_decisions])
    if not row.result:
        return DryRow(row.server, OUTCOME_SIGNS[row.outcome], row.get_outcome_display(), words)
    decided = row.result == Result.DECIDED
    return DryRow(row.server, RESULT_SIGNS[Result(row.result)], row.get_result_display(), words, row.decisions, decided)


def _table(policy: Policy, totals: Totals) -> list[dict[str, Any]]:
    """One line for each setting: what it becomes, and on how many servers."""
    names = {
        "sharing": (_("Share usage statistics"), policy.get_sharing_display()),
        "event_data": (_("Event data"), policy.get_event_data_display()),
        "reporting_mode": (_("Telemetry"), policy.get_reporting_mode_display()),
    }
    return [
        {"name": name, "becomes": becomes, "is_left": not becomes, **totals.settings.get(setting, {})}
        for setting, (name, becomes) in names.items()
    ]
