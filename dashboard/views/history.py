"""What left, or tried to? The history of one server and of all, on pages and as a file."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from dashboard.forms import HistoryFilter
from dashboard.history import history_of
from dashboard.live import watched
from dashboard.permissions import needs
from dashboard.ticks import Strip, strips_of
from programs.catalog import Program, programs
from servers.models import LicenseServer
from uploads.exporting import as_csv, as_json_lines
from uploads.models import Upload
from uploads.reporting import expected_since, next_upload

DAYS = 90
FORMATS = {"csv": (as_csv, "text/csv"), "ndjson": (as_json_lines, "application/x-ndjson")}


@require_safe
@needs("uploads.view_upload")
def of_server(request: HttpRequest, guid: UUID) -> HttpResponse:
    """The running upload, 90 days at a glance, and the history with filters in the address."""
    server = get_object_or_404(LicenseServer, guid=guid)
    now = timezone.now()
    expected = {code: expected_since(server, program_code=code) for code in programs()}
    strips = strips_of(server, days=DAYS, now=now, expected_since=expected)
    context = {
        "history": history_of(request.GET, server=server),
        "strips": sorted(((programs()[code], strip) for code, strip in strips.items()), key=_optional),
        **watched(server),
        "next": next_upload(server, now=now),
        "any": Upload.objects.filter(server=server).exists(),
    }
    return render(request, "uploads.html", context)


@require_safe
@needs("uploads.view_upload")
def of_fleet(request: HttpRequest) -> HttpResponse:
    """The same over all servers. Whoever names one server gets its own page, with its own days."""
    history = history_of(request.GET, server=None)
    if history.asked.server:
        kept = request.GET.copy()
        del kept["server"]
        return redirect(f"{reverse('uploads', args=[history.asked.server.guid])}?{kept.urlencode()}")
    return render(request, "fleet_uploads.html", {"history": history, "any": Upload.objects.exists()})


@require_safe
@needs("uploads.view_upload")
def export(request: HttpRequest, form: str, guid: UUID | None = None) -> HttpResponseBase:
    """What the filters of the page find, as a file that is written while it is read."""
    server = get_object_or_404(LicenseServer, guid=guid) if guid else None
    asked = HistoryFilter(request.GET, server=server)
    if not asked.is_valid():
        return HttpResponseBadRequest(asked.errors.as_text(), content_type="text/plain; charset=utf-8")
    write, content_type = FORMATS[form]
    response = StreamingHttpResponse(write(asked.asked()), content_type=f"{content_type}; charset=utf-8")
    name = f"{server.short_name if server else 'all-servers'}-uploads-{timezone.now():%Y-%m-%d}.{form}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _optional(row: tuple[Program, Strip]) -> bool:
    """What has to be reported stands first."""
    return not row[0].is_mandatory
