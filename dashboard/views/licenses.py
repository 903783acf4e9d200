"""What do we have, how much of it is used, and when does it end?"""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from dashboard.charts import chart_of
from dashboard.permissions import needs
from dashboard.products import rows_of
from dashboard.received import receive_files
from intake.models import SourceReport
from licenses.grace import current
from licenses.models import ActivationLease, Assignment, LicenseFile
from licenses.pools import pools_of
from licenses.service_provider import detect, set_provider_override
from licenses.usage import as_csv, days_of_use, latest_use
from servers.models import LicenseServer, ProviderOverride

PERIODS = {30: gettext_lazy("30 days"), 90: gettext_lazy("90 days"), 365: gettext_lazy("1 year")}
NAMES_SHOWN = 100


@require_safe
@needs("licenses.view_license")
def inventory(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Products with use and dates, files, leases, the drop zone, and what became of the files of the last import."""
    server = get_object_or_404(LicenseServer, guid=guid)
    now = timezone.now()
    today = now.astimezone(server.zone).date()
    wanted = [int(word) for word in request.GET.get("reports", "").split(",") if word.isdecimal() and len(word) < 19]
    context = {
        "rows": list(rows_of(pools_of(server, on=today), latest_use(server))),
        "files": LicenseFile.objects.filter(server=server).select_related("replaced_by"),
        "leases": ActivationLease.objects.filter(server=server),
        "grace": current(server, now=now),
        "detection": detect(server, on=today),
        "overrides": ProviderOverride.choices,
        "reports": SourceReport.objects.filter(server=server, pk__in=wanted[:50]),
        "today": today,
    }
    return render(request, "licenses.html", context)


@require_safe
@needs("licenses.view_license")
def product(request: HttpRequest, guid: UUID) -> HttpResponse:
    """One product: its use over time with the installed and overdraft lines, its pools, and who holds it."""
    server, code = get_object_or_404(LicenseServer, guid=guid), request.GET.get("code", "")
    today = timezone.now().astimezone(server.zone).date()
    rows = [row for row in rows_of(pools_of(server, on=today), latest_use(server)) if row.code == code]
    period = next((days for days in PERIODS if request.GET.get("days") == str(days)), 30)
    days = days_of_use(server, feature=code, first=today - timedelta(days=period - 1), last=today)
    if not rows and not any(day.in_use is not None for day in days):
        raise Http404(f"Nothing is known of {code} on this server.")
    row = rows[0] if rows else None
    held = Assignment.objects.held().filter(server=server, feature=code).order_by("holder", "name")
    context = {
        "code": code,
        "row": row,
        "days": days,
        "gaps": any(day.in_use is None for day in days),
        "period": period,
        "periods": PERIODS,
        "chart": chart_of(days, contracted=row.contracted if row else 0, overdraft=row.overdraft if row else 0),
        "held": Paginator(held, NAMES_SHOWN).get_page(request.GET.get("page")),
        "today": today,
    }
    return render(request, "product.html", context)


@require_safe
@needs("licenses.view_license")
def export(request: HttpRequest, guid: UUID) -> StreamingHttpResponse:
    """The daily peaks of a year as CSV, streamed row by row."""
    server = get_object_or_404(LicenseServer, guid=guid)
    last = timezone.now().astimezone(server.zone).date()
    first = last - timedelta(days=364)
    response = StreamingHttpResponse(as_csv(server, first=first, last=last), content_type="text/csv; charset=utf-8")
    name = f"{server.short_name}-usage-{first}-{last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@needs("intake.add_sourcereport")
def import_files(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Import the chosen files for this server."""
    server = get_object_or_404(LicenseServer, guid=guid)
    return receive_files(request, server, request.FILES.getlist("files"))


@require_POST
@needs("servers.change_licenseserver")
def override_provider(request: HttpRequest, guid: UUID) -> HttpResponse:
    """A person's last word about service-provider licenses."""
    server = get_object_or_404(LicenseServer, guid=guid)
    value = request.POST.get("override", "")
    if value not in ProviderOverride.values:
        messages.error(request, _("Choose one of the three answers. Nothing was changed."))
        return redirect("licenses", guid=guid)
    today = timezone.now().astimezone(server.zone).date()
    found = set_provider_override(server, value=value, on=today)
    messages.success(request, _("Saved. Service provider.") if found.is_provider else _("Saved. No service provider."))
    return redirect("licenses", guid=guid)
