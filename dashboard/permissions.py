"""May this person open this page or press this button? The same names as in the API."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.roles import PERMISSIONS, Role
from dashboard.drafts import keep_draft
from languages.sentences import listed

P = ParamSpec("P")
# Whom a sentence names: "It takes …".
WORDS: dict[Role, str] = {
    Role.ADMINISTRATOR: gettext_noop("the administrator"),
    Role.OPERATOR: gettext_noop("the operator"),
    Role.VIEWER: gettext_noop("the viewer"),
    Role.PRIVACY_OFFICER: gettext_noop("the privacy officer"),
}
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def needs(permission: str) -> Callable[[View[P]], View[P]]:
    """Sign-in first, then this permission; without it the page says who has it."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied(who_may(permission))
            return view(request, *args, **kwargs)

        checked.permission = permission  # type: ignore[attr-defined]  # read by the test that walks all routes
        behind_the_door: Any = login_required(checked)

        @wraps(behind_the_door)
        def decorated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method == "POST" and not request.user.is_authenticated and "HX-Request" not in request.headers:
                keep_draft(request)
                return redirect_to_login(reverse("resume"))
            answer: HttpResponseBase = behind_the_door(request, *args, **kwargs)
            return answer

        found: Any = decorated
        return found  # type: ignore[no-any-return]

    return decorate


def signed_in(request: HttpRequest) -> User:
    """The person behind a request that came through `needs`."""
    assert isinstance(request.user, User)
    return request.user


def who_may(permission: str) -> str:
    """One sentence that names the roles with this permission."""
    roles = [_(WORDS[Role(role)]) for role, names in PERMISSIONS.items() if permission in names]
    words = roles[-1]
    if len(roles) > 1:
        words = _("%(others)s or %(last)s") % {"others": listed(roles[:-1]), "last": roles[-1]}
    return _("Your role does not allow this. It takes %(roles)s.") % {"roles": words}
