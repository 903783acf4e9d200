"""Who else is here, and as what? For administrators; and the door for whoever was given a link."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Invitation, User
from accounts.people import (
    PeopleRefused,
    accept,
    activate,
    change_role,
    deactivate,
    invitation_of,
    invite,
    last_administrator,
    open_invitations,
    take_back,
)
from accounts.roles import Role
from dashboard.people_forms import InvitationForm, JoinForm
from dashboard.people_history import people_history
from dashboard.permissions import needs, signed_in

MOST = 500  # ours: people on one page


@never_cache
@require_http_methods(["GET", "POST"])
@needs("accounts.manage_people")
def page(request: HttpRequest) -> HttpResponse:
    """Everybody, and a form for one more. A new link is shown in this one answer only."""
    form, link, now = InvitationForm(request.POST or None), "", timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = invite(**form.cleaned_data, by=signed_in(request), now=now)
            link, form = request.build_absolute_uri(reverse("join", args=[secret])), InvitationForm()
            messages.success(request, _("The link for %(name)s is below.") % {"name": made.username})
        except PeopleRefused as refused:
            form.add_error("username", str(refused))
    context = {
        "form": form,
        "link": link,
        "people": User.objects.order_by("-is_active", "username")[:MOST],
        "last": last_administrator(),
        "invitations": open_invitations(now=now),
        "roles": Role.choices,
        "history": people_history(request.GET),
    }
    return render(request, "people.html", context, status=422 if form.errors else 200)


@require_POST
@needs("accounts.manage_people")
def act(request: HttpRequest, person_id: int) -> HttpResponse:
    """Another role, or in and out."""
    person, by = get_object_or_404(User, pk=person_id), signed_in(request)
    acts: dict[str, Callable[[], User]] = {
        "role": lambda: change_role(person, role=request.POST.get("role", ""), by=by),
        "deactivate": lambda: deactivate(person, by=by),
        "activate": lambda: activate(person, by=by),
    }
    try:
        changed = acts.get(request.POST.get("do", ""), acts["role"])()
    except PeopleRefused as refused:
        messages.error(request, _("Nothing was changed. %(why)s") % {"why": refused})
    else:
        said = {"name": changed.username, "role": changed.role_name}
        sentence = _("%(name)s: %(role)s.") if changed.is_active else _("%(name)s may not enter any more.")
        messages.success(request, sentence % said)
    return redirect("people")


@require_POST
@needs("accounts.manage_people")
def take_back_link(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """The link opens nothing any more."""
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    take_back(invitation, by=signed_in(request))
    messages.success(request, _("The link for %(name)s opens nothing any more.") % {"name": invitation.username})
    return redirect("people")


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Whoever has the link chooses a password and is in. It works once."""
    now = timezone.now()
    invitation = invitation_of(secret, now=now)
    if invitation is None:
        return render(request, "join_closed.html", status=410)
    form = JoinForm(request.POST or None, username=invitation.username)
    if request.method == "POST" and form.is_valid():
        try:
            person = accept(secret, password=form.cleaned_data["password"], now=now)
        except PeopleRefused:
            return render(request, "join_closed.html", status=410)
        login(request, person, backend="accounts.backends.RoleBackend")
        return redirect("home")
    return render(request, "join.html", {"form": form, "invitation": invitation})
