"""Which of ten thousand servers needs me first? The list of the fleet, narrowed by its address."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.saved_views import first_view
from alerts.fleet_export import as_csv
from alerts.keeping_standings import add_missing, is_stale, last_look
from dashboard.bulk import acts_of
from dashboard.fleet import fleet_page, question_of
from dashboard.fleet_views import tabs_of
from dashboard.permissions import needs, signed_in


@require_safe
@needs("servers.view_licenseserver")
def listing(request: HttpRequest) -> HttpResponse:
    """Counts, facets and servers, the soonest trouble first; for htmx only these parts."""
    if not request.GET and (first := first_view(signed_in(request))):
        return redirect(f"{request.path}?{first.question or 'view=all'}")
    acts = acts_of(signed_in(request))
    fleet = fleet_page(request.GET, now=timezone.now(), ticks=bool(acts))
    asks_for_parts = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    context = {"fleet": fleet, "views": tabs_of(request, kept=fleet.kept), "acts": acts}
    response = render(request, "fleet_parts.html" if asks_for_parts else "fleet.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@needs("servers.view_licenseserver")
def export(request: HttpRequest) -> HttpResponseBase:
    """What the filters of the page find, as a file that is written while it is read."""
    add_missing()
    asked, now = question_of(request.GET), timezone.now()
    stale = is_stale(last_look(), now=now)
    response = StreamingHttpResponse(as_csv(asked, stale=stale), content_type="text/csv; charset=utf-8")
    name = f"{'all' if asked.is_open else 'some'}-servers-{now:%Y-%m-%d}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
