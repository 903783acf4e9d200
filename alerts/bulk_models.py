"""What is done to many servers at once? One act of a person, and one row for each server that it changes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from servers.models import LicenseServer


class Act(models.TextChoices):
    """What can be done to a selection."""

    SHARE = "share", gettext_lazy("Choose what is shared")
    GROUP = "group", gettext_lazy("Put into a group")
    UPLOAD = "upload", gettext_lazy("Upload now")
    ARCHIVE = "archive", gettext_lazy("Archive")


# The permission that each act needs, on one server as on a thousand.
PERMISSIONS = {
    Act.SHARE: "programs.decide",
    Act.GROUP: "servers.change_licenseserver",
    Act.UPLOAD: "uploads.start_upload",
    Act.ARCHIVE: "servers.archive_licenseserver",
}


class BulkAct(models.Model):
    """One act. `digest` covers the dry run that the person saw; `already` and `refused` are its other counts."""

    act = models.CharField(max_length=12, choices=Act.choices)
    value = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=150)
    text_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the text that was shown")
    digest = models.CharField(max_length=64)
    already = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it until then")

    class Meta:
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["finished_at", "id"], name="bulk_acts_open")]

    def __str__(self) -> str:
        return f"{self.act} {self.value}".strip()


class BulkItem(models.Model):
    """One server of an act, and what became of it. `expected` is the number of its newest decision in the dry run."""

    class Result(models.TextChoices):
        """How it ended."""

        WAITING = "waiting", gettext_lazy("Waiting")
        CHANGED = "changed", gettext_lazy("Changed")
        ALREADY = "already", gettext_lazy("Already so")
        REFUSED = "refused", gettext_lazy("Refused")

    act = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="items")
    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="+")
    expected = models.PositiveBigIntegerField(default=0)
    result = models.CharField(max_length=12, choices=Result.choices, default=Result.WAITING)
    why = models.CharField(max_length=500, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["act", "server"], name="server_once_in_an_act")]
        indexes = [models.Index(fields=["act", "result", "id"], name="bulk_items_by_result")]
