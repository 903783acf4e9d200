"""What do we have? License files, and the licenses they grant."""

from datetime import date

from django.db import models
from django.db.models import F, Q

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
    def is_system(self) -> bool:
        """Start-up and diagnostics licenses belong to the installation and are never an entitlement."""
        return self.is_citrix and (self.feature.upper() in {"CITRIX", "CTXLSDIAG"} or self.license_type == "SYS")
