"""What does a person read when something went wrong? What happened, and what to do."""

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from uploads.disk import is_disk_full

PAGES = {
    400: (
        gettext_noop("This request was not understood"),
        gettext_noop("Go back, reload the page and try again. Nothing was changed."),
    ),
    403: (
        gettext_noop("Not allowed"),
        gettext_noop("Ask an administrator of this installation, or sign in with another account."),
    ),
    404: (
        gettext_noop("There is nothing here"),
        gettext_noop("The address may be mistyped, or what stood here was removed."),
    ),
    405: (
        gettext_noop("This address takes no visit"),
        gettext_noop("It belongs to a button on a page. Go back to that page and press it there. Nothing was changed."),
    ),
    413: (
        gettext_noop("This is too large"),
        gettext_noop("What was sent is larger than this page takes. Send less at a time. Nothing was changed."),
    ),
    500: (
        gettext_noop("Something broke on our side"),
        gettext_noop("Nothing was lost. The log of the web process has the details; try again in a minute."),
    ),
    507: (
        gettext_noop("The disk is full"),
        gettext_noop(
            "What you asked for was not written, and nothing that stood there was changed. Free some space on the disk "
            "of the database and the data folder, then try again."
        ),
    ),
}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for more than is taken at once."""
    too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return _answer(request, 413 if too_much else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the sentence that names who may."""
    return _answer(request, 403, detail=str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 507 for a full disk, without the database: it may be what broke."""
    return _answer(request, 507 if is_disk_full(sys.exc_info()[1]) else 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that does not carry its token, usually one that stood open over a new sign-in."""
    return _answer(request, 403, detail=_("The form was too old to be trusted. Reload the page and send it again."))


def dressed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a visit to the address of a button gets a page as well, and keeps its header."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.path.startswith("/api/"):
            return response
        page = _answer(request, 405)
        page["Allow"] = response["Allow"]
        return page

    return answer


def _answer(request: HttpRequest, status: int, *, detail: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    title, advice = PAGES[status]
    words = {"title": _(title), "detail": detail, "advice": _(advice), "status": status}
    return render(request, "error.html", words, status=status)
