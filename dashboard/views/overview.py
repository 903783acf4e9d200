"""Is this server fine, and what comes next?"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.clocks import clocks_of, installation_clocks
from alerts.severity import Severity
from alerts.verdicts import verdicts_of
from dashboard.alert_groups import most_pressing
from dashboard.clock_list import clock_list
from dashboard.gauges import disk_chart
from dashboard.live import watched
from dashboard.permissions import needs
from dashboard.readouts import readouts_of
from dashboard.ticks import strips_of
from programs.catalog import programs
from programs.participation import participation
from servers.models import LicenseServer
from uploads.disk import disk_state
from uploads.models import Upload
from uploads.readiness import readiness
from uploads.reporting import Reporting, expected_since, next_upload, reporting_of
from uploads.watchdog import silences

RECENT, ALERTS = 6, 3


@require_safe
@needs("servers.view_licenseserver")
def overview(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Three verdicts kept apart, the dates, the programs and the last uploads."""
    server = get_object_or_404(LicenseServer.objects.select_related("group"), guid=guid)
    now = timezone.now()
    uploads = Upload.objects.filter(server=server)
    expected = {code: expected_since(server, program_code=code) for code in programs()}
    strips = strips_of(server, days=30, now=now, expected_since=expected)
    reporting = reporting_of(server)
    context = {
        "reporting": reporting,
        **_clocks(request, server, reporting, now=now),
        **_alerts(server),
        "moment": now,
        "next": next_upload(server, now=now),
        "sent_today": _sent_today(server, now=now),
        "cards": [
            {
                "program": program,
                "answer": participation(program, server),
                "reporting": reporting_of(server, program_code=program.code),
                "next": next_upload(server, program_code=program.code, now=now),
                "strip": strips[program.code],
            }
            for program in sorted(programs().values(), key=lambda one: not one.is_mandatory)
        ],
        "recent": uploads[:RECENT],
        **watched(server),
        **_disk(now=now),
        "silences": silences(readiness(), now=now),
    }
    return render(request, "overview.html", context)


def _clocks(request: HttpRequest, server: LicenseServer, reporting: Reporting, *, now: datetime) -> dict[str, Any]:
    """The line with the clocks of the server and of the installation, and the verdicts that follow from them."""
    own = clocks_of(server, now=now)
    found = [*own, *installation_clocks(now=now)]
    whole = request.GET.get("dates") == "all"
    verdicts = verdicts_of(server, now=now, clocks=own)
    is_reported, failing = reporting.last_success is not None, reporting.failing
    return {
        "readouts": readouts_of(server, verdicts, is_reported=is_reported, failing=failing),
        "clocks": clock_list(found, server, today=now.astimezone(server.zone).date(), all_of_them=whole),
    }


def _alerts(server: LicenseServer) -> dict[str, Any]:
    """What presses most, and whether handling it comes before everything else."""
    cards, count = pressing = most_pressing(server, most=ALERTS)
    return {"pressing_here": pressing, "presses": bool(count) and cards[0].alert.severity == Severity.ACT}


def _disk(*, now: datetime) -> dict[str, Any]:
    """What there is to say of the disk, and a drawing where enough was read."""
    state = disk_state(now=now)
    return {"disk": state, "disk_chart": disk_chart(state, today=now.astimezone(UTC).date())}


def _sent_today(server: LicenseServer, *, now: datetime) -> int:
    midnight = now.astimezone(server.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = Upload.objects.filter(server=server, attempts__started_at__gte=midnight)
    return sent.aggregate(sum=Sum("attempts__bytes_sent"))["sum"] or 0
