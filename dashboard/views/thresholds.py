"""On which steps is somebody told, and what would that have come to?"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alerts.models import Threshold
from alerts.preview import preview, proposed
from alerts.threshold_changes import change_threshold, drop_threshold, take_back
from alerts.thresholds import ThresholdRefused
from dashboard.permissions import needs, signed_in
from dashboard.threshold_forms import ThresholdForm, installation_ladder, ladder_rows, threshold_form
from dashboard.threshold_undo import change_from, said_with_undo


@require_safe
@needs("alerts.view_alert")
def page(request: HttpRequest) -> HttpResponse:
    """The ladder of the installation, those of one's own, and a form for one more."""
    number = request.GET.get("edit", "")
    edited = Threshold.objects.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
    return render(request, "thresholds.html", _context(threshold_form(None, edited), edited=edited))


@require_POST
@needs("alerts.change_threshold")
def save(request: HttpRequest) -> HttpResponse:
    """Set the ladder of a scope; or show what it would come to, and change nothing."""
    form = threshold_form(request.POST, None)
    if form.is_valid():
        try:
            if request.POST.get("do") == "preview":
                found = preview(proposed(form.scope, **form.facts), now=timezone.now())
                return render(request, "thresholds.html", _context(form, preview=found))
            after = form.cleaned_data["escalate_after_days"]
            facts = {**form.facts, "escalate_after_days": after}
            change = change_threshold(form.scope, **facts, by=signed_in(request), now=timezone.now())
            said = _("Saved: %(ladder)s. It counts from the next look on, within a minute.")
            said_with_undo(request, said % {"ladder": change.words}, change)
            return redirect("thresholds")
        except ThresholdRefused as refused:
            form.add_error(None, str(refused))
    return render(request, "thresholds.html", _context(form), status=422)


@require_POST
@needs("alerts.change_threshold")
def preview_panel(request: HttpRequest) -> HttpResponse:
    """Who would have been told what under the ladder as it stands in the form, while it is typed."""
    form, context = threshold_form(request.POST, None), {}
    if form.is_valid():
        try:
            context["preview"] = preview(proposed(form.scope, **form.facts), now=timezone.now())
        except ThresholdRefused as refused:
            form.add_error(None, str(refused))
    return render(request, "components/threshold_preview.html", {"form": form, **context})


@require_POST
@needs("alerts.change_threshold")
def remove(request: HttpRequest, threshold_id: int) -> HttpResponse:
    """The wider ladder counts again."""
    threshold = get_object_or_404(Threshold.objects.select_related("group", "server"), pk=threshold_id)
    change = drop_threshold(threshold)
    said = _("Removed: %(ladder)s. The wider ladder counts again.") % {"ladder": change.words}
    said_with_undo(request, said, change)
    return redirect("thresholds")


@require_POST
@needs("alerts.change_threshold")
def undo(request: HttpRequest) -> HttpResponse:
    """What the last change replaced counts again, unless somebody changed that ladder since."""
    try:
        change = change_from(request.POST.get("change", ""))
        take_back(change, by=signed_in(request), now=timezone.now())
    except ThresholdRefused as refused:
        messages.error(request, str(refused))
        return redirect("thresholds")
    if change.before is None:
        said = _("Removed: %(ladder)s. The wider ladder counts again.")
    else:
        said = _("Undone: %(ladder)s is as it was before. It counts from the next look on, within a minute.")
    messages.success(request, said % {"ladder": change.words})
    return redirect("thresholds")


def _context(form: ThresholdForm, *, edited: Threshold | None = None, **more: Any) -> dict[str, Any]:
    return {"form": form, "edited": edited, "rows": ladder_rows(), "installation": installation_ladder(), **more}
