"""Which troubles are open, who was told of them, and who said what to them?"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alerts.bulk_models import BulkAct, BulkItem  # noqa: F401  # Django looks for tables here
from alerts.channel_models import Channel, Delivery, FeedAddress, Message  # noqa: F401  # Django looks for tables here
from alerts.clock import Kind
from alerts.severity import Severity
from alerts.standing_models import FleetEdition, ServerStanding  # noqa: F401  # for Django too
from servers.models import LicenseServer, ServerGroup


class Condition(models.TextChoices):
    """Troubles without a date, beside the clocks."""

    UPLOADS_FAIL = "uploads_fail", _("Uploads fail")
    UPLOAD_REFUSED = "upload_refused", _("Upload refused")
    INPUT_NOT_READ = "input_not_read", _("Input not recognized")
    CONSENT_ON_HOLD = "consent_on_hold", _("Consent on hold")
    PROVIDER_DETECTED = "provider_detected", _("Service provider detected")
    USAGE = "usage", _("Licenses in use")
    CHANNEL_SILENT = "channel_silent", _("Channel not reached")
    POLICY_WAITS = "policy_waits", _("Policy waits for a second person")


RULES = [*Kind.choices, *Condition.choices]


class AlertQuerySet(models.QuerySet["Alert"]):
    """Alerts, asked in sentences."""

    def open(self) -> "AlertQuerySet":
        """Whose trouble is not over, whether somebody reacted or not."""
        return self.filter(closed_at__isnull=True)

    def pressing(self) -> "AlertQuerySet":
        """Open, and nobody acknowledged or snoozed them: what the bell counts."""
        known = self.open().exclude(severity=Severity.UNKNOWN)
        return known.filter(acknowledged_at__isnull=True, snoozed_until__isnull=True)

    def in_state(self, state: str) -> "AlertQuerySet":
        """Those whose `state` is this one; a state that there is not raises KeyError."""
        over, asleep = Q(closed_at__isnull=False), Q(snoozed_until__isnull=False)
        seen, escalated = Q(acknowledged_at__isnull=False), Q(escalated_at__isnull=False)
        meant = {
            "closed": over,
            "snoozed": ~over & asleep,
            "acknowledged": ~over & ~asleep & seen,
            "escalated": ~over & ~asleep & ~seen & escalated,
            "open": ~over & ~asleep & ~seen & ~escalated,
        }
        return self.filter(meant[state])


class Alert(models.Model):
    """One trouble, on one server or on a thousand. The newest words; what was said before stands in the notices.

    `rung` is the step that was told last. An acknowledgement counts up to the severity it was given at.
    """

    rule = models.CharField(max_length=24, choices=RULES)
    problem = models.CharField(max_length=255, help_text="The same trouble has the same text, wherever it occurs")
    severity = models.CharField(max_length=8, choices=Severity.choices)
    rung = models.IntegerField(help_text="Days left at the step reached last, negative when it is over")
    due = models.DateField(null=True, blank=True)
    title = models.CharField(max_length=255)
    detail = models.TextField()
    action = models.TextField()
    feature = models.CharField(max_length=128, blank=True)
    server_count = models.PositiveIntegerField(default=0)
    is_muted = models.BooleanField(default=False, help_text="Its ladder says that nobody is told")
    pressing_since = models.DateTimeField(null=True, blank=True, help_text="Since when somebody must act this week")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When the rules last found it with something new")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.TextField(blank=True, help_text="What was seen when it was over")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)
    acknowledged_severity = models.CharField(max_length=8, choices=Severity.choices, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozed_by = models.CharField(max_length=150, blank=True)
    snooze_reason = models.CharField(max_length=500, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    language = ""  # of the words of a row that is shown to somebody who reads another one: `retelling.py`

    objects = AlertQuerySet.as_manager()
    STATES = ("open", "escalated", "acknowledged", "snoozed", "closed")

    class Meta:
        ordering = ["-opened_at", "-id"]
        permissions = [("react", "Can acknowledge and snooze alerts")]
        constraints = [
            models.UniqueConstraint(
                fields=["problem"], condition=Q(closed_at__isnull=True), name="one_problem_is_one_alert"
            ),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="alert_severity_known"),
            models.CheckConstraint(
                condition=Q(snoozed_until__isnull=True) | ~Q(snooze_reason=""), name="snoozed_with_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["closed_at", "severity", "-opened_at", "-id"], name="alerts_by_severity"),
            models.Index(fields=["-closed_at", "-id"], name="alerts_closed"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def severity_rank(self) -> int:
        """To compare how much it presses."""
        return Severity(self.severity).rank

    @property
    def state(self) -> str:
        """closed, snoozed, acknowledged, escalated or open."""
        if self.closed_at:
            return "closed"
        if self.snoozed_until:
            return "snoozed"
        if self.acknowledged_at:
            return "acknowledged"
        return "escalated" if self.escalated_at else "open"


class AlertServer(models.Model):
    """One server in the trouble of an alert, from when to when, and what was seen there."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="servers")
    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True)

    class Meta:
        ordering = ["server__name", "id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["alert", "server"], name="server_once_in_an_alert")]


class Notice(models.Model):
    """One thing to be said about an alert, once: a step that was reached, an escalation, the end of it."""

    class Reason(models.TextChoices):
        """What happened."""

        STEP = "step", _("Step reached")
        WOKEN = "woken", _("Snooze ended")
        ESCALATED = "escalated", _("Nobody reacted")
        CLOSED = "closed", _("Over")

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="notices")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    rung = models.IntegerField()
    at = models.DateTimeField()
    severity = models.CharField(max_length=8, choices=Severity.choices)
    title = models.CharField(max_length=255)
    detail = models.TextField()
    action = models.TextField()
    server_count = models.PositiveIntegerField(default=0)
    passed_over = models.JSONField(default=list, help_text="Steps that were reached while no rule ran")

    class Meta:
        ordering = ["at", "id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["alert", "reason", "rung"], name="said_once")]


class AlertEvent(models.Model):
    """What a person did to an alert."""

    class Act(models.TextChoices):
        """What was done."""

        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        TAKEN_BACK = "taken_back", _("Acknowledgement taken back")
        SNOOZED = "snoozed", _("Snoozed")
        WOKEN = "woken", _("Snooze ended by hand")

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="events")
    act = models.CharField(max_length=16, choices=Act.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    text = models.CharField(max_length=700, blank=True)

    class Meta:
        ordering = ["at", "id"]
        default_permissions = ()


class Threshold(models.Model):
    """A ladder of one's own for a rule: of the installation, a group, a product, or one product on one server.

    The narrowest that fits counts: server and product, product, group, installation. `rule` "" stands for every clock.
    """

    key = models.CharField(max_length=255, unique=True, help_text="What it is for, in one text: at most one for each")
    rule = models.CharField(max_length=24, choices=RULES, blank=True)
    group = models.ForeignKey(ServerGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    feature = models.CharField(max_length=128, blank=True)
    server = models.ForeignKey(LicenseServer, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    days = models.JSONField(default=list, blank=True, help_text="Days left, for clocks")
    percent = models.JSONField(default=list, blank=True, help_text="Percent in use, for usage")
    is_muted = models.BooleanField(default=False, help_text="Open alerts, tell nobody")
    escalate_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(group__isnull=True) | Q(server__isnull=True), name="group_or_server"),
            models.CheckConstraint(condition=Q(server__isnull=True) | ~Q(feature=""), name="server_with_product"),
        ]
