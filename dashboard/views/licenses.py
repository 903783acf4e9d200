"""What do we have, and when does it end?"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dashboard.permissions import needs
from dashboard.received import receive_files
from intake.models import SourceReport
from licenses.models import LicenseFile
from licenses.pools import pools_of
from servers.models import LicenseServer


@require_safe
@needs("licenses.view_license")
def inventory(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Pools, files, the drop zone, and what became of the files of the last import."""
    server = get_object_or_404(LicenseServer, guid=guid)
    today = timezone.now().astimezone(server.zone).date()
    wanted = [int(word) for word in request.GET.get("reports", "").split(",") if word.isdecimal() and len(word) < 19]
    context = {
        "pools": pools_of(server, on=today),
        "files": LicenseFile.objects.filter(server=server).select_related("replaced_by"),
        "reports": SourceReport.objects.filter(server=server, pk__in=wanted[:50]),
        "today": today,
    }
    return render(request, "licenses.html", context)


@require_POST
@needs("intake.add_sourcereport")
def import_files(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Import the chosen files for this server."""
    server = get_object_or_404(LicenseServer, guid=guid)
    return receive_files(request, server, request.FILES.getlist("files"))
