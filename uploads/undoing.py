"""How is a policy undone? By new decisions that restore what was before, where nobody decided anything since.

What only ends something begins at once: withdrawing is never made harder. What lets anything leave again waits for a
second person. Both take the way of applying: one server, one transaction, then the fence.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from programs import consent
from programs.catalog import program
from programs.codes import TELEMETRY
from programs.ledger import lock
from programs.models import Action, ConsentDecision, Door
from programs.policy import PolicyRefused, note
from programs.policy_models import Outcome, Policy, PolicyEvent, PolicyRow, PolicyState, PolicyUndo
from programs.policy_undo import Restoring, digest_of_undo, elements_to_grant, programs_of, restorings, undo_plan
from programs.refusals import DecisionRefused
from programs.standing import Consent, declared_elements, state_of
from programs.texts import decision_text
from servers.models import LicenseServer, ReportingMode
from uploads.fence import FenceStillOpen
from uploads.handover import hand_over_policy
from uploads.withdrawing import Pause, close_what_ended

State = PolicyUndo.State


def ask_undo(
    policy: Policy,
    *,
    digest: str,
    by: User,
    now: datetime,
    server: LicenseServer | None = None,
    send: Callable[[int], bool] = hand_over_policy,
) -> list[PolicyUndo]:
    """Undo it, on one server or on all, as the dry run of this digest showed it. Raises PolicyRefused.

    One row for what ends at once, and one for what waits for a second person; each only where there is something.
    """
    with transaction.atomic():
        locked = Policy.objects.select_for_update().get(pk=policy.pk)
        _refuse_second(locked)
        plan = undo_plan(locked, server=server)
        if digest_of_undo(plan) != digest:
            raise PolicyRefused(_("Something changed since this dry run. Look at it again."), kind="conflict")
        free = [one for one in plan if not one.obstacle]
        if not free:
            raise PolicyRefused(_("There is nothing to undo: nothing was decided, or somebody decided since."))
        asked = [
            _create(locked, rows, starts=starts, server=server, by=by, now=now)
            for starts in (False, True)
            if (rows := [one for one in free if bool(one.starts) == starts])
        ]
        note(locked, PolicyEvent.Kind.UNDO_ASKED, by=by, now=now, why=server.name if server else "")
    if any(one.state == State.WORKING for one in asked):
        send(policy.pk)
    return asked


def approve_undo(
    undo: PolicyUndo, *, digest: str, by: User, now: datetime, send: Callable[[int], bool] = hand_over_policy
) -> PolicyUndo:
    """A second person agrees that something leaves again. Raises PolicyRefused."""
    with transaction.atomic():
        locked = _waiting(undo)
        if locked.proposer_id == by.pk:
            raise PolicyRefused(_("You asked for this. Somebody else has to approve what lets data leave again."))
        rows = PolicyRow.objects.undoable(locked.policy).filter(pk__in=locked.rows)
        if digest != locked.digest or digest_of_undo(restorings(list(rows))) != digest:
            raise PolicyRefused(_("Something changed since this dry run. Decline it, and ask again."), kind="conflict")
        locked.state, locked.approver_id, locked.approver = State.WORKING, by.pk, by.get_username()
        locked.language, locked.progress_at = get_language() or "", now
        locked.save()
        note(locked.policy, PolicyEvent.Kind.UNDO_APPROVED, by=by, now=now)
    send(locked.policy_id)
    return locked


def decline_undo(undo: PolicyUndo, *, by: User, now: datetime, why: str = "") -> PolicyUndo:
    """Nothing leaves again. Raises PolicyRefused."""
    with transaction.atomic():
        locked = _waiting(undo)
        locked.state = State.DECLINED
        locked.save()
        note(locked.policy, PolicyEvent.Kind.UNDO_DECLINED, by=by, now=now, why=why)
    return locked


def undo_some(
    policy: Policy,
    *,
    now: datetime,
    most: int,
    pause: Pause = time.sleep,
    send: Callable[[int], bool] = hand_over_policy,
) -> int:
    """The next servers that wait to be restored; hands over again while any are left. Returns how many were done."""
    undo = PolicyUndo.objects.filter(policy=policy, state=State.WORKING).order_by("pk").first()
    if undo is None:
        return 0
    ends = {pk: _undo(pk, undo, policy, pause=pause) for pk in undo.rows[:most]}
    done = {pk for pk, end in ends.items() if end is not None}
    _note_progress(undo, done, left_alone={pk for pk, end in ends.items() if end is False})
    if done:
        send(policy.pk)
    return len(done)


@transaction.atomic
def _note_progress(undo: PolicyUndo, done: set[int], *, left_alone: set[int]) -> None:
    """Of two workers at the same rows each counts only what the other did not."""
    locked = PolicyUndo.objects.select_for_update(of=("self",)).select_related("policy").get(pk=undo.pk)
    if locked.state != State.WORKING:
        return
    locked.left_alone += len(left_alone & set(locked.rows))
    locked.rows, locked.progress_at = [pk for pk in locked.rows if pk not in done], timezone.now()
    locked.state = State.WORKING if locked.rows else State.DONE
    locked.save(update_fields=["rows", "left_alone", "progress_at", "state"])
    if locked.state == State.DONE:
        _finish(locked.policy, now=timezone.now())


def _undo(pk: int, undo: PolicyUndo, policy: Policy, *, pause: Pause) -> bool | None:
    """True when restored, False when left alone, None where a request is still under way."""
    with transaction.atomic(durable=True):
        lock()
        row = PolicyRow.objects.select_for_update(of=("self",)).select_related("server").get(pk=pk)
        if row.undone_at is None and not _restore(row, undo, policy):
            return False
    if row.undo_acknowledged_at:
        return True
    try:
        close_what_ended(row.server, *programs_of(row), pause=pause)
    except FenceStillOpen:
        return None
    PolicyRow.objects.filter(pk=pk).update(undo_acknowledged_at=timezone.now())
    return True


def _restore(row: PolicyRow, undo: PolicyUndo, policy: Policy) -> bool:
    """In a transaction. False where somebody decided meanwhile, or where it would be another kind of undoing now."""
    one = restorings([row])[0]
    if one.obstacle or bool(one.starts) != undo.starts:
        return False
    last = ConsentDecision.objects.order_by("-sequence").first()
    newest = last.sequence if last else 0
    try:
        with transaction.atomic(), translation.override(undo.language or None):
            made = list(_decisions(one, undo, policy))
    except DecisionRefused:
        return False
    row.undone_at = timezone.now()
    row.undo_decisions = [decision.sequence for decision in made if decision.sequence > newest]
    row.save(update_fields=["undone_at", "undo_decisions"])
    return True


def _decisions(one: Restoring, undo: PolicyUndo, policy: Policy) -> Iterator[ConsentDecision]:
    agreed = f", approved by {undo.approver}" if undo.approver else ""
    reason = f"Undo of policy {policy.pk} “{policy.name}”, version {one.row.version}, by {undo.proposer}{agreed}."
    number = undo.approver_id or undo.proposer_id
    by = User.objects.filter(pk=number).first() or undo.approver or undo.proposer
    server = one.row.server
    for code, before in one.before.items():
        for action, elements in _steps(code, before, state_of(server, code)):
            shown = decision_text(program(code), action).sha256
            yield consent.decide(
                server, program_code=code, action=action, elements=elements, by=by, door=Door.POLICY,
                text_sha256=shown, reason=reason,
            )  # fmt: skip
    if one.row.reporting_mode == Outcome.CHANGES:
        electronic = one.row.mode_before == ReportingMode.ELECTRONIC
        action = Action.REPORT_ELECTRONICALLY if electronic else Action.REPORT_MANUALLY
        shown = decision_text(program(TELEMETRY), action).sha256
        made = consent.set_reporting_mode(
            server, mode=one.row.mode_before, by=by, door=Door.POLICY, text_sha256=shown, reason=reason
        )
        if made:
            yield made


def _steps(code: str, before: Consent, now: Consent) -> Iterator[tuple[Action, frozenset[str] | None]]:
    """The decisions that lead back to what was before; none where nobody had chosen and nothing is on."""
    if before.granted:
        refused = before.refused & frozenset(declared_elements(program(code)))
        yield Action.GRANT, elements_to_grant(code, before) or refused
        if refused:
            yield Action.REFUSE_ELEMENTS, refused
    elif now.granted:
        yield Action.WITHDRAW, None


def _create(
    policy: Policy, rows: list[Restoring], *, starts: bool, server: LicenseServer | None, by: User, now: datetime
) -> PolicyUndo:
    return PolicyUndo.objects.create(
        policy=policy, server=server, starts=starts, state=State.PROPOSED if starts else State.WORKING,
        digest=digest_of_undo(rows), proposer_id=by.pk, proposer=by.get_username(), proposed_at=now,
        language=get_language() or "", rows=[one.row.pk for one in rows], total=len(rows), progress_at=now,
    )  # fmt: skip


def _waiting(undo: PolicyUndo) -> PolicyUndo:
    locked = PolicyUndo.objects.select_for_update(of=("self",)).select_related("policy").get(pk=undo.pk)
    if locked.state != State.PROPOSED:
        said = {"state": locked.get_state_display()}
        raise PolicyRefused(_("This undo stands at “%(state)s”. Look at it again.") % said, kind="conflict")
    return locked


def _refuse_second(policy: Policy) -> None:
    if policy.state == PolicyState.APPLYING:
        raise PolicyRefused(_("This policy is being applied. Wait until it is, then undo it."), kind="conflict")
    if PolicyUndo.objects.filter(policy=policy, state=State.WORKING).exists():
        raise PolicyRefused(_("This policy is being undone already. Wait until that is done."), kind="conflict")


def _finish(policy: Policy, *, now: datetime) -> None:
    note(policy, PolicyEvent.Kind.UNDONE, by=None, now=now)
    if PolicyRow.objects.undoable(policy).exists():
        return
    stands = [PolicyState.APPLIED, PolicyState.SUPERSEDED]
    Policy.objects.filter(pk=policy.pk, state__in=stands).update(state=PolicyState.UNDONE)
