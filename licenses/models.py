"""What do we have? License files, and the licenses they grant."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servers.models import LicenseServer


class LicenseFileQuerySet(models.QuerySet["LicenseFile"]):
    """License files, asked in sentences."""

    def in_force(self) -> "LicenseFileQuerySet":
        """Without those that a newer file replaced."""
        return self.filter(retired_at__isnull=True)


class LicenseFile(models.Model):
    """One file as it came; the same bytes on one server are one row for ever."""

    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="license_files")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes")
    encoding = models.CharField(max_length=16)
    host_name = models.CharField(max_length=255, blank=True, help_text="The host that the file is bound to")
    imported_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = LicenseFileQuerySet.as_manager()

    class Meta:
        ordering = ["-imported_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["server", "sha256"], name="license_file_once"),
            models.UniqueConstraint(
                fields=["server", "name"], condition=Q(retired_at__isnull=True), name="license_file_name_once_in_force"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LicenseQuerySet(models.QuerySet["License"]):
    """Licenses, asked in sentences."""

    def in_force(self, *, on: date) -> "LicenseQuerySet":
        """Of files in force, started, and not past their last day. A license is good until the end of that day."""
        return (
            self.filter(file__retired_at__isnull=True)
            .filter(Q(expires_on__isnull=True) | Q(expires_on__gte=on))
            .filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on))
        )


class License(models.Model):
    """One FEATURE or INCREMENT line.

    None in `count` is "uncounted" and None in `expires_on` is "never", unless `…_known` says that nobody knows.
    """

    file = models.ForeignKey(LicenseFile, on_delete=models.CASCADE, related_name="licenses")
    line = models.PositiveIntegerField(help_text="Where it stands in the file")
    keyword = models.CharField(max_length=12)
    feature = models.CharField(max_length=128)
    vendor = models.CharField(max_length=64)
    version = models.CharField(max_length=64)
    css_date = models.DateField(null=True, blank=True, help_text="Customer Success Services date")
    expires_on = models.DateField(null=True, blank=True)
    expiry_known = models.BooleanField(default=True, help_text="False: the file has a date that cannot be read")
    starts_on = models.DateField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    count = models.PositiveBigIntegerField(null=True, blank=True)
    count_known = models.BooleanField(default=True, help_text="False: the file has a number that cannot be read")
    overdraft = models.PositiveBigIntegerField(default=0, help_text="On top of the count")
    license_type = models.CharField(max_length=64, blank=True, help_text="LT of the vendor string")
    serial_number = models.CharField(max_length=255, blank=True)
    notice = models.CharField(max_length=1024, blank=True)
    attributes = models.JSONField(default=list, help_text="Every attribute in order, without signatures")

    objects = LicenseQuerySet.as_manager()

    class Meta:
        ordering = ["feature", F("css_date").asc(nulls_last=True), "line"]
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="license_line_once")]
        indexes = [models.Index(fields=["feature", "css_date"])]

    def __str__(self) -> str:
        return f"{self.feature} {self.version}"

    @property
    def is_citrix(self) -> bool:
        """Vendor names are compared in any case."""
        return self.vendor.upper() == "CITRIX"

    @property
    def vendor_string(self) -> str:
        """The vendor's own text in the line; "" when there is none."""
        return next((value for key, value in self.attributes if key.upper() == "VENDOR_STRING" and value), "")

    @property
    def is_system(self) -> bool:
        """Start-up and diagnostics licenses belong to the installation and are never an entitlement."""
        return self.is_citrix and (self.feature.upper() in {"CITRIX", "CTXLSDIAG"} or self.license_type == "SYS")


class UsageSample(models.Model):
    """How many licenses were in use at a moment. None is "not said", never zero.

    `pool` is "" for all of a feature, or the version text (the CSS date) of one pool. Queued and reserved licenses are
    kept apart from those in use; the sources count reserved ones as in use, and `in_use` is what the source said.
    """

    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="+")
    feature = models.CharField(max_length=128)
    pool = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    in_use = models.PositiveBigIntegerField(null=True, blank=True)
    issued = models.PositiveBigIntegerField(null=True, blank=True, help_text="Overdraft included, as the source counts")
    queued = models.PositiveBigIntegerField(null=True, blank=True)
    reserved = models.PositiveBigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=32, help_text="The kind of report that said it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["server", "feature", "pool", "at", "source"], name="usage_sample_once")
        ]
        indexes = [models.Index(fields=["server", "feature", "-at"])]


class DailyPeak(models.Model):
    """The most licenses of a feature in use on one day in the server's zone, kept in step with the samples."""

    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="+")
    feature = models.CharField(max_length=128)
    pool = models.CharField(max_length=64, blank=True)
    day = models.DateField()
    in_use = models.PositiveBigIntegerField()
    issued = models.PositiveBigIntegerField(null=True, blank=True)
    samples = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["server", "feature", "pool", "day"], name="daily_peak_once")]


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments, asked in sentences."""

    def held(self) -> "AssignmentQuerySet":
        """Without those that the newest list of their feature did not name any more."""
        return self.filter(gone_at__isnull=True)


class Assignment(models.Model):
    """A user or a device that holds a license of one feature: for 90 days after the last use, by the vendor's rule.

    `name` is a pseudonym where `is_pseudonym` is True; the same person has the same pseudonym, so counts stay right.
    """

    class Holder(models.TextChoices):
        """Who holds it."""

        USER = "user", _("User")
        DEVICE = "device", _("Device")

    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="+")
    feature = models.CharField(max_length=128)
    css_text = models.CharField(max_length=16, blank=True)
    holder = models.CharField(max_length=8, choices=Holder.choices)
    name = models.CharField(max_length=255)
    is_pseudonym = models.BooleanField(default=False)
    assigned_at = models.DateTimeField(null=True, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        permissions = [("view_assignment_names", "Can see who holds a license")]
        constraints = [
            models.UniqueConstraint(fields=["server", "feature", "css_text", "holder", "name"], name="assignment_once")
        ]


class GracePeriod(models.Model):
    """Supplemental grace, also called license burst mode: more may connect than there are licenses, for some days."""

    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="+")
    noted_at = models.DateTimeField(help_text="The moment that the source speaks about")
    ends_at = models.DateTimeField(help_text="From the days that were left at that moment")
    code = models.CharField(max_length=32, blank=True, help_text="Why it was entered, as the source says it")
    source = models.CharField(max_length=32)

    class Meta:
        ordering = ["-noted_at"]
        constraints = [models.UniqueConstraint(fields=["server", "noted_at"], name="grace_period_once")]


class ActivationLease(models.Model):
    """What the License Activation Service activated. `reported` is the number as it came, `quantity` what we count."""

    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=128)
    quantity = models.PositiveBigIntegerField(null=True, blank=True)
    reported = models.PositiveBigIntegerField(null=True, blank=True)
    was_doubled = models.BooleanField(default=False, help_text="The source reported twice the contracted number")
    expires_on = models.DateField(null=True, blank=True)
    last_seen_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["server", "code"], name="activation_lease_once")]
