"""What may the queue ask of alerts? One more door: call, nothing else."""

from celery import shared_task
from django.utils import timezone

from alerts import bulk_acts, daily_checks, delivery, evaluation, forgetting


@shared_task(name="alerts.tasks.evaluate")
def evaluate() -> int:
    """The tick: what changed, and who must know?"""
    return len(evaluation.evaluate(now=timezone.now()).notices)


@shared_task(name="alerts.tasks.deliver_messages")
def deliver_messages() -> int:
    """The tick: what is to be told?"""
    return delivery.deliver_due(now=timezone.now())


@shared_task(name="alerts.tasks.check_daily")
def check_daily() -> bool:
    """Is the ledger whole, and the way to the destination open?"""
    return daily_checks.check(now=timezone.now())


@shared_task(name="alerts.tasks.carry_out_bulk_acts")
def carry_out_bulk_acts() -> int:
    """Asked by a page or by the tick: which servers of an act are still to be done?"""
    return bulk_acts.carry_on(now=timezone.now())


@shared_task(name="alerts.tasks.forget_messages")
def forget_messages() -> int:
    """Which messages are older than they may become?"""
    return forgetting.forget_messages(now=timezone.now())
