"""What may the queue ask of us? One more door: fetch, call, nothing else."""

from celery import shared_task
from django.utils import timezone

from uploads import applying, asking_for_checks, disk, dispatch, registering, retention, transfer


@shared_task(name="uploads.tasks.dispatch_due")
def dispatch_due() -> int:
    """The tick: what is due?"""
    return dispatch.tick(now=timezone.now())


@shared_task(name="uploads.tasks.transfer_upload")
def transfer_upload(upload_id: int) -> str:
    """Send one upload if it may be started."""
    outcome = transfer.transfer(upload_id)
    return outcome.code if outcome else ""


@shared_task(name="uploads.tasks.poll_registrations")
def poll_registrations() -> int:
    """Was a code entered, or an end not heard yet?"""
    return registering.poll_waiting(now=timezone.now())


@shared_task(name="uploads.tasks.check_network")
def check_network(check_id: int) -> bool:
    """Look at the way to the destination from this worker, if somebody still waits for it."""
    return asking_for_checks.carry_out(check_id)


@shared_task(name="uploads.tasks.work_on_policy")
def work_on_policy(policy_id: int) -> int:
    """Go on with applying or undoing a policy, some servers at a time."""
    return applying.work_on(policy_id, now=timezone.now())


@shared_task(name="uploads.tasks.resume_policies")
def resume_policies() -> int:
    """Was a policy left half applied?"""
    return applying.resume(now=timezone.now())


@shared_task(name="uploads.tasks.tidy_up")
def tidy_up() -> int:
    """What may go?"""
    return retention.tidy(now=timezone.now()).bundles


@shared_task(name="uploads.tasks.note_disk")
def note_disk() -> bool:
    """How much is free?"""
    return disk.note_reading(now=timezone.now())
