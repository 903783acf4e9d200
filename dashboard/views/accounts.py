"""Who comes in, with what, and how do they read? Set-up, sign-in, and the page of one's own account."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import ApiToken
from accounts.setup_link import SetupLinkRefused, create_first_administrator, is_open
from accounts.time_zones import TimeZoneRefused, choose_time_zone, offered
from accounts.tokens import create_token, revoke_token
from dashboard.draft_words import typed_words, words_left_out
from dashboard.drafts import draft_of
from dashboard.forms import SetupForm, TokenForm
from dashboard.permissions import signed_in

sign_in = LoginView.as_view(template_name="sign_in.html", redirect_authenticated_user=True)


@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, secret: str) -> HttpResponse:
    """The first account. The link works once and only while nobody is there."""
    if not is_open(secret):
        return render(request, "setup_closed.html", status=410)
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = create_first_administrator(secret, **form.cleaned_data)
        except SetupLinkRefused:
            return render(request, "setup_closed.html", status=410)
        login(request, user, backend="accounts.backends.RoleBackend")
        return redirect("home")
    return render(request, "setup.html", {"form": form})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out, and back to the door."""
    logout(request)
    return redirect("sign_in")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Who am I here, and which tokens are mine? A new token is shown in this one answer only."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        until = timezone.now() + timedelta(days=days) if days else None
        _, secret = create_token(signed_in(request), name=form.cleaned_data["name"], expires_at=until)
        form = TokenForm()
    tokens = ApiToken.objects.filter(user=signed_in(request))
    context = {"form": form, "secret": secret, "tokens": tokens, "time_zones": offered()}
    return render(request, "account.html", context)


@login_required
@require_POST
def choose_zone(request: HttpRequest) -> HttpResponse:
    """In which time zone one reads moments from now on; what is typed here changes nobody else's pages."""
    try:
        choose_time_zone(signed_in(request), request.POST.get("time_zone", ""))
    except TimeZoneRefused as error:
        messages.error(request, f"{error} {_('Nothing was changed.')}")
    else:
        messages.success(request, _("Your time zone is saved. The top of each page names it."))
    return redirect("account")


@never_cache
@login_required
@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """What somebody was about to send when their session ended: shown again, and saved only by their button."""
    draft = draft_of(request)
    if draft is None:
        return redirect("home")
    context = {"draft": draft, "typed": typed_words(draft), "left_out": words_left_out(draft)}
    return render(request, "resume.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """One of one's own tokens opens nothing from now on."""
    token = get_object_or_404(ApiToken, pk=token_id, user=signed_in(request))
    revoke_token(token)
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect("account")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords: closed for a while, and the page says for how long."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "locked_out.html", {"minutes": minutes}, status=429)
