"""What does an error look like? One shape for all of them: problem details, RFC 9457."""

import json
import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import set_rollback

from alerts.channel_wish import ChannelRefused
from alerts.feed_addresses import AddressRefused
from alerts.reacting import AlreadyOver, NotPossible
from alerts.thresholds import ThresholdRefused
from intake.importing import TooLarge
from languages.sentences import said_after_each_other
from payloads.bundle import BundleRefused
from payloads.gate import GateClosed
from programs.policy import PolicyRefused
from programs.refusals import DecisionRefused
from uploads.asking_for_checks import NotAsked
from uploads.bundle_store import BundleMissing
from uploads.canceling import NotCanceled
from uploads.courier_index import LimitTooSmall
from uploads.courier_key import KeyUnusable
from uploads.courier_receipt_file import ReceiptRefused
from uploads.courier_volume import VolumeFailed
from uploads.disk import DiskFull
from uploads.fence import FenceStillOpen
from uploads.keeping_less import WouldDelete
from uploads.manual_report import NothingGathered
from uploads.outcomes import Verdict
from uploads.registering import DestinationFailed, NotRegistered
from uploads.starting import NotStarted

log = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: gettext_lazy("The request cannot be used"),
    401: gettext_lazy("Sign in first"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Not offered here"),
    406: gettext_lazy("Not in this form"),
    409: gettext_lazy("Not possible now"),
    411: gettext_lazy("Length required"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Content type not read here"),
    422: gettext_lazy("Not accepted"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Licensing Manager failed"),
    502: gettext_lazy("The destination did not answer as it should"),
    503: gettext_lazy("Not finished yet"),
    507: gettext_lazy("The disk is full"),
}
# What the floors say no with. Their sentences are written for people and pass through as they are.
REFUSALS: tuple[tuple[type[Exception], int], ...] = (
    (NotStarted, 409),
    (NotCanceled, 409),
    (WouldDelete, 409),
    (NotRegistered, 409),
    (AlreadyOver, 409),
    (NotPossible, 422),
    (AddressRefused, 422),
    (ThresholdRefused, 422),
    (IntegrityError, 409),
    (TooLarge, 413),
    (RequestDataTooBig, 413),
    (BundleMissing, 404),
    (DiskFull, 507),
    (NothingGathered, 409),
    (LimitTooSmall, 422),
    (ReceiptRefused, 422),
    (VolumeFailed, 503),
    (KeyUnusable, 500),
    (SuspiciousOperation, 400),
    (UnreadablePostError, 400),
    (BundleRefused, 500),
    (GateClosed, 500),
)
AGAIN = 30  # seconds; what is in the way is a request or a destination that needs a moment
AT_ONCE = gettext_lazy("Somebody else changed the same thing at the same moment. Look again, then repeat the request.")
UNEXPECTED = gettext_lazy(
    "This is a defect, or the machine is in trouble. The log of the web server says what happened."
)


class LengthRequired(exceptions.APIException):
    """A body of unknown length that cannot be read safely."""

    status_code = 411
    default_detail = gettext_lazy("Send a Content-Length.")


def problem(request: HttpRequest | Request, status: int, *, detail: str, **more: Any) -> HttpResponse:
    """The answer to a request that failed. `more` are further members, such as `errors`."""
    body = {
        "type": "about:blank",
        "title": str(TITLES.get(status, _("Error"))),
        "status": status,
        "detail": detail,
        "instance": request.path,
        **more,
    }
    response = HttpResponse(json.dumps(body, default=str), status=status, content_type=CONTENT_TYPE)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def problem_details(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """The framework's exception handler: every exception of a view becomes a problem, none leaks a traceback."""
    set_rollback()
    request = context["request"]
    match error:
        case Http404():
            return problem(request, 404, detail=str(error) or _("There is nothing at this address."))
        case PermissionDenied():
            return problem(request, 403, detail=str(error) or _("You may not do this."))
        case DjangoValidationError():
            return _invalid(request, exceptions.ValidationError(_by_field(error)))
        case exceptions.ValidationError():
            return _invalid(request, error)
        case exceptions.APIException():
            return _with_headers(problem(request, error.status_code, detail=str(error.detail)), error)
    return _stopped(request, error) or _refused(request, error)


@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponse:
    """Whatever else stands below the API's address."""
    return problem(request, 404, detail=_("There is no such address in this API. /api/v1/docs/ lists them."))


def _refused(request: Request, error: Exception) -> HttpResponse:
    status = next((status for kind, status in REFUSALS if isinstance(error, kind)), 0)
    if isinstance(error, IntegrityError):
        return problem(request, status, detail=str(AT_ONCE))
    if status < 500 and status:
        return problem(request, status, detail=str(error))
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(request, 500, detail=str(error if status else UNEXPECTED))


def _stopped(request: Request, error: Exception) -> HttpResponse | None:
    """The answer to a decision or registration that met something in its way; None for any other error."""
    match error:
        case DecisionRefused() | PolicyRefused():
            return problem(request, 409 if error.kind == "conflict" else 422, detail=str(error))
        case FenceStillOpen():
            detail = said_after_each_other((str(error), _("The decision stands; read it back.")))
            return _later(problem(request, 503, detail=detail, decided=True))
        case DestinationFailed():
            return _destination_failed(request, error)
        case ChannelRefused():
            errors = {name or "non_field_errors": [sentence] for name, sentence in error.problems.items()}
            return problem(request, 422, detail=str(error), errors=errors)
        case NotAsked():
            return _later(problem(request, 503, detail=str(error)))
    return None


def _destination_failed(request: Request, error: DestinationFailed) -> HttpResponse:
    """503 for what may pass by itself, 502 for what somebody has to mend; with cause and fix either way."""
    meaning, passes = error.outcome.explanation, error.outcome.verdict == Verdict.TRY_AGAIN
    more = {"title": meaning.title, "code": error.outcome.code, "cause": meaning.cause, "fix": meaning.fix}
    response = problem(request, 503 if passes else 502, detail=f"{meaning.cause} {meaning.fix}", **more)
    return _later(response) if passes else response


def _later(response: HttpResponse) -> HttpResponse:
    response["Retry-After"] = str(AGAIN)
    return response


def _invalid(request: Request, error: exceptions.ValidationError) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for field, sentence in _sentences(error.detail):
        errors.setdefault(field, []).append(sentence)
    first = next(((f"{field}: " if field != "non_field_errors" else "") + errors[field][0] for field in errors), "")
    return problem(request, 400, detail=first, errors=errors)


def _sentences(detail: Any, *, at: str = "non_field_errors") -> Iterator[tuple[str, str]]:
    """Every sentence with its field, however deep it lies."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = "non_field_errors" if key == "__all__" else str(key)
            yield from _sentences(value, at=name if at == "non_field_errors" else f"{at}.{name}")
    elif isinstance(detail, list):
        for value in detail:
            yield from _sentences(value, at=at)
    else:
        yield at, str(detail)


def _by_field(error: DjangoValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}


def _with_headers(response: HttpResponse, error: exceptions.APIException) -> HttpResponse:
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(max(int(wait), 1))
    return response
