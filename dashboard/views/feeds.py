"""What do programs of others read here? A calendar and a feed at secret addresses, and metrics with a token.

None of the three can sign in as a person does. What does not open is 404, whatever the reason, and a secret stands in
no log: `licensing_manager.log_lines` takes it out of every line.
"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override
from django.views.decorators.http import conditional_page, require_safe

from accounts.tokens import find_token
from alerts import atom_feed, calendar_feed
from alerts.channel_models import FeedAddress
from alerts.content import link_to
from alerts.feed_addresses import PERMISSION, address_read
from alerts.feeds import atom_for, calendar_for
from alerts.metrics import metrics_text

NOT_HERE = gettext_noop(
    "There is no feed at this address. It may have been taken back; make a new one under Calendar and feeds."
)
SIGN_IN = gettext_noop("Send the token of a person who may see alerts: Authorization: Bearer lm_…")


@require_safe
@conditional_page
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The deadlines, for a calendar program."""
    now = timezone.now()
    address = address_read(secret, feed=FeedAddress.Feed.CALENDAR, now=now)
    if address is None:
        return _not_here()
    content = calendar_for(address.server, now=now, site=_site(request))
    return _private(HttpResponse(content, content_type=calendar_feed.CONTENT_TYPE))


@require_safe
@conditional_page
def atom(request: HttpRequest, secret: str) -> HttpResponse:
    """What was said, for a feed reader."""
    address = address_read(secret, feed=FeedAddress.Feed.ATOM, now=timezone.now())
    if address is None:
        return _not_here()
    content = atom_for(address.server, since=address.created_at, site=_site(request))
    return _private(HttpResponse(content, content_type=atom_feed.CONTENT_TYPE))


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Every deadline and signs of life, for Prometheus, with the token of somebody who may see alerts."""
    if not _may_read_metrics(request):
        refused = HttpResponse(f"{_(SIGN_IN)}\n", status=401, content_type="text/plain; charset=utf-8")
        refused["WWW-Authenticate"] = "Bearer"
        return _private(refused)
    accept = request.headers.get("Accept", "")
    with override("en"):  # labels of series: they stay the same for whoever asks, and for every reader
        content, content_type = metrics_text(accept=accept, now=timezone.now())
    return _private(HttpResponse(content, content_type=content_type))


def _may_read_metrics(request: HttpRequest) -> bool:
    """As the API takes tokens; a person who is signed in may look with a browser."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = find_token(secret.strip())
        return token is not None and token.user.has_perm(PERMISSION)
    return request.user.has_perm(PERMISSION)


def _not_here() -> HttpResponse:
    return _private(HttpResponse(f"{_(NOT_HERE)}\n", status=404, content_type="text/plain; charset=utf-8"))


def _site(request: HttpRequest) -> str:
    """Where a person opens the pages: as it is set, else where the program came in."""
    return (link_to("") or request.build_absolute_uri("/")).rstrip("/")


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_cache=True)
    response["Referrer-Policy"] = "no-referrer"
    return response
