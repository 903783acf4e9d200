"""What came in? Every file ever received, whether it was of use or not."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from servers.models import LicenseServer
from uploads.kept_sentences import said


class Outcome(models.TextChoices):
    """What became of a file."""

    IMPORTED = "imported", _("Imported")
    DUPLICATE = "duplicate", _("Already here")
    REJECTED = "rejected", _("Not imported")


class Door(models.TextChoices):
    """Which way it came."""

    PAGE = "page", _("Page")
    API = "api", _("REST API")
    SHELL = "shell", _("Command line")
    INBOX = "inbox", _("Watched folder")


# Kinds whose lines never name a user or a device.
NAMELESS = frozenset({"license_file", "result_file", "uploader_log"})


class SourceReport(models.Model):
    """One file for one server. The same bytes again are the same row, with what became of them the last time."""

    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes")
    kind = models.CharField(max_length=32)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    summary = models.TextField(help_text="One or two sentences: what it changed, or why it changed nothing")
    kept = models.JSONField(default=list, help_text="The parts of the summary: English words, what fills them")
    problems = models.JSONField(default=list, help_text="Line, text, sentence and severity of what was not understood")
    problem_count = models.PositiveIntegerField(default=0)
    door = models.CharField(max_length=8, choices=Door.choices)
    received_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["server", "sha256"], name="report_once")]
        indexes = [
            models.Index(fields=["server", "-received_at", "-id"]),
            models.Index(fields=["-received_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def names_people(self) -> bool:
        """May its lines name users or devices? Then they are for those who may see such names."""
        return self.kind not in NAMELESS

    @property
    def summary_now(self) -> str:
        """The summary for whoever reads now."""
        return said(self.kept, text=self.summary)

    @property
    def problems_now(self) -> list[dict[str, Any]]:
        """The findings for whoever reads now. `language` is that of a sentence that can only be shown as it is kept."""
        found = []
        for one in self.problems:
            sentence = said(one.get("kept"), text="")
            language = "" if sentence else "en"
            found.append({**one, "sentence": sentence or one["sentence"], "language": language})
        return found
