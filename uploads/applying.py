"""How does an approved policy reach every server? One server after the other, in small batches, as often as it takes.

It stands here and not beside `programs.policy`, because whatever lets less leave is acknowledged only after the fence
is closed. The decisions about one server and its result are one transaction under the lock of the ledger, so a worker
that is killed has decided a server or not, never half, and another one goes on. Each server is tried again at that
moment: where it is not as the dry run showed, it is left alone.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from programs import consent
from programs.codes import EVENT_DATA
from programs.ledger import lock
from programs.models import Action, ConsentDecision, Door
from programs.policy import begin_applying, end_applying, is_as_planned
from programs.policy_models import Outcome, Policy, PolicyRow, PolicyState, PolicyUndo, Result, Switch
from programs.policy_plan import ABOUT, SETTINGS, choice_of, plan, servers_of
from programs.refusals import DecisionRefused
from uploads.fence import FenceStillOpen
from uploads.handover import hand_over_policy
from uploads.undoing import undo_some
from uploads.withdrawing import Pause, close_what_ended

BATCH = 50  # ours: about a second of work, so that a worker that is told to end is not waited for
LEFT_BEHIND = timedelta(minutes=2)  # ours: no batch takes longer, except where a fence waits for its request


def start(policy: Policy, *, digest: str, by: User, now: datetime) -> Policy:
    """Begin to apply it. Raises PolicyRefused. Without a broker the next tick begins."""
    begun = begin_applying(policy, digest=digest, by=by, now=now)
    hand_over_policy(begun.pk)
    return begun


def resume(*, now: datetime, send: Callable[[int], bool] = hand_over_policy) -> int:
    """Hand over what no worker went on with for a while. Returns how many messages were sent."""
    left = now - LEFT_BEHIND
    applying = Policy.objects.filter(state=PolicyState.APPLYING, progress_at__lte=left)
    undoing = PolicyUndo.objects.filter(state=PolicyUndo.State.WORKING, progress_at__lte=left)
    waiting = {*applying.values_list("pk", flat=True), *undoing.values_list("policy_id", flat=True)}
    return sum(send(pk) for pk in sorted(waiting))


def work_on(
    policy_id: int,
    *,
    now: datetime,
    most: int = BATCH,
    pause: Pause = time.sleep,
    send: Callable[[int], bool] = hand_over_policy,
) -> int:
    """The next servers of this policy; hands over again while any are left. Returns how many were done."""
    policy = Policy.objects.select_related("group").get(pk=policy_id)
    if policy.state != PolicyState.APPLYING:
        return undo_some(policy, now=now, most=most, pause=pause, send=send)
    waiting = PolicyRow.objects.of(policy).to_do()
    done = sum(apply_to(row, policy, pause=pause) for row in waiting.order_by("-result", "pk")[:most])
    Policy.objects.filter(pk=policy_id).update(progress_at=timezone.now())
    if not waiting.exists():
        end_applying(policy, now=timezone.now())
    elif done:
        send(policy_id)
    return done


def apply_to(row: PolicyRow, policy: Policy, *, pause: Pause = time.sleep) -> bool:
    """Decide one server, once, and end what that ends. False where a request is still under way: asked again later."""
    with transaction.atomic(durable=True):
        row = _decided(row, policy)
    if row.acknowledged_at:
        return True
    codes = [code for setting in SETTINGS if getattr(row, setting) == Outcome.CHANGES for code in ABOUT[setting]]
    try:
        canceled = close_what_ended(row.server, *codes, pause=pause)
    except FenceStillOpen:
        return False
    PolicyRow.objects.filter(pk=row.pk).update(acknowledged_at=timezone.now(), canceled=canceled)
    return True


def _decided(row: PolicyRow, policy: Policy) -> PolicyRow:
    """The row with its result. In a transaction; whoever comes second finds it decided."""
    lock()
    row = PolicyRow.objects.select_for_update(of=("self",)).select_related("server").get(pk=row.pk)
    if row.result:
        return row
    row.decided_at = timezone.now()
    server = servers_of(policy).filter(pk=row.server_id).first()
    if server is None or not is_as_planned(row, plan(choice_of(policy), [server])[0]):
        row.result, row.acknowledged_at = Result.CHANGED_SINCE, row.decided_at
    elif row.outcome != Outcome.CHANGES:
        row.result, row.acknowledged_at = Result(row.outcome), row.decided_at
    else:
        _decide(row, policy)
    row.save()
    return row


def _decide(row: PolicyRow, policy: Policy) -> None:
    last = ConsentDecision.objects.order_by("-sequence").first()
    row.decided_after, row.mode_before = (last.sequence if last else 0), row.server.reporting_mode
    try:
        with transaction.atomic(), translation.override(policy.language or None):
            rows = [one for setting in SETTINGS if getattr(row, setting) == Outcome.CHANGES
                    for one in _decisions(setting, row, policy)]  # fmt: skip
    except DecisionRefused:  # the text was changed after the approval
        row.result, row.acknowledged_at = Result.CHANGED_SINCE, row.decided_at
        return
    row.result = Result.DECIDED
    row.decisions = sorted(one.sequence for one in rows if one.sequence > row.decided_after)


def _decisions(setting: str, row: PolicyRow, policy: Policy) -> tuple[ConsentDecision, ...]:
    """The ordinary decisions of one setting, with the policy as their reason."""
    value, server = getattr(policy, setting), row.server
    words: dict[str, Any] = {
        "by": User.objects.filter(pk=policy.approver_id or 0).first() or policy.approver,
        "door": Door.POLICY,
        "text_sha256": policy.texts.get(setting, ""),
        "reason": reason_of(policy),
    }
    if setting == "sharing":
        return consent.choose_sharing(server, choice=value, **words)
    if setting == "reporting_mode":
        one = consent.set_reporting_mode(server, mode=value, **words)
        return (one,) if one else ()
    action = Action.GRANT if value == Switch.ON else Action.WITHDRAW
    return (consent.decide(server, program_code=EVENT_DATA, action=action, **words),)


def reason_of(policy: Policy) -> str:
    """What the ledger says of it: a fact, in English like the rest of the ledger."""
    agreed = f"proposed by {policy.proposer}, approved by {policy.approver}"
    said = f" {policy.reason}" if policy.reason else ""
    return f"Policy {policy.pk} “{policy.name}”, version {policy.version}, {agreed}.{said}"
