"""What was decided, by whom, and on which text? Rows that are only ever added, each bound to the one before it."""

from collections.abc import Collection

from django.db import models
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from programs.policy_models import Policy, PolicyEvent, PolicyRow, PolicyUndo  # noqa: F401  # Django looks here
from servers.models import LicenseServer

GENESIS = "0" * 64  # what the first row names as the hash before it


class Action(models.TextChoices):
    """What a decision does."""

    GRANT = "grant", _("Switched on")
    WITHDRAW = "withdraw", _("Switched off")
    ACCEPT_ELEMENTS = "accept_elements", _("Data elements accepted")
    REFUSE_ELEMENTS = "refuse_elements", _("Data elements held back")
    REPORT_ELECTRONICALLY = "report_electronically", _("Reports travel electronically")
    REPORT_MANUALLY = "report_manually", _("Reports are carried by hand")
    ERASURE_REQUESTED = "erasure_requested", _("Erasure requested")
    ERASURE_CONFIRMED = "erasure_confirmed", _("Erasure confirmed by the recipient")
    HELD = "held", _("New data elements held back until accepted")
    ANNOUNCED = "announced", _("Data elements announced")


class Door(models.TextChoices):
    """Through which door a decision came in."""

    PAGE = "page", _("Page")
    API = "api", "REST"
    SHELL = "shell", _("Shell")
    POLICY = "policy", _("Policy")
    SYSTEM = "system", _("Licensing Manager itself")


# After these, less may leave than before: what was sealed earlier must not leave any more. Reporting by hand is none
# of them: the same data elements take another way.
NARROWING = frozenset({Action.GRANT, Action.WITHDRAW, Action.REFUSE_ELEMENTS})


class DecisionQuerySet(models.QuerySet["ConsentDecision"]):
    """Decisions, asked in sentences."""

    def of(self, server: LicenseServer, program_code: str) -> "DecisionQuerySet":
        """About this program on this server, oldest first."""
        return self.filter(server_id=server.pk, program=program_code).order_by("sequence")

    def newest_number(self, server: LicenseServer, *program_codes: str) -> int:
        """The row number of the newest decision about these programs there; 0 before the first."""
        rows = self.filter(server_id=server.pk, program__in=program_codes).order_by()
        return rows.aggregate(newest=Max("sequence"))["newest"] or 0

    def granted(self, server_ids: Collection[int] | None = None) -> set[tuple[int, str]]:
        """Server and program wherever the last choice was to switch it on; one query for any number of servers."""
        choices = self if server_ids is None else self.filter(server_id__in=server_ids)
        choices = choices.filter(action__in=[Action.GRANT, Action.WITHDRAW]).order_by()
        newest = choices.values("server_id", "program").annotate(newest=Max("sequence")).values("newest")
        return set(self.filter(sequence__in=newest, action=Action.GRANT).values_list("server_id", "program"))

    def narrowed_since(self, server_id: int, program_code: str, *, number: int) -> bool:
        """Was less agreed to after the row of that number?"""
        later = self.filter(server_id=server_id, program=program_code, sequence__gt=number)
        return later.filter(action__in=NARROWING).exists()


class ConsentDecision(models.Model):
    """One row of the ledger. Database triggers refuse to change or delete it.

    Who decided is kept as text and number, without a foreign key: an account that goes must not touch the row.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True, help_text="Row number, without gaps from 1")
    server = models.ForeignKey(LicenseServer, on_delete=models.PROTECT, related_name="+")
    server_guid = models.UUIDField()
    program = models.CharField(max_length=32)
    action = models.CharField(max_length=24, choices=Action.choices)
    decided_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    door = models.CharField(max_length=8, choices=Door.choices)
    reason = models.TextField(blank=True)
    declaration_version = models.CharField(max_length=32)
    language = models.CharField(max_length=12, blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the text that was shown")
    elements = models.JSONField(default=list, help_text="What it is about, as section.name")
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        default_permissions = ("view",)
        permissions = [("decide", "Can decide what is shared")]
        constraints = [
            models.CheckConstraint(condition=Q(sequence__gte=1), name="decisions_count_from_one"),
            models.CheckConstraint(condition=Q(action__in=Action.values), name="decision_action_known"),
            models.CheckConstraint(condition=Q(door__in=Door.values), name="decision_door_known"),
        ]
        indexes = [models.Index(fields=["server", "program", "sequence"])]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.program} {self.action}"


class ConsentText(models.Model):
    """The exact text that somebody saw before deciding, kept under its SHA-256. Append-only as well."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()

    class Meta:
        default_permissions = ()


class LedgerHead(models.Model):
    """One row that is locked while a decision is added, so that two at once cannot follow the same row."""

    class Meta:
        default_permissions = ()
