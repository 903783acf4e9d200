"""Is this real? What the demo holds, and the button that takes all of it away."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dashboard.permissions import needs
from demo.ending import NotEnded, end_demo
from demo.standing import standing


@never_cache
@require_safe
@needs("servers.view_licenseserver")
def page(request: HttpRequest) -> HttpResponse:
    """What is invented here, where it lies, and what goes with it."""
    _refuse_real()
    return render(request, "demo.html", {"standing": standing(), "folder": settings.DATA_DIR})


@require_POST
@needs("servers.archive_licenseserver")
def end(request: HttpRequest) -> HttpResponse:
    """All of it goes, in one act. The answer leaves before the pages do."""
    _refuse_real()
    try:
        end_demo()
    except NotEnded as refused:
        messages.error(request, str(refused))
        return redirect("demo")
    return render(request, "demo_ended.html")


def _refuse_real() -> None:
    if not settings.DEMO:
        raise Http404
