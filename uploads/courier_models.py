"""What is remembered of reports that a person carries? The sets that were gathered, their volumes, and who had them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ManualReport(models.Model):
    """One gathering: a set of sealed bundles, split into volumes. The same set is always the same row."""

    class State(models.TextChoices):
        """Open until a receipt lists every bundle, or until somebody gives it up."""

        OPEN = "open", _("On its way")
        CLOSED = "closed", _("Every report arrived")
        GIVEN_UP = "given_up", _("Given up")

    export_id = models.CharField(max_length=32, unique=True, help_text="Follows from what is in it")
    scope = models.TextField(help_text="The GUIDs that were asked for, or all")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    max_bytes = models.PositiveBigIntegerField(null=True, blank=True, help_text="Limit of a volume; none when empty")
    newest_period = models.DateTimeField()
    missing = models.JSONField(default=list, help_text="Days without a report, as the index of the volumes names them")
    signed_with = models.CharField(max_length=64, help_text="Fingerprint of the key that signs the index")
    gathered_by = models.CharField(max_length=150)
    gathered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    files_deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "manual report"
        ordering = ["-gathered_at", "-id"]
        permissions = [
            ("carry_report", "Can gather manual reports, take volumes along and import receipts"),
            ("trust_receiver", "Can say whose receipts are believed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | Q(state__in=["closed", "given_up"], ended_at__isnull=False),
                name="manual_report_ends_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What people call it: the newest day in it, and the beginning of its id."""
        return f"courier-{self.newest_period:%Y-%m-%d}-{self.export_id[:6]}"

    @property
    def is_open(self) -> bool:
        """Is a receipt still missing?"""
        return self.state == self.State.OPEN


class ManualVolume(models.Model):
    """One file to carry. Digest and size are known once it was written; writing it again gives the same bytes."""

    report = models.ForeignKey(ManualReport, on_delete=models.PROTECT, related_name="volumes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes; 0 before it was written")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="manual_volume_once")]

    @property
    def file_name(self) -> str:
        """For example courier-2026-03-10-1a2b3c.2of3.usage.zip."""
        return f"{self.report.name}.{self.number}of{self.report.volumes.count()}.{self.kind}.zip"


class ManualItem(models.Model):
    """One bundle in a volume. What it says of its server stays true when the history is tidied up."""

    report = models.ForeignKey(ManualReport, on_delete=models.PROTECT, related_name="items")
    volume = models.ForeignKey(ManualVolume, on_delete=models.PROTECT, related_name="items")
    upload = models.ForeignKey("uploads.Upload", null=True, on_delete=models.SET_NULL, related_name="+")
    position = models.PositiveIntegerField()
    server_guid = models.UUIDField()
    server_name = models.CharField(max_length=255)
    kind = models.CharField(max_length=32)
    period = models.DateTimeField()
    day = models.IntegerField(help_text="Number of the day in the server's sequence")
    bundle_sha256 = models.CharField(max_length=64)
    bundle_name = models.CharField(max_length=64)
    member = models.CharField(max_length=200, help_text="Its name in the volume")
    size = models.PositiveBigIntegerField(help_text="Bytes")
    arrived_at = models.DateTimeField(null=True, blank=True, help_text="When a receipt says it was received")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["report", "position"], name="manual_item_once")]
        indexes = [models.Index(fields=["bundle_sha256"], name="manual_item_by_digest")]


class CustodyEntry(models.Model):
    """Who had it in hands, and when. Database triggers refuse to change or delete a row; people are kept as text."""

    class Event(models.TextChoices):
        """What happened."""

        GATHERED = "gathered", _("Gathered")
        HANDED_OUT = "handed_out", _("Handed out")
        RECEIPT = "receipt", _("Receipt imported")
        TYPED_IN = "typed_in", _("Confirmation typed in")
        CLOSED = "closed", _("Closed")
        GIVEN_UP = "given_up", _("Given up")
        DELETED = "deleted", _("Files deleted")

    report = models.ForeignKey(ManualReport, on_delete=models.PROTECT, related_name="custody")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    event = models.CharField(max_length=12, choices=Event.choices)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]


class ManualReceipt(models.Model):
    """One confirmation: a signed file of a receiver, or what a person typed in and nobody can prove."""

    report = models.ForeignKey(ManualReport, on_delete=models.PROTECT, related_name="receipts")
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was signed or typed in")
    is_proved = models.BooleanField(help_text="Signed by a receiver whose key is trusted")
    key_fingerprint = models.CharField(max_length=64, blank=True)
    case_number = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField()
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=150)
    closed_count = models.PositiveIntegerField(help_text="Bundles that it closed")
    content = models.TextField(blank=True, help_text="The file as it came")

    class Meta:
        verbose_name = "receipt"
        ordering = ["imported_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "digest"], name="manual_receipt_once"),
            models.CheckConstraint(
                condition=Q(is_proved=True) & ~Q(key_fingerprint="") | Q(is_proved=False) & ~Q(case_number=""),
                name="receipt_signed_or_typed",
            ),
            models.CheckConstraint(condition=Q(received_at__lte=F("imported_at")), name="receipt_never_of_the_future"),
        ]


class TrustedReceiver(models.Model):
    """A receiver whose receipts are believed, because an administrator compared its fingerprint."""

    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of its public key")
    confirmed_by = models.CharField(max_length=150)
    confirmed_at = models.DateTimeField()

    class Meta:
        ordering = ["confirmed_at", "id"]
