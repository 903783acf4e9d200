"""Did it arrive? Uploads, every attempt at them, and the previews that were sealed for them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servers.models import LicenseServer
from uploads import policy
from uploads.courier_models import ManualReport  # noqa: F401  # Django looks for the tables of an app here
from uploads.explanations import Explanation, explain, explain_cause
from uploads.own_state import DiskReading, NetworkCheck  # noqa: F401  # for Django too
from uploads.result_file import SUCCESS
from uploads.states import State
from uploads.upload_indexes import INDEXES


class Trigger(models.TextChoices):
    """What asked for an upload."""

    SCHEDULE = "schedule", gettext_lazy("Daily")
    PERSON = "person", gettext_lazy("By hand")
    OBSERVED = "observed", gettext_lazy("By the license server")
    CARRIED = "carried", gettext_lazy("Carried by hand")


class Origin(models.TextChoices):
    """Where an upload came about."""

    SENT = "sent", gettext_lazy("Sent from here")
    OBSERVED = "observed", gettext_lazy("Observed on the license server")
    CARRIED = "carried", gettext_lazy("Carried by hand")


def outcome_of(state: str, code: str) -> str:
    """The state in one word for people: an observed upload ended as its own result says."""
    if state != State.OBSERVED:
        return state
    return "delivered" if code == SUCCESS else "failed" if code else "observed"


class UploadQuerySet(models.QuerySet["Upload"]):
    """Uploads, asked in sentences."""

    def claimable(self, *, now: datetime) -> "UploadQuerySet":
        """What a worker may start: waiting, due for another attempt, or left behind by a dead worker.

        Moments further ahead than we ever wait were written by a clock that was wrong; nobody waits for those.
        """
        too_far, lease = now + policy.LONGEST_WAIT, now + policy.LEASE + policy.CLOCKS_DIFFER
        again = Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=too_far)
        left_behind = Q(lease_until__lt=now) | Q(lease_until__gt=lease)
        return self.filter(
            Q(state=State.QUEUED)
            | Q(again, state__in=[State.FAILED, State.REFUSED])
            | Q(left_behind, state=State.SENDING)
        )

    def arrived(self) -> "UploadQuerySet":
        """What we delivered, and what the license server itself says that it delivered."""
        return self.filter(Q(state=State.DELIVERED) | Q(state=State.OBSERVED, result_code=SUCCESS))

    def with_delivered_bundle(self) -> "UploadQuerySet":
        """What arrived from here and whose bytes were not deleted since."""
        return self.filter(state=State.DELIVERED, bundle_deleted_at__isnull=True)

    def unfinished(self) -> "UploadQuerySet":
        """What may still arrive."""
        return self.filter(state__in=[State.QUEUED, State.SENDING, State.FAILED, State.REFUSED])


class Upload(models.Model):
    """One bundle of one period on its way. `period` is the due time that it reports for, or when a person asked."""

    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="+", db_index=False)
    program = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    period = models.DateTimeField()
    trigger = models.CharField(max_length=12, choices=Trigger.choices, default=Trigger.SCHEDULE)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    origin = models.GeneratedField(
        expression=Case(
            When(trigger=Trigger.OBSERVED, then=Value(Origin.OBSERVED.value)),
            When(trigger=Trigger.CARRIED, then=Value(Origin.CARRIED.value)),
            default=Value(Origin.SENT.value),
        ),
        output_field=models.CharField(max_length=12),
        db_persist=True,
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True, help_text="When a message was put into the broker")
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_holder = models.CharField(max_length=64, blank=True)
    bundle_sha256 = models.CharField(max_length=64, blank=True)
    bundle_name = models.CharField(max_length=64, blank=True)
    bundle_deleted_at = models.DateTimeField(null=True, blank=True, help_text="When its bytes were let go")
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes of the bundle")
    sealed_as = models.CharField(max_length=12, blank=True, help_text="Participation when sealing began")
    sealed_under = models.PositiveBigIntegerField(default=0, help_text="Newest decision when sealing began")
    acknowledged_bytes = models.PositiveBigIntegerField(default=0)
    progress_at = models.DateTimeField(null=True, blank=True, help_text="When a chunk was last acknowledged")
    cancel_asked_at = models.DateTimeField(null=True, blank=True, help_text="When a person canceled it")
    cancel_reason = models.CharField(max_length=700, blank=True, help_text="Who canceled it, and why")
    remote_id = models.CharField(max_length=128, blank=True, help_text="The id that the receiver gave the bundle")
    chunk_bytes = models.PositiveIntegerField(default=0, help_text="Chunk that the receiver asked for, 0 before")
    destination = models.CharField(max_length=255, blank=True, help_text="host:port of the last attempt")
    result_code = models.CharField(max_length=64, blank=True)
    cause = models.CharField(max_length=32, blank=True, help_text="The shape of the last failure, by `causes.py`")
    attempt_count = models.PositiveIntegerField(default=0)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        permissions = [
            ("start_upload", "Can start an upload or try it again"),
            ("download_bundle", "Can download what was sent"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["server", "program", "kind", "period"], name="one_upload_a_period"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="upload_state_known"),
            models.CheckConstraint(condition=Q(acknowledged_bytes__lte=F("size")), name="never_more_than_the_bundle"),
            models.CheckConstraint(
                condition=~Q(state=State.DELIVERED)
                | (Q(finished_at__isnull=False, acknowledged_bytes=F("size")) & ~Q(bundle_sha256="")),
                name="delivered_means_all_of_it",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.FAILED, State.REFUSED]) | Q(next_attempt_at__isnull=False),
                name="failed_knows_when_again",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | Q(lease_until__isnull=False), name="sending_holds_a_lease"
            ),
        ]
        indexes = INDEXES

    def __str__(self) -> str:
        return f"{self.program} {self.kind} {self.period:%Y-%m-%d %H:%M}"

    @property
    def explanation(self) -> Explanation | None:
        """What the result means; None before there is one."""
        if not self.result_code:
            return None
        if not self.cause or self.state in {State.DELIVERED, State.CANCELED}:
            return explain(self.result_code)  # whatever failed before does not explain this end
        return explain_cause(self.cause, observed=self.state == State.OBSERVED)

    @property
    def percent(self) -> int:
        """How much of the bundle was acknowledged, in whole percent, rounded down."""
        return self.acknowledged_bytes * 100 // self.size if self.size else 0

    @property
    def outcome(self) -> str:
        """The state in one word for people: an observed upload ended as its own result says."""
        return outcome_of(self.state, self.result_code)

    @property
    def outcome_words(self) -> str:
        """The same as a person reads it."""
        if self.state != State.OBSERVED:
            return self.get_state_display()
        words = {"delivered": _("Delivered, observed"), "failed": _("Failed, observed")}
        return words.get(self.outcome, _("Observed, result not known"))

    @property
    def mark(self) -> str:
        """Changes whenever somebody who looks at the history should see something new."""
        return f"{self.pk}-{self.state}-{self.attempt_count}"

    @property
    def is_moving(self) -> bool:
        """Will its row change soon without anybody doing anything?"""
        return self.state in {State.QUEUED, State.SENDING}


class Attempt(models.Model):
    """One try at an upload, from claiming it to knowing how it ended."""

    class Verdict(models.TextChoices):
        """How it ended."""

        RUNNING = "running", gettext_lazy("Running")
        DELIVERED = "delivered", gettext_lazy("Delivered")
        TRY_AGAIN = "try_again", gettext_lazy("Try again")
        REFUSED = "refused", gettext_lazy("Refused")
        CANCELED = "canceled", gettext_lazy("Canceled")
        ABANDONED = "abandoned", gettext_lazy("Its worker died")
        SEALED = "sealed", gettext_lazy("Sealed, to be carried")
        OBSERVED = "observed", gettext_lazy("Observed")

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, default=Verdict.RUNNING)
    code = models.CharField(max_length=64, blank=True)
    evidence = models.TextField(blank=True, help_text="What was seen, untouched")
    destination = models.CharField(max_length=255, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    bytes_sent = models.PositiveBigIntegerField(default=0)
    first_byte = models.PositiveBigIntegerField(default=0, help_text="What was acknowledged before it")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="attempt_number_once")]

    @property
    def explanation(self) -> Explanation | None:
        """What its end means, by its own evidence; None before there is one."""
        if not self.code:
            return None
        observed = self.verdict == Attempt.Verdict.OBSERVED
        return explain(self.code, evidence=self.evidence, status=self.http_status, observed=observed)

    @property
    def has_failed(self) -> bool:
        """Did it end without the upload arriving, and nobody wanted that?"""
        return self.verdict in {Attempt.Verdict.TRY_AGAIN, Attempt.Verdict.REFUSED}

    @property
    def duration(self) -> timedelta | None:
        """From claiming to knowing how it ended; None while it runs, and for what was only observed."""
        if self.finished_at is None or self.verdict == Attempt.Verdict.OBSERVED:
            return None
        return self.finished_at - self.started_at

    @property
    def bytes_per_second(self) -> float | None:
        """Over the whole attempt; None where nothing was sent or it is not known how long that took."""
        seconds = self.duration.total_seconds() if self.duration else 0
        return self.bytes_sent / seconds if seconds > 0 and self.bytes_sent else None


class Preview(models.Model):
    """A bundle that was sealed to be looked at, and can be sent exactly as it is. One for each kind of a server."""

    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="+")
    program = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    bundle_sha256 = models.CharField(max_length=64)
    bundle_name = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sealed_at = models.DateTimeField()
    sealed_as = models.CharField(max_length=12, blank=True, help_text="Participation when sealing began")
    sealed_under = models.PositiveBigIntegerField(default=0, help_text="Newest decision when sealing began")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["server", "program", "kind"], name="one_preview_a_kind")]
        permissions = (("seal_preview", "Can seal a preview"),)


class Tick(models.Model):
    """When a part of the background work last gave a sign of life. A watchdog outside Celery reads it."""

    name = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    @classmethod
    def note(cls, name: str, *, at: datetime) -> None:
        """The part of this name is alive."""
        cls.objects.update_or_create(name=name, defaults={"at": at})
