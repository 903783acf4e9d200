"""When does the list of the fleet learn what a person changed? At once: after every change of one server, by any door.

The rules look once a minute anyway; this only spares whoever decided something the sight of what was before.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from alerts.keeping_standings import refresh
from servers.models import LicenseServer

log = logging.getLogger(__name__)
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class FreshStandings:
    """Django middleware: an address with the GUID of a server, a method that changes, and no refusal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer as it is; where the database cannot be written, the next look of the rules does it."""
        response = self.get_response(request)
        guid = request.resolver_match.kwargs.get("guid") if request.resolver_match else None
        if guid and request.method not in SAFE and response.status_code < 400:
            try:
                refresh(*LicenseServer.objects.filter(guid=guid))
            except DatabaseError as error:
                log.warning("Where server %s stands is written at the next look: %s", guid, error)
        return response
