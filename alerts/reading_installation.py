"""What is known of the installation itself? Disk, certificate, backup, ledger, releases and the background work."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime

from alerts.facts import InstallationFacts
from alerts.silent_channels import silent_channels
from alerts.waiting_policies import waiting_policies
from servers.models import LicenseServer, ReportingMode
from servers.releases import TableUnreadable, releases
from uploads.disk import disk_state
from uploads.disk_forecast import Outlook
from uploads.dispatch import TICK
from uploads.models import Tick
from uploads.own_state import NetworkCheck
from uploads.readiness import BEAT, Signs
from uploads.watchdog import standing_still

BACKUP, LEDGER, LEDGER_BROKEN, EVALUATED = "backup", "ledger", "ledger-broken", "alerts"


def installation_facts(*, now: datetime) -> InstallationFacts:
    """Everything that concerns no single server."""
    ticks = dict(Tick.objects.filter(name__in=[BACKUP, LEDGER, LEDGER_BROKEN, BEAT, TICK]).values_list("name", "at"))
    return InstallationFacts(
        is_sandbox=settings.SANDBOX,
        sends=LicenseServer.objects.in_service().filter(reporting_mode=ReportingMode.ELECTRONIC).exists(),
        backup_at=ticks.get(BACKUP),
        ledger_at=ticks.get(LEDGER),
        ledger_broken_at=ticks.get(LEDGER_BROKEN),
        silent_channels=silent_channels(),
        waiting_policies=waiting_policies(),
        **release_table(),
        **_certificate(),
        **_disk(now=now),
        **_silence(Signs(ticks.get(BEAT), ticks.get(TICK)), now=now),
    )


def release_table() -> dict[str, Any]:
    """The releases of the license server, or why there is no table of them."""
    try:
        return {"releases": releases()}
    except TableUnreadable as problem:
        return {"table_problem": str(problem)}


def _certificate() -> dict[str, Any]:
    newest = NetworkCheck.objects.filter(finished_at__isnull=False).first()
    if newest is None:
        return {}
    tls: dict[str, Any] = next((one for one in newest.report.get("checks", []) if one.get("id") == "tls"), {})
    failed = tls.get("state") == "failed"
    return {
        "checked_at": newest.finished_at,
        "certificate_ends": parse_datetime(newest.report.get("certificate_ends") or ""),
        "certificate_problem": str(tls.get("summary", "")) if failed else "",
    }


def _disk(*, now: datetime) -> dict[str, Any]:
    state = disk_state(now=now)
    return {
        "disk_measured": state.disk is not None,
        "disk_is_full": state.disk is not None and state.disk.is_full,
        "disk_is_early": state.forecast.outlook == Outlook.TOO_EARLY,
        "disk_days_known": state.forecast.days_known,
        "disk_full_on": state.forecast.full_on,
        "disk_earliest": state.forecast.earliest,
        "disk_latest": state.forecast.latest,
    }


def _silence(signs: Signs, *, now: datetime) -> dict[str, Any]:
    found = standing_still(signs, now=now)
    if found is None:
        return {"ticked_at": signs.tick}
    return {
        "ticked_at": signs.tick,
        "silence": found.title,
        "silence_cause": found.cause,
        "silence_fix": found.fix,
        "silent_since": found.since,
    }
