"""Which ways lead to people, and what went along each of them?"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from alerts.severity import Severity
from servers.models import LicenseServer, ServerGroup


class InUse(models.Manager["Channel"]):
    """Without the removed ones."""

    def get_queryset(self) -> models.QuerySet["Channel"]:
        """Whom something may still be told."""
        return super().get_queryset().filter(removed_at__isnull=True)


class Channel(models.Model):
    """One way to people. Where it leads, and its secret, are sealed; `shown` is what a page may say of it.

    A removed one leads nowhere and stays as the evidence of what was told there; `objects` leaves it out.
    """

    class Way(models.TextChoices):
        """How it is told."""

        EMAIL = "email", _("E-mail")
        WEBHOOK = "webhook", _("Signed webhook")
        APPRISE = "apprise", _("Apprise (Slack, Teams, PagerDuty, ntfy and others)")

    class Digest(models.TextChoices):
        """At once, or gathered."""

        NONE = "none", _("At once")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")

    name = models.CharField(max_length=100)
    way = models.CharField(max_length=12, choices=Way.choices)
    target = models.TextField(help_text="Sealed: addresses, or an address with its credentials")
    secret = models.TextField(blank=True, help_text="Sealed: what a webhook is signed with")
    shown = models.CharField(max_length=255, help_text="Where it leads, without anything secret")
    floor = models.CharField(max_length=8, choices=Severity.choices, default=Severity.PLAN)
    rules = models.JSONField(default=list, blank=True, help_text="Rules it tells of; none means all")
    groups = models.ManyToManyField(ServerGroup, blank=True, related_name="+")
    servers = models.ManyToManyField(LicenseServer, blank=True, related_name="+")
    digest = models.CharField(max_length=8, choices=Digest.choices, default=Digest.NONE)
    digest_hour = models.PositiveSmallIntegerField(default=7, help_text="Hour of the day in its zone")
    digest_weekday = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    is_escalation = models.BooleanField(default=False, help_text="Told only of what nobody reacted to")
    tells_end = models.BooleanField(default=True, help_text="Also told when it is over")
    is_enabled = models.BooleanField(default=True)
    broken_at = models.DateTimeField(null=True, blank=True, help_text="The other side refused for good")
    broken_because = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.CharField(max_length=150, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=150, blank=True)

    objects = InUse()
    ever = models.Manager["Channel"]()

    class Meta:
        ordering = ["name"]
        permissions = [("manage_channels", "Can add, change, test and remove channels")]
        constraints = [
            models.UniqueConstraint(Lower("name"), condition=Q(removed_at__isnull=True), name="channel_named_once"),
            models.CheckConstraint(condition=Q(way__in=["email", "webhook", "apprise"]), name="channel_way_known"),
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="digest_hour_of_a_day"),
            models.CheckConstraint(condition=Q(digest_weekday__lte=6), name="digest_weekday_of_a_week"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_have_two_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message on its way. Put together once; a second try is the same bytes under the same id."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Sending")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="messages")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    is_test = models.BooleanField(default=False)
    subject = models.CharField(max_length=255)
    content = models.JSONField(help_text="What is said, before a channel gives it its form")
    composed_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(default=list, help_text="Of each try and recipient: when, to whom, what was answered")

    class Meta:
        ordering = ["-composed_at", "-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "delivered", "failed"]), name="message_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False), name="sending_message_holds_a_lease"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="messages_due"),
            models.Index(fields=["composed_at", "id"], name="messages_newest"),
            models.Index(fields=["channel", "composed_at", "id"], name="messages_of_channel"),
        ]


class Delivery(models.Model):
    """One notice for one channel: what became of it, or why it was not told there."""

    class Verdict(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Waiting")
        HELD = "held", _("Held back for now")
        SENT = "sent", _("In a message")
        SKIPPED = "skipped", _("Not told")

    notice = models.ForeignKey("alerts.Notice", on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    because = models.CharField(max_length=255, help_text="A sentence: why it goes, waits or does not go")
    due_at = models.DateTimeField(null=True, blank=True, help_text="Not before: quiet hours, digest")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="deliveries")

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="told_once_a_channel")]
        indexes = [models.Index(fields=["verdict", "due_at"], name="deliveries_due")]


class FeedAddress(models.Model):
    """A secret address at which a calendar or a feed reader reads. Only its digest is kept; it can be taken back."""

    class Feed(models.TextChoices):
        """What is read there."""

        CALENDAR = "calendar", _("Calendar")
        ATOM = "atom", _("Atom feed")

    feed = models.CharField(max_length=12, choices=Feed.choices)
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    server = models.ForeignKey(LicenseServer, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        default_permissions = ()
