"""Can an upload arrive from a worker, and which doors have to be opened for it?"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dashboard.permissions import needs, signed_in
from uploads.asking_for_checks import NotAsked, ask, checks, rules_in_force
from uploads.check_plan import plan_from_settings
from uploads.check_steps import STEP_SECONDS
from uploads.firewall_rules import HEADINGS, as_csv, as_text
from uploads.network_findings import in_readers_words


@require_safe
@needs("uploads.view_upload")
def page(request: HttpRequest) -> HttpResponse:
    """The newest check with its age, the one under way, and the firewall rules."""
    rules = rules_in_force()
    context = {**_standing(), "rules": rules, "headings": HEADINGS, "rules_text": as_text(rules)}
    return render(request, "network_check.html", context)


@require_safe
@needs("uploads.view_upload")
def panel(request: HttpRequest) -> HttpResponse:
    """The check alone, asked for again while one is under way; when it has ended the page is loaded anew."""
    context = _standing()
    response = render(request, "components/network_check.html", context)
    if not context["checks"].is_moving:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@needs("uploads.start_upload")
def run(request: HttpRequest) -> HttpResponse:
    """Ask a worker; a second press while it works asks for nothing more."""
    try:
        ask(by=signed_in(request), trial=bool(request.POST.get("trial")))
    except NotAsked as error:
        messages.error(request, f"{_('Nothing was checked.')} {error}")
    return redirect("network_check")


@require_safe
@needs("uploads.view_upload")
def rules_file(request: HttpRequest, form: str) -> HttpResponse:
    """The rules as a file for the network team."""
    content, kind = (as_csv, "text/csv") if form == "csv" else (as_text, "text/plain")
    response = HttpResponse(content(rules_in_force()), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="firewall-rules.{form}"'
    return response


def _standing() -> dict[str, Any]:
    found, plan = checks(now=timezone.now()), plan_from_settings(seconds=STEP_SECONDS)
    way = (str(plan.target), str(plan.proxy or ""))
    report = in_readers_words(found.newest.report) if found.newest else {}
    moved_on = bool(report) and (report.get("destination"), report.get("proxy")) != way
    return {"checks": found, "report": report, "way": way, "moved_on": moved_on}
