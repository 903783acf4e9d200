"""How does a server become ours, and how does it change? Every way in calls these functions."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from servers.models import LicenseServer

HOST_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?")
CHANGEABLE = frozenset(
    {
        "name",
        "group",
        "hardware_id",
        "product_version",
        "operating_system",
        "time_zone",
        "installed_at",
        "service_started_at",
        "licensing_mode",
        "reporting_mode",
        "provider_override",
    }
)
ONE_START = timedelta(minutes=5)  # no shorter than what `programs.schedule` waits for after a start
# No license server is older; and a schedule that counts from the end of the calendar cannot be counted at all.
EARLIEST, AHEAD = datetime(1990, 1, 1, tzinfo=UTC), timedelta(days=1)


def server_named(name: str) -> LicenseServer:
    """The server of this name, created when there is none. Raises ValidationError for an impossible name."""
    try:
        return LicenseServer.objects.named(name.strip()).first() or add_server(name=name)
    except ValidationError:
        if known := LicenseServer.objects.named(name.strip()).first():
            return known  # somebody else added it meanwhile
        raise


def add_server(*, name: str, **facts: Any) -> LicenseServer:
    """A new server whose schedule starts now. Raises ValidationError with a sentence per field."""
    server = LicenseServer(name=name.strip(), service_started_at=timezone.now())
    return _save(server, facts)


def change_server(server: LicenseServer, **facts: Any) -> LicenseServer:
    """Change what is known. A new installation date resets the schedule, as a reinstallation does."""
    reinstalled = "installed_at" in facts and server.installed_at and facts["installed_at"] != server.installed_at
    if reinstalled:
        server.schedule_reset_at = timezone.now()
        facts = {"service_started_at": server.schedule_reset_at} | facts
    return _save(server, facts)


def learn(server: LicenseServer, **facts: Any) -> None:
    """Take facts that a report brought where nothing is known yet; what somebody set is never overwritten."""
    new = {name: value for name, value in facts.items() if value and not getattr(server, name)}
    try:
        if new:
            change_server(server, **new)
    except ValidationError:
        # A report with impossible facts is shown by its reader; the server stays as it was.
        server.refresh_from_db()


def archive_server(server: LicenseServer) -> None:
    """Out of service: nothing is due any more, everything stays readable."""
    LicenseServer.objects.filter(pk=server.pk, archived_at__isnull=True).update(archived_at=timezone.now())


def note_service_start(*, at: datetime) -> int:
    """The service (re)started. Returns for how many servers in service that is a new start.

    Starts that follow each other closely are one: a service that is restarted again and again must not put off for
    ever what waits for it to settle. A start in the future was noted by a clock that was wrong.
    """
    another = Q(service_started_at__lte=at - ONE_START) | Q(service_started_at__gt=at)
    return LicenseServer.objects.in_service().filter(another).update(service_started_at=at)


def _save(server: LicenseServer, facts: dict[str, Any]) -> LicenseServer:
    unknown = facts.keys() - CHANGEABLE
    if unknown:
        raise ValidationError(dict.fromkeys(sorted(unknown), _("A server has no such fact.")))
    for name, value in facts.items():
        setattr(server, name, value.strip() if isinstance(value, str) else value)
    _refuse_impossible(server)
    server.full_clean()
    try:
        with transaction.atomic():
            server.save()
    except IntegrityError as error:
        raise ValidationError({"name": _("This name is taken.")}) from error
    return server


@cache
def _time_zones() -> frozenset[str]:
    """Every name that this machine knows. Asked once: it takes a look into hundreds of files."""
    return frozenset(available_timezones())


def _refuse_impossible(server: LicenseServer) -> None:
    if not HOST_NAME.fullmatch(server.name):
        raise ValidationError({"name": _("A server name is a host name: letters, digits, dots and hyphens.")})
    if server.time_zone not in _time_zones():
        raise ValidationError({"time_zone": _("This is not a time zone such as Europe/Amsterdam.")})
    for name in ("hardware_id", "product_version", "operating_system"):
        if not getattr(server, name).isprintable():
            raise ValidationError({name: _("This text holds characters that cannot be shown.")})
    for name in ("installed_at", "service_started_at"):
        moment = getattr(server, name)
        if moment and not EARLIEST <= moment <= timezone.now() + AHEAD:
            raise ValidationError({name: _("This lies before 1990 or in the future.")})
