"""How does somebody at a page learn what the network of a worker is like? A row asks, a worker answers into it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from uploads.check_plan import plan_from_settings
from uploads.check_steps import STEP_SECONDS, TOTAL_SECONDS
from uploads.firewall_rules import Rule, rules
from uploads.handover import hand_over_check
from uploads.line_probes import place_of
from uploads.network_check import check_network
from uploads.own_state import NetworkCheck

# All limits are ours.
UNCLAIMED_AFTER = timedelta(seconds=20)  # a free worker begins within a second; a busy one ends a chunk
WORTHLESS_AFTER = timedelta(minutes=5)  # nobody waits at a page for longer; whoever does asks again
LOST_AFTER = timedelta(seconds=TOTAL_SECONDS + 30)  # a worker that was killed in it


class NotAsked(Exception):
    """No check was asked for; the text is the sentence that a person reads."""


class Stage(StrEnum):
    """How far a check is."""

    WAITING = "waiting"
    UNCLAIMED = "unclaimed"
    RUNNING = "running"
    LOST = "lost"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Checks:
    """What a page shows: the check that is under way or got stuck, and the newest that has an answer."""

    open: NetworkCheck | None
    stage: Stage | None
    newest: NetworkCheck | None

    @property
    def is_moving(self) -> bool:
        """Will this look different in a moment?"""
        return self.stage in {Stage.WAITING, Stage.UNCLAIMED, Stage.RUNNING}


def ask(*, by: User | None, trial: bool = False) -> NetworkCheck:
    """A check, waiting for a worker; while one is under way, a second press gives that one. Raises NotAsked."""
    now = timezone.now()
    current = checks(now=now)
    if current.open and current.is_moving:
        return current.open
    row = NetworkCheck.objects.create(asked_at=now, asked_by=by, with_trial=trial)
    if not hand_over_check(row.pk, expires=WORTHLESS_AFTER.total_seconds()):
        row.delete()
        raise NotAsked(
            _(
                "The broker does not answer, so no worker can be asked. Start Licensing Manager, or run "
                "manage.py network_check on the worker's machine."
            )
        )
    return row


def carry_out(check_id: int) -> bool:
    """Make the check and keep what was found; False when somebody else has it or nobody waits for it any more."""
    now = timezone.now()
    free = NetworkCheck.objects.filter(pk=check_id, started_at__isnull=True, asked_at__gt=now - WORTHLESS_AFTER)
    if not free.update(started_at=now):
        return False
    row = NetworkCheck.objects.get(pk=check_id)
    row.report = check_network(plan_from_settings(seconds=STEP_SECONDS), trial=row.with_trial).facts()
    row.finished_at = timezone.now()
    row.save(update_fields=["report", "finished_at"])
    NetworkCheck.objects.filter(asked_at__lt=row.asked_at).delete()  # only the newest answer is of interest
    return True


def checks(*, now: datetime) -> Checks:
    """The newest check, how far it is, and the newest answer."""
    newest = NetworkCheck.objects.select_related("asked_by").first()
    answered = NetworkCheck.objects.select_related("asked_by").filter(finished_at__isnull=False).first()
    if newest is None or newest == answered:
        return Checks(None, Stage.FINISHED if answered else None, answered)
    return Checks(newest, stage_of(newest, now=now), answered)


def stage_of(check: NetworkCheck, *, now: datetime) -> Stage:
    """How far this check is, by its times alone."""
    if check.finished_at:
        return Stage.FINISHED
    if check.started_at:
        return Stage.RUNNING if now - check.started_at < LOST_AFTER else Stage.LOST
    waited = now - check.asked_at
    if waited < UNCLAIMED_AFTER:
        return Stage.WAITING
    return Stage.UNCLAIMED if waited < WORTHLESS_AFTER else Stage.LOST


def rules_in_force() -> tuple[Rule, ...]:
    """The firewall rules, with the worker and the certificate of the newest answer where it was for this way."""
    plan, found = plan_from_settings(seconds=STEP_SECONDS), checks(now=timezone.now()).newest
    report = found.report if found else {}
    if (report.get("destination"), report.get("proxy")) != (str(plan.target), str(plan.proxy or "")):
        report = {}
    named = [place_of(f"//{one}", default=80) for one in report.get("revocation_named", [])]
    return rules(plan, machine=report.get("machine", ""), address=report.get("source_address", ""), named=named)
