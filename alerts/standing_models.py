"""Which of ten thousand servers needs somebody first? One row for each server: its next trouble, kept ready to be read.

The row repeats what the tables of other floors say, so that a list of the fleet is one short question. Only
`keeping_standings.py` writes it. Dates stand in it, never days left: a row is as true tomorrow as it is today.
"""

from datetime import UTC, date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alerts.clock import State
from servers.models import LicenseServer, ReportingMode, ServerGroup

NEVER = date(9999, 12, 31)  # a date that is none: the order of a list needs one, and such rows come last
NOT_YET = datetime(1970, 1, 1, tzinfo=UTC)  # the same for a report that never arrived; such rows come first
STALE_AFTER = timedelta(minutes=10)  # ours: the rules look once a minute
STATES = [(state.value, state.value) for state in State]


class Pressure(models.TextChoices):
    """How much a server presses. Well is only what somebody looked at, and found nothing within 30 days."""

    ACT = "act", _("Act this week")
    PLAN = "plan", _("Plan this month")
    WELL = "well", _("Quiet")
    UNKNOWN = "unknown", _("Not known")


class Share(models.TextChoices):
    """The choice in force about Call Home and CEIP."""

    CALL_HOME = "call_home", "Call Home"
    CEIP = "ceip", _("CEIP only")
    NONE = "none", _("Not shared")
    ENFORCED = "enforced", _("Call Home, enforced")


class ServerStanding(models.Model):
    """Where one server stands. `looked_at` None: nobody looked yet, and nothing but the name is known.

    `kind` is a clock or a condition, "" for none; of a condition `due` is the day it began. `verdict` is the worst of
    the three before it. `marks` are the dates of its clocks, written by `next_trouble.py`.
    """

    server = models.OneToOneField(LicenseServer, on_delete=models.CASCADE, related_name="+")
    name_key = models.CharField(max_length=255, help_text="The name in lower case")
    group = models.ForeignKey(
        ServerGroup, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    build = models.CharField(max_length=64, blank=True)
    mode = models.CharField(max_length=12, choices=ReportingMode.choices)
    is_archived = models.BooleanField(default=False)
    is_provider = models.BooleanField(default=False)
    is_registered = models.BooleanField(default=False)
    share = models.CharField(max_length=12, choices=Share.choices, default=Share.NONE)
    sends_events = models.BooleanField(default=False)
    pressure = models.CharField(max_length=8, choices=Pressure.choices, default=Pressure.UNKNOWN)
    kind = models.CharField(max_length=24, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=16, choices=STATES, default=State.UNKNOWN)
    due = models.DateField(default=NEVER)
    age_verdict = models.CharField(max_length=16, choices=STATES, default=State.UNKNOWN)
    mode_verdict = models.CharField(max_length=16, choices=STATES, default=State.UNKNOWN)
    version_verdict = models.CharField(max_length=16, choices=STATES, default=State.UNKNOWN)
    verdict = models.CharField(max_length=16, choices=STATES, default=State.UNKNOWN)
    alerts_to_act = models.PositiveIntegerField(default=0)
    alerts_to_plan = models.PositiveIntegerField(default=0)
    alerts_to_watch = models.PositiveIntegerField(default=0)
    reported_at = models.DateTimeField(default=NOT_YET, help_text="When a telemetry report last arrived")
    marks = models.CharField(max_length=1000, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True, help_text="When the rules last found something new")

    class Meta:
        ordering = ["due", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(pressure__in=Pressure.values), name="standing_pressure_known"),
            models.CheckConstraint(
                condition=Q(looked_at__isnull=False) | Q(pressure=Pressure.UNKNOWN), name="unseen_is_unknown"
            ),
        ]
        # Each leads with what is filtered and ends with the order of the pages.
        indexes = [
            models.Index(fields=["is_archived", "due", "id"], name="fleet_by_due"),
            models.Index(fields=["is_archived", "name_key", "id"], name="fleet_by_name"),
            models.Index(fields=["is_archived", "reported_at", "id"], name="fleet_by_report"),
            models.Index(fields=["is_archived", "pressure", "due", "id"], name="fleet_pressure"),
            models.Index(fields=["is_archived", "kind", "due", "id"], name="fleet_kind"),
            models.Index(fields=["is_archived", "group", "due", "id"], name="fleet_group"),
            models.Index(fields=["is_archived", "verdict", "due", "id"], name="fleet_verdict"),
            models.Index(fields=["is_archived", "share", "due", "id"], name="fleet_share"),
            models.Index(fields=["is_archived", "build", "due", "id"], name="fleet_build"),
        ]

    def __str__(self) -> str:
        return f"{self.name_key}: {self.pressure}"

    @property
    def due_on(self) -> date | None:
        """The day of the next trouble; None where there is none."""
        return None if self.due == NEVER else self.due

    @property
    def last_report(self) -> datetime | None:
        """When a report last arrived; None before the first."""
        return None if self.reported_at == NOT_YET else self.reported_at

    @property
    def alert_count(self) -> int:
        """Open alerts of every severity."""
        return self.alerts_to_act + self.alerts_to_plan + self.alerts_to_watch


class FleetEdition(models.Model):
    """One row that is written anew whenever any standing changes: what was counted before does not count any more."""

    token = models.CharField(max_length=32, blank=True, help_text="Random, so that no two are ever alike")

    class Meta:
        default_permissions = ()
