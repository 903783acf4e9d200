"""What may the queue ask of intake? One more door: call, nothing else."""

from celery import shared_task
from django.utils import timezone

from intake import inbox
from licenses import usage


@shared_task(name="intake.tasks.scan_inbox")
def scan_inbox() -> int:
    """What lies in the watched folders?"""
    return inbox.scan(now=timezone.now())


@shared_task(name="intake.tasks.forget_old_usage")
def forget_old_usage() -> int:
    """Which samples are older than they may become?"""
    return usage.forget_old(now=timezone.now())
