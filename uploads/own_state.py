"""What do we know of this installation itself? Its way to the destination, and its disk."""

from django.conf import settings
from django.db import models


class NetworkCheck(models.Model):
    """One look at the way to the destination, asked for by a person and made by a worker: its network is the one."""

    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    with_trial = models.BooleanField(default=False, help_text="Was a trial upload asked for?")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True, help_text="What `network_check.py` found")

    class Meta:
        ordering = ["-asked_at", "-id"]


class DiskReading(models.Model):
    """The disk of the data folder on one day, in bytes. What it will look like is worked out from these."""

    day = models.DateField(unique=True)
    at = models.DateTimeField()
    total = models.PositiveBigIntegerField()
    free = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["-day"]
        default_permissions = ()
