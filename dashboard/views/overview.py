"""Is this server fine, and what comes next?"""

from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.live import watched
from dashboard.permissions import needs
from dashboard.ticks import strips_of
from dashboard.upcoming import coming
from programs.catalog import programs
from programs.participation import participation
from programs.schedule import MAX_REPORT_AGE, days_left, report_day
from servers.models import LicenseServer
from uploads.disk import disk_state
from uploads.models import Upload
from uploads.readiness import readiness
from uploads.reporting import expected_since, next_upload, reporting_of
from uploads.watchdog import silences

RECENT = 6


@require_safe
@needs("servers.view_licenseserver")
def overview(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Three verdicts kept apart, the dates, the programs and the last uploads."""
    server = get_object_or_404(LicenseServer.objects.select_related("group"), guid=guid)
    now = timezone.now()
    uploads = Upload.objects.filter(server=server)
    expected = {code: expected_since(server, program_code=code) for code in programs()}
    strips = strips_of(server, days=30, now=now, expected_since=expected)
    context = {
        "age": _age(server, now=now),
        "reporting": reporting_of(server),
        "next": next_upload(server, now=now),
        "sent_today": _sent_today(server, now=now),
        "coming": coming(server, now=now),
        "cards": [
            {
                "program": program,
                "answer": participation(program, server),
                "reporting": reporting_of(server, program_code=program.code),
                "next": next_upload(server, program_code=program.code, now=now),
                "strip": strips[program.code],
            }
            for program in programs().values()
        ],
        "recent": uploads[:RECENT],
        **watched(server),
        "disk": disk_state(now=now),
        "silences": silences(readiness(), now=now),
    }
    return render(request, "overview.html", context)


def _age(server: LicenseServer, *, now: datetime) -> dict[str, int | str] | None:
    last = reporting_of(server).last_success
    if last is None:
        return None
    left = days_left(last, now=now)
    sign = "act" if left <= 7 else "plan" if left <= 30 else "well"
    return {"day": report_day(last, now=now), "left": left, "over": -left, "most": MAX_REPORT_AGE.days, "sign": sign}


def _sent_today(server: LicenseServer, *, now: datetime) -> int:
    midnight = now.astimezone(server.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = Upload.objects.filter(server=server, attempts__started_at__gte=midnight)
    return sent.aggregate(sum=Sum("attempts__bytes_sent"))["sum"] or 0
