"""What counts for the whole installation: the way out, and how long something is kept? For administrators."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.installation_forms import context_of, typed
from dashboard.permissions import needs, signed_in
from dashboard.undoing import offer_undo
from servers.installation import history, in_force, take_back
from servers.installation_models import InstallationChoice
from servers.installation_values import InstallationRefused, certificates_in
from uploads.keeping_less import WouldDelete, choose_for_installation

SHOWN = 20  # changes


@never_cache
@require_http_methods(["GET", "POST"])
@needs("servers.change_installation")
def page(request: HttpRequest) -> HttpResponse:
    """What is in force, by whose word, and a form for each part of it."""
    context = context_of(request.POST if request.method == "POST" else None)
    form = context["kept"] if request.POST.get("part") == "kept" else context["way"]
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, form)
        except WouldDelete as would:
            context["going"] = would.going
        except InstallationRefused as refused:
            form.add_error(refused.setting.lower() if refused.setting else None, str(refused))
    context |= {"changes": history(most=SHOWN), "authorities": _authorities()}
    return render(request, "installation.html", context, status=422 if form.errors else 200)


@require_POST
@needs("servers.change_installation")
def undo(request: HttpRequest) -> HttpResponse:
    """What the last change replaced counts again."""
    rows = [int(one) for one in request.POST.getlist("row")[:10] if one.isdecimal() and len(one) < 19]
    try:
        take_back(rows, by=signed_in(request), now=timezone.now())
        messages.success(request, _("Undone: what was there before counts again."))
    except InstallationRefused as refused:
        messages.error(request, str(refused))
    return redirect("installation")


def _save(request: HttpRequest, form: Any) -> HttpResponse:
    password = form.cleaned_data.get("password") or None
    if request.POST.get("no_password"):
        password = ""
    confirmed = bool(request.POST.get("confirmed"))
    rows = choose_for_installation(
        typed(form), password=password, confirmed=confirmed, by=signed_in(request), now=timezone.now()
    )
    if not rows:
        messages.info(request, _("Nothing was changed: it was like that before."))
    elif confirmed:
        messages.success(request, _("Saved. What is older goes within the next hours, in portions."))
    else:
        said, fields = _("Saved. It counts from the next upload and the next message on."), _fields(rows)
        offer_undo(request, said, address=reverse("undo_installation"), fields=fields)
    return redirect("installation")


def _fields(rows: list[InstallationChoice]) -> list[tuple[str, str]]:
    return [("row", str(row.pk)) for row in rows]


def _authorities() -> list[Any]:
    """The certificates that were chosen on the page, for people; a file that a variable names is not opened here."""
    bundle = in_force().ca_bundle
    return certificates_in(bundle) if bundle.startswith("-----BEGIN") else []
