"""How does one choice for many servers come about? Drafted, tried, proposed, and approved by a second person.

Nothing here decides anything on a server: `uploads.applying` does, with the ordinary decisions. Approval is bound to
the digest of the dry run that the approver saw; where the fleet changed since, it is refused and says what changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from languages.sentences import listed, said_after_each_other
from programs.policy_models import Outcome, Policy, PolicyEvent, PolicyRow, PolicyState, Sharing, Switch
from programs.policy_plan import SETTINGS, Choice, Planned, choice_of, digest_of, plan, servers_of
from programs.policy_standing import texts_of
from programs.refusals import DecisionRefused, checked_reason
from servers.models import ReportingMode, ServerGroup

Kind = PolicyEvent.Kind
OPEN = frozenset({PolicyState.DRAFT, PolicyState.PROPOSED, PolicyState.APPROVED, PolicyState.DECLINED})
LONGEST_NAME, LONGEST_REASON = 100, 500
NAMED = 3  # ours: so many servers are named in a sentence, the others are counted
KNOWN: Mapping[str, tuple[str, ...]] = {
    "sharing": tuple(Sharing.values),
    "event_data": tuple(Switch.values),
    "reporting_mode": tuple(ReportingMode.values),
}


class PolicyRefused(Exception):
    """Nothing was changed; the text is the sentence that a person reads.

    `kind` is "conflict" where the policy or the fleet changed meanwhile, and "invalid" where it is not possible.
    """

    def __init__(self, sentence: str, *, kind: Literal["conflict", "invalid"] = "invalid") -> None:
        super().__init__(sentence)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWish:
    """A policy as somebody wants it. Without a group it is for every server."""

    name: str
    choice: Choice
    group: ServerGroup | None = None
    reason: str = ""


def draft(wish: PolicyWish, *, by: User, now: datetime) -> Policy:
    """A new policy that nobody agreed to yet. Raises PolicyRefused."""
    facts = _checked(wish)
    with transaction.atomic():
        policy = Policy.objects.create(**facts, created_at=now, created_by=by.get_username())
        note(policy, Kind.DRAFTED, by=by, now=now)
    return policy


def change(policy: Policy, wish: PolicyWish, *, by: User, now: datetime) -> Policy:
    """Another choice, as a draft again; after it was applied as the next version. Raises PolicyRefused."""
    facts = _checked(wish)
    with transaction.atomic():
        locked = _locked(policy)
        _begin_again(locked)
        for name, value in facts.items():
            setattr(locked, name, value)
        locked.save()
        note(locked, Kind.DRAFTED, by=by, now=now)
    return locked


def dry_run(policy: Policy, *, by: User, now: datetime) -> Policy:
    """See what it would do to each server now, and keep that. A proposal or approval that stood on an older dry run
    falls; after the policy was applied this begins its next version. Raises PolicyRefused.
    """
    with transaction.atomic():
        locked = _locked(policy)
        _begin_again(locked)
        planned = plan(choice_of(locked), servers_of(locked))
        PolicyRow.objects.of(locked).delete()
        PolicyRow.objects.bulk_create([_row(locked, one) for one in planned], batch_size=500)
        locked.digest, locked.dry_run_at = digest_of(locked, planned), now
        locked.save()
        note(locked, Kind.DRY_RUN, by=by, now=now)
    return locked


def propose(policy: Policy, *, digest: str, by: User, now: datetime) -> Policy:
    """Ask a second person. Raises PolicyRefused."""
    with transaction.atomic():
        locked = _locked(policy)
        _expect(locked, PolicyState.DRAFT, digest=digest)
        if not PolicyRow.objects.of(locked).filter(outcome=Outcome.CHANGES).exists():
            raise PolicyRefused(_("This policy changes nothing on any server, so there is nothing to approve."))
        locked.proposer_id, locked.proposer, locked.proposed_at = by.pk, by.get_username(), now
        locked.state = PolicyState.PROPOSED
        locked.save()
        note(locked, Kind.PROPOSED, by=by, now=now, why=locked.reason)
    return locked


def approve(policy: Policy, *, digest: str, by: User, now: datetime, why: str = "") -> Policy:
    """A second person agrees to exactly the dry run of this digest. Raises PolicyRefused."""
    with transaction.atomic():
        locked = _locked(policy)
        if locked.state == PolicyState.PROPOSED and locked.proposer_id == by.pk:
            raise PolicyRefused(_("You proposed this policy. Somebody else has to approve it."))
        _expect(locked, PolicyState.PROPOSED, digest=digest)
        locked.approver_id, locked.approver, locked.approved_at = by.pk, by.get_username(), now
        locked.language = get_language() or ""
        locked.texts = {setting: shown.sha256 for setting, shown in texts_of(locked).items()}
        locked.state = PolicyState.APPROVED
        locked.save()
        note(locked, Kind.APPROVED, by=by, now=now, why=why)
    return locked


def decline(policy: Policy, *, by: User, now: datetime, why: str = "") -> Policy:
    """It is not applied. Also for whoever proposed it, and after the approval. Raises PolicyRefused."""
    with transaction.atomic():
        locked = _locked(policy)
        if locked.state not in {PolicyState.PROPOSED, PolicyState.APPROVED}:
            raise PolicyRefused(_stands_at(locked), kind="conflict")
        locked.state = PolicyState.DECLINED
        _forget_agreement(locked)
        locked.save()
        note(locked, Kind.DECLINED, by=by, now=now, why=why)
    return locked


def begin_applying(policy: Policy, *, digest: str, by: User, now: datetime) -> Policy:
    """From here on a worker decides server by server. Raises PolicyRefused."""
    with transaction.atomic():
        locked = _locked(policy)
        _expect(locked, PolicyState.APPROVED, digest=digest)
        locked.state, locked.progress_at = PolicyState.APPLYING, now
        locked.save()
        note(locked, Kind.BEGUN, by=by, now=now)
    return locked


def end_applying(policy: Policy, *, now: datetime) -> bool:
    """Every server has its result. Earlier policies for the same servers are superseded. False when it was noted."""
    with transaction.atomic():
        moved = Policy.objects.filter(pk=policy.pk, state=PolicyState.APPLYING).update(state=PolicyState.APPLIED)
        if not moved:
            return False
        note(policy, Kind.APPLIED, by=None, now=now)
        same = Policy.objects.filter(group_id=policy.group_id, state=PolicyState.APPLIED).exclude(pk=policy.pk)
        for other in same:
            Policy.objects.filter(pk=other.pk).update(state=PolicyState.SUPERSEDED)
            note(other, Kind.SUPERSEDED, by=None, now=now, why=f"{policy.pk}")
    return True


def note(policy: Policy, kind: str, *, by: User | None, now: datetime, why: str = "") -> None:
    """Add a step to the timeline. `by` None is Licensing Manager itself."""
    PolicyEvent.objects.create(
        policy=policy, version=policy.version, kind=kind, at=now, by_id=by.pk if by else None,
        by=by.get_username() if by else "", note=checked(why), digest=policy.digest,
    )  # fmt: skip


def checked(text: str) -> str:
    """A reason as it is kept. Raises PolicyRefused."""
    try:
        why = checked_reason(text)
    except DecisionRefused as refused:
        raise PolicyRefused(str(refused)) from refused
    if len(why) > LONGEST_REASON:
        raise PolicyRefused(_("A reason has at most %(count)d characters.") % {"count": LONGEST_REASON})
    return why


def _checked(wish: PolicyWish) -> dict[str, object]:
    name = " ".join(wish.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise PolicyRefused(_("A policy has a name of 1 to %(count)d characters.") % {"count": LONGEST_NAME})
    chosen = {setting: getattr(wish.choice, setting) for setting in SETTINGS}
    if any(value and value not in KNOWN[setting] for setting, value in chosen.items()):
        raise PolicyRefused(_("One of the choices is not known here."))
    if not any(chosen.values()):
        raise PolicyRefused(_("Choose at least one setting. A policy that leaves everything as it is does nothing."))
    return {"name": name, "group": wish.group, "reason": checked(wish.reason), **chosen}


def _begin_again(policy: Policy) -> None:
    """A draft, whatever it was; what was applied stays in its version."""
    if policy.state == PolicyState.APPLYING:
        raise PolicyRefused(_stands_at(policy), kind="conflict")
    if policy.state not in OPEN:
        policy.version += 1
    policy.state, policy.digest, policy.dry_run_at = PolicyState.DRAFT, "", None
    _forget_agreement(policy)


def _forget_agreement(policy: Policy) -> None:
    policy.proposer_id, policy.proposer, policy.proposed_at = None, "", None
    policy.approver_id, policy.approver, policy.approved_at, policy.texts = None, "", None, {}


def _locked(policy: Policy) -> Policy:
    return Policy.objects.select_for_update().get(pk=policy.pk)


def _stands_at(policy: Policy) -> str:
    return _("This policy stands at “%(state)s”. Look at it again.") % {"state": policy.get_state_display()}


def _expect(policy: Policy, state: PolicyState, *, digest: str) -> None:
    """Is it where the caller saw it, and would it still do what the caller saw? Raises PolicyRefused."""
    if policy.state != state:
        raise PolicyRefused(_stands_at(policy), kind="conflict")
    if not policy.digest:
        raise PolicyRefused(_("There is no dry run yet. Make one first."), kind="conflict")
    if digest != policy.digest:
        raise PolicyRefused(_("There is a newer dry run. Look at it, then decide."), kind="conflict")
    planned = plan(choice_of(policy), servers_of(policy))
    if digest_of(policy, planned) != policy.digest:
        raise PolicyRefused(_what_changed(policy, planned), kind="conflict")


def _what_changed(policy: Policy, planned: list[Planned]) -> str:
    kept = {row.server_id: row for row in PolicyRow.objects.of(policy).select_related("server")}
    now = {one.server.pk: one for one in planned}
    joined = [one.server.name for pk, one in now.items() if pk not in kept]
    left = [row.server.name for pk, row in kept.items() if pk not in now]
    other = [row.server.name for pk, row in kept.items() if pk in now and not is_as_planned(row, now[pk])]
    parts = [
        _("Joined: %(names)s.") % {"names": _named(joined)} if joined else "",
        _("Left: %(names)s.") % {"names": _named(left)} if left else "",
        _("Not as they were: %(names)s.") % {"names": _named(other)} if other else "",
    ]
    if not any(parts):
        parts = [_("A declaration or a text was changed.")]
    said = said_after_each_other(parts)
    return _("Something changed since this dry run. %(what)s Make a new dry run.") % {"what": said}


def is_as_planned(row: PolicyRow, planned: Planned) -> bool:
    """Would a server still be changed exactly as its row says?"""
    outcomes = {setting: value for setting in SETTINGS if (value := getattr(row, setting))}
    return row.facts == planned.facts and outcomes == dict(planned.outcomes)


def _named(names: list[str]) -> str:
    shown = listed(sorted(names)[:NAMED])
    more = len(names) - NAMED
    return shown if more <= 0 else _("%(names)s and %(count)d more") % {"names": shown, "count": more}


def _row(policy: Policy, planned: Planned) -> PolicyRow:
    outcomes = {setting: planned.outcomes.get(setting, "") for setting in SETTINGS}
    facts = {"outcome": planned.outcome, "facts": planned.facts, **outcomes}
    return PolicyRow(policy=policy, version=policy.version, server=planned.server, **facts)
