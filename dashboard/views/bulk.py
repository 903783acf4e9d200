"""What happens when one act is done to many servers? See what it would do, begin it, and watch it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alerts.bulk_acts import begin, set_going
from alerts.bulk_models import BulkAct
from alerts.bulk_trial import ActRefused
from dashboard.bulk import bulk_page, known_groups, results_of, selection_of, title_of
from dashboard.permissions import needs, signed_in


@require_safe
@needs("servers.view_licenseserver")
def dry_run(request: HttpRequest) -> HttpResponse:
    """What it would do to each server. Nothing is changed by looking."""
    try:
        page = bulk_page(request.GET, by=signed_in(request))
    except ActRefused as refused:
        messages.error(request, str(refused))
        return _back(request.GET.get("question", ""))
    return render(request, "bulk_act.html", {"page": page, "groups": known_groups()})


@require_POST
@needs("servers.view_licenseserver")
def start(request: HttpRequest) -> HttpResponse:
    """Begin what was seen; refused where anything changed since."""
    said = request.POST
    try:
        begun = begin(
            said.get("act", ""), said.get("value", ""), selection_of(said).servers, digest=said.get("digest", ""),
            by=signed_in(request), reason=said.get("reason", ""), text_sha256=said.get("text_sha256", ""),
        )  # fmt: skip
    except (ActRefused, ValueError) as refused:
        why = refused if isinstance(refused, ActRefused) else _("Choose what to do with the servers.")
        messages.error(request, _("Nothing was done. %(why)s") % {"why": why})
        return _back(said.get("question", ""))
    set_going(begun)
    return redirect("bulk_act", act_id=begun.pk)


@require_safe
@needs("servers.view_licenseserver")
def progress(request: HttpRequest, act_id: int) -> HttpResponse:
    """How far it is, and what became of each server."""
    act = get_object_or_404(BulkAct, pk=act_id)
    context = {"act": act, "title": title_of(act.act, act.value), **results_of(act, request.GET)}
    return render(request, "bulk_progress.html", context)


def _back(question: str) -> HttpResponse:
    response = redirect("servers")
    response["Location"] += f"?{question[:4000] or 'view=all'}"
    return response
