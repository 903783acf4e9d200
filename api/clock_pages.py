"""Which page of the deadlines? They stand in no table, so a page is cut from the list that was just worked out.

A cursor holds the place of a deadline, not a number: what falls due meanwhile shifts no page.
"""

from bisect import bisect_left, bisect_right
from urllib.parse import urlencode

from django.core import signing
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.clock_facts import clock_facts
from alerts.clock_search import Found, place_of
from api.serializers.clocks import ClockSerializer

LIMIT, MOST = 50, 1000  # more than other lists give: every page is worked out from all of the fleet
SALT = "api.clock_pages"
Place = tuple[int, int, str, str, str]


def page_of(found: list[Found], request: Request) -> Response:
    """The page with links to its neighbors. Raises ValidationError."""
    limit, cursor = _limit(request.query_params.get("limit")), request.query_params.get("cursor")
    places = [place_of(one) for one in found]
    start, end = 0, limit
    if cursor is not None:
        direction, place = _read(cursor)
        if direction == "after":
            start = bisect_right(places, place)
            end = start + limit
        else:
            end = bisect_left(places, place)
            start = max(end - limit, 0)
    shown = found[start:end]
    body = {
        "next": _link(request, "after", places[end - 1]) if shown and end < len(found) else None,
        "previous": _link(request, "before", places[start]) if shown and start > 0 else None,
        "results": [clock_facts(*one) for one in shown],
    }
    return Response({**body, "results": ClockSerializer(body["results"], many=True).data})


def _link(request: Request, direction: str, place: Place) -> str:
    query = request.query_params.copy()
    query["cursor"] = signing.dumps([direction, *place], salt=SALT)
    return f"{request.path}?{urlencode(list(query.lists()), doseq=True)}"


def _read(cursor: str) -> tuple[str, Place]:
    try:
        direction, undated, days, *words = signing.loads(cursor, salt=SALT)
        server, kind, subject = words
    except (signing.BadSignature, ValueError, TypeError) as error:
        sentence = _("This cursor is not one of this list. Take it from `next` or `previous`, or leave it out.")
        raise ValidationError({"cursor": sentence}) from error
    return direction, (undated, days, server, kind, subject)


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT
    if not text.isascii() or not text.isdecimal() or len(text) > 4 or not 1 <= int(text) <= MOST:
        raise ValidationError({"limit": _("A whole number from 1 to %(most)s.") % {"most": MOST}})
    return int(text)
