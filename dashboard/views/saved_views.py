"""What may be done with a saved view of the fleet? Save, rename, remove, show first; then the list again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.saved_views import ViewRefused, remove_view, rename_view, save_view, show_first
from dashboard.fleet import address_of, question_of
from dashboard.permissions import needs, signed_in


@require_POST
@needs("servers.view_licenseserver")
def save(request: HttpRequest) -> HttpResponse:
    """The filters of the page under a name."""
    address = QueryDict(request.POST.get("question", "")[:4000])
    question = address_of(question_of(address), address.get("sort", "due"))
    name, is_shared = request.POST.get("name", ""), bool(request.POST.get("shared"))
    try:
        view = save_view(signed_in(request), name=name, question=question, is_shared=is_shared)
    except ViewRefused as refused:
        messages.error(request, _("Nothing was saved. %(why)s") % {"why": refused})
        return _list(question)
    messages.success(request, _("Saved as %(name)s.") % {"name": view.name})
    return _list(question)


@require_POST
@needs("servers.view_licenseserver")
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    """One button of a view: another name, gone, or shown first."""
    person, act = signed_in(request), request.POST.get("act", "")
    try:
        if act == "rename":
            return _list(rename_view(person, view_id, name=request.POST.get("name", "")).question)
        if act == "remove":
            remove_view(person, view_id)
            messages.success(request, _("The view is removed. No server was changed."))
        elif act in {"first", "not_first"}:
            show_first(person, view_id if act == "first" else None)
    except ViewRefused as refused:
        messages.error(request, _("Nothing was changed. %(why)s") % {"why": refused})
    return _list("")


def _list(question: str) -> HttpResponse:
    response = redirect("servers")
    response["Location"] += f"?{question or 'view=all'}"
    return response
