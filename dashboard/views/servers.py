"""Which server do you want to look at? The way in, and a new one."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from alerts.keeping_standings import refresh
from dashboard.permissions import needs
from dashboard.received import receive_files, server_for
from languages.sentences import said_after_each_other
from servers.models import LicenseServer


@require_safe
@needs("servers.view_licenseserver")
def home(request: HttpRequest) -> HttpResponse:
    """The only server's overview, the list of several, or the page that adds the first."""
    servers = list(LicenseServer.objects.in_service()[:2])
    if not servers:
        return redirect("add_server")
    return redirect("overview", guid=servers[0].guid) if len(servers) == 1 else redirect("servers")


@require_http_methods(["GET", "POST"])
@needs("intake.add_sourcereport")
def add(request: HttpRequest) -> HttpResponse:
    """A server begins with its license files; without a name, the host name in them is taken."""
    name, error = request.POST.get("name", ""), ""
    if request.method == "POST":
        files = request.FILES.getlist("files")
        try:
            server = server_for(name, files, may_add=request.user.has_perm("servers.add_licenseserver"))
        except ValidationError as refused:
            error = said_after_each_other(refused.messages)
        else:
            response = receive_files(request, server, files)
            refresh(server)
            return response
    status = 422 if error else 200
    return render(request, "add_server.html", {"name": name, "error": error}, status=status)
