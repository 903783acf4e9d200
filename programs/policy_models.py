"""What was chosen for many servers at once, who agreed to it, and what became of it on each of them?"""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servers.models import LicenseServer, ReportingMode, ServerGroup


class Sharing(models.TextChoices):
    """The three-way choice; "" leaves every server as it is."""

    CALL_HOME = "call_home", _("Call Home, which includes CEIP")
    CEIP = "ceip", _("CEIP only")
    NONE = "none", _("Do not share")


class Switch(models.TextChoices):
    """On or off; "" leaves every server as it is."""

    ON = "on", _("On")
    OFF = "off", _("Off")


class PolicyState(models.TextChoices):
    """How far a policy is. Only an approved one can be applied."""

    DRAFT = "draft", _("Draft, nothing applied")
    PROPOSED = "proposed", _("Waits for a second person")
    APPROVED = "approved", _("Approved, not applied yet")
    DECLINED = "declined", _("Declined, nothing applied")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    SUPERSEDED = "superseded", _("Superseded by a later policy")
    UNDONE = "undone", _("Undone")


AGREED = (PolicyState.APPROVED, PolicyState.APPLYING, PolicyState.APPLIED, PolicyState.SUPERSEDED, PolicyState.UNDONE)


class Outcome(models.TextChoices):
    """What a policy would do to a server, as a whole or in one setting."""

    CHANGES = "changes", _("Changes")
    ALREADY = "already", _("Already so")
    REFUSED = "refused", _("Refused")


class Result(models.TextChoices):
    """What became of it."""

    DECIDED = "decided", _("Decided")
    ALREADY = "already", _("Already so")
    REFUSED = "refused", _("Refused")
    CHANGED_SINCE = "changed_since", _("Left alone: it changed after the approval")


class Policy(models.Model):
    """One choice for a group of servers, or for all of them. Its number is the one that the ledger names.

    People are kept as text and number, as in the ledger: an account that goes must not touch the row.
    """

    name = models.CharField(max_length=100)
    reason = models.CharField(max_length=500, blank=True)
    group = models.ForeignKey(ServerGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sharing = models.CharField(max_length=12, choices=Sharing.choices, blank=True)
    event_data = models.CharField(max_length=4, choices=Switch.choices, blank=True)
    reporting_mode = models.CharField(max_length=12, choices=ReportingMode.choices, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Counts on when it is proposed after it was applied")
    state = models.CharField(max_length=12, choices=PolicyState.choices, default=PolicyState.DRAFT)
    digest = models.CharField(max_length=64, blank=True, help_text="Of the newest dry run; approval is bound to it")
    dry_run_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    proposer_id = models.BigIntegerField(null=True, blank=True)
    proposer = models.CharField(max_length=150, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    approver_id = models.BigIntegerField(null=True, blank=True)
    approver = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=12, blank=True, help_text="In which the approver read the texts")
    texts: Any = models.JSONField(default=dict, help_text="SHA-256 of what the approver read, by setting")
    progress_at = models.DateTimeField(null=True, blank=True, help_text="When a worker last went on with it")

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [
            ("propose_policy", "Can draft, propose and undo what is shared by many servers"),
            ("approve_policy", "Can approve what somebody else proposed"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PolicyState.values), name="policy_state_known"),
            models.CheckConstraint(
                condition=~Q(sharing="", event_data="", reporting_mode=""), name="policy_chooses_something"
            ),
            models.CheckConstraint(condition=~Q(approver_id=F("proposer_id")), name="policy_takes_two_people"),
            models.CheckConstraint(
                condition=~Q(state__in=AGREED)
                | (Q(proposer_id__isnull=False, approver_id__isnull=False) & ~Q(digest="")),
                name="policy_agreed_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PolicyEvent(models.Model):
    """Who did what to a policy, when and why. Database triggers refuse to change or delete it."""

    class Kind(models.TextChoices):
        """The steps."""

        DRAFTED = "drafted", _("Drafted")
        DRY_RUN = "dry_run", _("Dry run")
        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        BEGUN = "begun", _("Applying began")
        APPLIED = "applied", _("Applied")
        SUPERSEDED = "superseded", _("Superseded")
        UNDO_ASKED = "undo_asked", _("Undo asked for")
        UNDO_APPROVED = "undo_approved", _("Undo approved")
        UNDO_DECLINED = "undo_declined", _("Undo declined")
        UNDONE = "undone", _("Undone")

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="events")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True, blank=True)
    by = models.CharField(max_length=150)
    note = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()


class RowQuerySet(models.QuerySet["PolicyRow"]):
    """Rows of policies, asked in sentences."""

    def of(self, policy: Policy) -> "RowQuerySet":
        """Of the version that the policy has now."""
        return self.filter(policy_id=policy.pk, version=policy.version)

    def refusing(self) -> "RowQuerySet":
        """Refused in any setting, also where another one changes."""
        refused = Outcome.REFUSED
        return self.filter(Q(sharing=refused) | Q(event_data=refused) | Q(reporting_mode=refused))

    def to_do(self) -> "RowQuerySet":
        """Not decided yet, or decided and what it ends was not acknowledged as ended."""
        return self.filter(Q(result="") | Q(acknowledged_at__isnull=True))

    def undoable(self, policy: Policy) -> "RowQuerySet":
        """What any version of this policy decided and nobody undid yet, the newest version first."""
        rows = self.filter(policy_id=policy.pk, result=Result.DECIDED, undone_at__isnull=True)
        return rows.select_related("server").order_by("-version", "pk")


class PolicyRow(models.Model):
    """One server in one version of a policy: what the dry run found, and what applying then did, once."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    server = models.ForeignKey(LicenseServer, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    sharing = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    event_data = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    reporting_mode = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    facts: Any = models.JSONField(default=dict, help_text="What would start, end, grow, and why something is refused")
    result = models.CharField(max_length=16, choices=Result.choices, blank=True)
    decisions: Any = models.JSONField(default=list, help_text="Numbers of the ledger")
    decided_after = models.PositiveBigIntegerField(default=0, help_text="Newest number of the ledger before them")
    mode_before = models.CharField(max_length=12, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True, help_text="Nothing of what it ended leaves any more")
    canceled = models.PositiveIntegerField(default=0, help_text="Uploads that it stopped")
    undone_at = models.DateTimeField(null=True, blank=True)
    undo_decisions: Any = models.JSONField(default=list)
    undo_acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["policy", "version", "server"], name="server_once_a_version"),
            models.CheckConstraint(
                condition=Q(result="") | Q(decided_at__isnull=False), name="policy_result_at_a_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["policy", "version", "outcome", "id"], name="policy_outcomes"),
            models.Index(fields=["policy", "result", "undone_at"], name="policy_results"),
        ]


class PolicyUndo(models.Model):
    """A wish to restore what was before. One that lets anything leave again takes a second person."""

    class State(models.TextChoices):
        """How far it is."""

        PROPOSED = "proposed", _("Waits for a second person")
        WORKING = "working", _("Being undone")
        DECLINED = "declined", _("Declined")
        DONE = "done", _("Done")

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="undoings")
    server = models.ForeignKey(LicenseServer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts = models.BooleanField(help_text="Of the rows after whose undoing something leaves again")
    state = models.CharField(max_length=12, choices=State.choices)
    digest = models.CharField(max_length=64)
    proposer_id = models.BigIntegerField()
    proposer = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()
    approver_id = models.BigIntegerField(null=True, blank=True)
    approver = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=12, blank=True)
    rows: Any = models.JSONField(default=list, help_text="Numbers of the rows that wait")
    total = models.PositiveIntegerField(default=0)
    left_alone = models.PositiveIntegerField(default=0, help_text="Rows that could not be undone any more")
    progress_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(approver_id=F("proposer_id")), name="undo_takes_two_people"),
            models.CheckConstraint(
                condition=Q(starts=False) | ~Q(state__in=["working", "done"]) | Q(approver_id__isnull=False),
                name="undo_that_starts_is_approved",
            ),
        ]

    @property
    def done(self) -> int:
        """Servers that were restored, or left alone with a reason."""
        return self.total - len(self.rows)
