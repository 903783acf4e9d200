"""Who does the work in the background? The Celery application and the table of ticks.

A tick only asks "what is due?"; the answer is a pure function of database facts, so a late, doubled or restarted
beat neither misses nor doubles a day.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_shutting_down
from django.conf import settings

from uploads import stopping

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "licensing_manager.settings")

app = Celery("licensing_manager")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "dispatch-due-uploads": {
        "task": "uploads.tasks.dispatch_due",
        "schedule": float(settings.DISPATCH_SECONDS),
        # A tick that waited longer than this is worth nothing: the next one asks the same question.
        "options": {"expires": float(settings.DISPATCH_SECONDS) * 4},
    },
    "scan-inbox": {
        "task": "intake.tasks.scan_inbox",
        "schedule": float(settings.DISPATCH_SECONDS),
        "options": {"expires": float(settings.DISPATCH_SECONDS) * 4},
    },
    "poll-registrations": {
        "task": "uploads.tasks.poll_registrations",
        "schedule": float(settings.DISPATCH_SECONDS),
        "options": {"expires": float(settings.DISPATCH_SECONDS) * 4},
    },
    "deliver-messages": {
        "task": "alerts.tasks.deliver_messages",
        "schedule": float(settings.DISPATCH_SECONDS),
        "options": {"expires": float(settings.DISPATCH_SECONDS) * 4},
    },
    "resume-policies": {
        "task": "uploads.tasks.resume_policies",
        "schedule": float(settings.DISPATCH_SECONDS),
        "options": {"expires": float(settings.DISPATCH_SECONDS) * 4},
    },
    "tidy-up": {"task": "uploads.tasks.tidy_up", "schedule": 600.0, "options": {"expires": 600.0}},
    "note-disk": {"task": "uploads.tasks.note_disk", "schedule": 900.0, "options": {"expires": 900.0}},
    "evaluate-alerts": {"task": "alerts.tasks.evaluate", "schedule": 60.0, "options": {"expires": 240.0}},
    "carry-out-bulk-acts": {
        "task": "alerts.tasks.carry_out_bulk_acts",
        "schedule": 60.0,
        "options": {"expires": 240.0},
    },
    "check-daily": {"task": "alerts.tasks.check_daily", "schedule": 24 * 3600.0, "options": {"expires": 3600.0}},
    "forget-old-usage": {"task": "intake.tasks.forget_old_usage", "schedule": 6 * 3600.0},
    "forget-messages": {"task": "alerts.tasks.forget_messages", "schedule": 6 * 3600.0},
}


@worker_shutting_down.connect
def end_transfers(**_: Any) -> None:
    """A worker that is told to end finishes its chunk and gives the upload back, however much of it is left."""
    stopping.tell()
