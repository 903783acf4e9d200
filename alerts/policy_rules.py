"""Which policies wait too long for their second person? Nothing is applied meanwhile, and nobody may notice. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from alerts.facts import WaitingPolicy
from alerts.finding import Finding
from alerts.ladder import rung_of
from alerts.local_forms import a_moment
from alerts.models import Condition
from alerts.severity import Severity
from alerts.thresholds import Ladder

DAY = timedelta(days=1)
PATIENCE = timedelta(days=7)  # ours: as long as a holiday; a link for somebody new works as long


def findings_of_policies(waiting: Sequence[WaitingPolicy], ladder: Ladder, *, now: datetime) -> Iterator[Finding]:
    """One for each that waits longer than a week, and again every week."""
    for one in waiting:
        if now - one.since <= PATIENCE:
            continue
        title = _("The policy “%(policy)s” waits for a second person")
        if one.is_undo:
            title = _("Undoing the policy “%(policy)s” waits for a second person")
        asked = {"person": one.proposer, "moment": a_moment(one.since)}
        days = (now - one.since) // DAY
        yield Finding(
            rule=Condition.POLICY_WAITS, problem=f"{Condition.POLICY_WAITS}|{'undo' if one.is_undo else ''}|{one.pk}",
            severity=Severity.PLAN, rung=rung_of(-days, ()), title=(title % {"policy": one.name})[:255],
            detail=_("%(person)s asked for it on %(moment)s UTC. Nothing is changed before somebody else approves it.")
            % asked,
            action=_("Approve or decline it on its page. Where nobody else may, add a second privacy officer."),
            is_muted=ladder.is_muted, escalate_after_days=ladder.escalate_after_days,
        )  # fmt: skip
