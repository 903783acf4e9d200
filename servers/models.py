"""Which machines are ours? License servers and the groups they stand in."""

import re
import uuid
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Lower
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servers.installation_models import InstallationChoice  # noqa: F401  # Django looks for tables here


class ReportingMode(models.TextChoices):
    """How mandatory telemetry travels. Manual means: the management service is disabled."""

    ELECTRONIC = "electronic", _("Electronic")
    MANUAL = "manual", _("Manual")


class LicensingMode(models.TextChoices):
    """What activates the products of a server."""

    FILE = "file", _("License files")
    LAS_ONLINE = "las_online", _("License Activation Service, online")
    LAS_OFFLINE = "las_offline", _("License Activation Service, offline")


class ProviderOverride(models.TextChoices):
    """What an administrator says about service-provider licenses, against or with what was detected."""

    AUTOMATIC = "automatic", _("Detected")
    YES = "yes", _("Service provider")
    NO = "no", _("No service provider")


class ServerGroup(models.Model):
    """A site, a tenant, a department: whatever servers are sorted by."""

    name = models.CharField(max_length=100, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ServerQuerySet(models.QuerySet["LicenseServer"]):
    """Servers, asked in sentences."""

    def in_service(self) -> "ServerQuerySet":
        """Without the archived ones."""
        return self.filter(archived_at__isnull=True)

    def named(self, name: str) -> "ServerQuerySet":
        """By name, in any case; at most one."""
        return self.filter(name__iexact=name)


class LicenseServer(models.Model):
    """One license server, and what we know of it. An empty text or None is "not known", never a guess."""

    guid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=255, help_text="Host name, fully qualified where possible")
    group = models.ForeignKey(ServerGroup, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    hardware_id = models.CharField(max_length=64, blank=True)
    product_version = models.CharField(max_length=64, blank=True, help_text="For example 11.17.2.0 build 53100")
    operating_system = models.CharField(max_length=128, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    installed_at = models.DateTimeField(null=True, blank=True)
    service_started_at = models.DateTimeField(help_text="The first upload is due five minutes later")
    schedule_reset_at = models.DateTimeField(null=True, blank=True, help_text="It was reinstalled: days count anew")
    licensing_mode = models.CharField(max_length=12, choices=LicensingMode.choices, default=LicensingMode.FILE)
    reporting_mode = models.CharField(max_length=12, choices=ReportingMode.choices, default=ReportingMode.ELECTRONIC)
    provider_override = models.CharField(
        max_length=12, choices=ProviderOverride.choices, default=ProviderOverride.AUTOMATIC
    )
    reports_as_provider = models.BooleanField(default=False, help_text="A report of the server bills users")
    provider_rule = models.CharField(max_length=32, blank=True, help_text="Which rule decided, or none")
    provider_evidence = models.CharField(max_length=512, blank=True)
    is_provider = models.BooleanField(default=False, help_text="The verdict of licenses.service_provider")
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    is_demo = models.BooleanField(default=False, editable=False, help_text="Invented: sends to the sandbox alone")

    objects = ServerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        permissions = [("archive_licenseserver", "Can archive a license server")]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="server_name_once", violation_error_message=_("This name is taken.")
            ),
            models.CheckConstraint(condition=~Q(name=""), name="server_has_name"),
        ]
        # What every page asks: the first few by name, and the one that is here for longest.
        indexes = [
            models.Index(fields=["name"], condition=Q(archived_at__isnull=True), name="servers_by_name"),
            models.Index(fields=["created_at"], condition=Q(archived_at__isnull=True), name="servers_by_age"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """The host part of the name; an IP address stays whole."""
        return self.name if self.name.replace(".", "").isdigit() else self.name.partition(".")[0]

    @property
    def zone(self) -> ZoneInfo:
        """The server's own zone; `servers.registry` lets no other name in."""
        return ZoneInfo(self.time_zone)

    @property
    def build(self) -> str:
        """The build number in the product version; "" where none is known."""
        found = re.search(r"\bbuild\s+(\d+)", self.product_version, re.IGNORECASE)
        return found[1] if found else ""

    @property
    def reports_electronically(self) -> bool:
        """Is the management service enabled?"""
        return self.reporting_mode == ReportingMode.ELECTRONIC


class CloudRegistration(models.Model):
    """One registration of a server with the cloud, from the code that a person enters there to its removal."""

    class State(models.TextChoices):
        """How far it came. Only the last four are ends."""

        WAITING = "waiting", _("Waiting for the code")
        REGISTERED = "registered", _("Registered")
        REMOVED = "removed", _("Removed")
        EXPIRED = "expired", _("Code expired")
        REFUSED = "refused", _("Refused")

    server = models.ForeignKey(LicenseServer, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    code = models.CharField(max_length=8, help_text="What a person enters at the destination")
    remote_id = models.CharField(max_length=128, help_text="The id that the destination gave the registration")
    destination = models.CharField(max_length=255, blank=True, help_text="host:port that gave the code")
    customer_id = models.CharField(max_length=128, blank=True, help_text="The tenant that confirmed the code")
    requested_by = models.CharField(max_length=150, blank=True)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="The code is worth nothing from here on")
    registered_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=150, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    tell_removal = models.BooleanField(default=False, help_text="The destination has not heard yet that it ended")
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When the destination was last asked or told")

    class Meta:
        ordering = ["-requested_at", "-id"]
        permissions = [("register_licenseserver", "Can register a license server with the cloud, and end that")]
        constraints = [
            models.UniqueConstraint(
                fields=["server"], condition=Q(state__in=["waiting", "registered"]), name="one_open_registration"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "registered", "removed", "expired", "refused"]),
                name="registration_state_known",
            ),
            models.CheckConstraint(condition=Exact(Length("code"), 8), name="code_has_eight_signs"),
            models.CheckConstraint(
                condition=~Q(state="registered") | (Q(registered_at__isnull=False) & ~Q(customer_id="")),
                name="registered_with_a_tenant",
            ),
            models.CheckConstraint(
                condition=~Q(state="removed") | Q(removed_at__isnull=False), name="removed_at_a_moment"
            ),
            models.CheckConstraint(
                condition=~Q(tell_removal=True) | ~Q(state__in=["waiting", "registered"]), name="only_an_end_is_told"
            ),
        ]
        indexes = [models.Index(fields=["server", "-requested_at", "-id"], name="newest_registration")]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"
