"""Where is it? One field for servers, products, uploads, alerts, decisions and pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from dashboard.finding import find
from dashboard.permissions import needs, signed_in


@require_safe
@needs("servers.view_licenseserver")
def page(request: HttpRequest) -> HttpResponse:
    """What was found; for the dialog only the list."""
    wanted = request.GET.get("q", "")[:255]
    context = {"wanted": wanted, "found": find(wanted, person=signed_in(request))}
    is_part = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    response = render(request, "components/search_results.html" if is_part else "search.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
