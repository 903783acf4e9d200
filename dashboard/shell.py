"""What does every page show around its content? The server, its clock, the next trouble, and where uploads go."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from alerts.clocks import clocks_of
from alerts.models import Alert
from dashboard.clock_list import Clocks, clock_list
from dashboard.language import languages
from dashboard.undoing import undo_of
from dashboard.zones import zones
from servers.models import LicenseServer
from uploads.readiness import signs_of_life
from uploads.watchdog import standing_still

MENU_LENGTH = 12


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for the base templates; small for strangers."""
    theme = request.COOKIES.get("theme", "auto")
    basics: dict[str, Any] = {
        **languages(request),
        "theme": theme if theme in {"auto", "light", "dark"} else "auto",
        "sandbox": settings.SANDBOX,
        "demo": settings.DEMO,
        "destination": settings.CIS_URL,
        "version": settings.VERSION,
    }
    if not request.user.is_authenticated:
        return basics
    server = _server_of(request)
    now = timezone.now()
    return {
        **basics,
        "server": server,
        **zones(request.user, server),
        "now": now,
        "undo": undo_of(request),
        "menu_servers": LicenseServer.objects.in_service()[:MENU_LENGTH],
        "horizon": _horizon(server, now=now),
        "pressing": cache(Alert.objects.pressing().count),
        "standstill": standing_still(signs_of_life(), now=now),
    }


def _horizon(server: LicenseServer | None, *, now: datetime) -> Callable[[], Clocks | None]:
    """The clocks of the server, read once and only by a page that draws them."""

    @cache
    def clocks() -> Clocks | None:
        if server is None:
            return None
        return clock_list(clocks_of(server, now=now), server, today=now.astimezone(server.zone).date())

    return clocks


def _server_of(request: HttpRequest) -> LicenseServer | None:
    guid = request.resolver_match.kwargs.get("guid") if request.resolver_match else None
    return LicenseServer.objects.filter(guid=guid).select_related("group").first() if guid else None
