"""How is a repeated POST carried out once? By remembering the key of the request and the answer to it.

The answer is written in the transaction of the action itself, so a process that dies leaves both or neither. A request
that failed leaves no trace: its key is free for the corrected one.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.models import KeyedRequest
from api.requests import person

KEPT = timedelta(hours=24)
HELD = timedelta(minutes=5)  # longer than any request works; after it, whoever held the key is taken for dead
MOST_CHARACTERS = 128
View = TypeVar("View", bound=Callable[..., HttpResponse])


class KeyReused(APIException):
    """The key belongs to another request."""

    status_code = 422
    default_detail = gettext_lazy("This Idempotency-Key was used for another request. Use a new key for a new request.")


class StillRunning(APIException):
    """The first request with this key has no answer yet."""

    status_code = 409
    default_detail = gettext_lazy("The first request with this Idempotency-Key is still running. Ask again.")
    wait = 1


def idempotent(post: View) -> View:
    """Carry out a POST with an Idempotency-Key once; the action and its answer are one transaction."""
    return _keyed(post, transaction.atomic)


def idempotent_in_steps(post: View) -> View:
    """The same for long work that is harmless to repeat and must not hold the database meanwhile."""
    return _keyed(post, nullcontext)


def idempotent_without(*secrets: str) -> Callable[[View], View]:
    """The same where an answer shows something once: it is not kept, and a repeat gets an empty text in its place."""

    def decorate(post: View) -> View:
        return _keyed(post, transaction.atomic, secrets=frozenset(secrets))

    return decorate


def _keyed(
    post: View, around: Callable[[], AbstractContextManager[Any]], *, secrets: frozenset[str] = frozenset()
) -> View:
    @wraps(post)
    def answer(view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return post(view, request, *args, **kwargs)
        row = _begin(request, key, now=timezone.now())
        if row.status is not None:
            return _replay(row)
        try:
            with around():
                response = post(view, request, *args, **kwargs)
                _keep(row, response, secrets=secrets)
        except BaseException:
            KeyedRequest.objects.filter(pk=row.pk, holder=row.holder).delete()
            raise
        return response

    answer.is_idempotent = True  # type: ignore[attr-defined]
    return cast("View", answer)


def _begin(request: Request, key: str, *, now: datetime) -> KeyedRequest:
    """The row of this key: ours to work on, or with an answer. Raises KeyReused or StillRunning."""
    if not 1 <= len(key) <= MOST_CHARACTERS or not key.isascii() or not key.isprintable():
        raise ValidationError(
            {
                "Idempotency-Key": _("1 to %(most_characters)s printable ASCII characters.")
                % {"most_characters": MOST_CHARACTERS}
            }
        )
    asked, holder, kept = fingerprint(request), uuid4().hex, Q(created_at__gt=now - KEPT)
    row = KeyedRequest.objects.filter(kept, user=person(request), key=key).first()
    is_new = False
    if row is None:  # only now is anything written: a repeat gets its answer while the first one holds the database
        KeyedRequest.objects.exclude(kept).delete()
        row, is_new = KeyedRequest.objects.get_or_create(
            user=person(request),
            key=key,
            defaults={"fingerprint": asked, "created_at": now, "holder": holder, "held_until": now + HELD},
        )
    if row.fingerprint != asked:
        raise KeyReused
    if is_new or row.status is not None:
        return row
    left_behind = KeyedRequest.objects.filter(pk=row.pk, status__isnull=True, held_until__lt=now)
    if not left_behind.update(holder=holder, held_until=now + HELD):
        raise StillRunning
    row.holder = holder
    return row


def fingerprint(request: Request) -> str:
    """What was asked, without what changes between honest repeats, such as the boundary of a form."""
    content = _plain(request.data)
    asked = [request.method, request.path.rstrip("/"), sorted(request.query_params.lists()), content]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _plain(data: Any) -> Any:
    if isinstance(data, MultiValueDict):
        return {name: [_digested(value) for value in values] for name, values in data.lists()}
    if isinstance(data, dict):  # JSON, or a bare body: the file alone
        return {name: _digested(value) for name, value in data.items()}
    return data


def _digested(value: Any) -> Any:
    """A file as its name and digest; anything else as it is."""
    if not isinstance(value, UploadedFile):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [value.name, digest.hexdigest()]


def _keep(row: KeyedRequest, response: HttpResponse, *, secrets: frozenset[str]) -> None:
    body = _body_of(response, secrets)
    kept = KeyedRequest.objects.filter(pk=row.pk, holder=row.holder).update(
        status=response.status_code,
        content_type="application/json" if isinstance(response, Response) else response["Content-Type"],
        location=response.get("Location", ""),
        body=body.decode(),
    )
    if not kept:  # we took so long that somebody else took the key over: their answer counts, ours is undone
        raise StillRunning


def _body_of(response: HttpResponse, secrets: frozenset[str]) -> bytes:
    if not isinstance(response, Response):
        return response.content
    data = response.data
    shown = {name: "" if name in secrets else value for name, value in data.items()} if secrets else data
    rendered: bytes = JSONRenderer().render(shown)
    return rendered


def _replay(row: KeyedRequest) -> HttpResponse:
    response = HttpResponse(row.body, status=row.status, content_type=row.content_type)
    response["Idempotency-Replayed"] = "true"
    if row.location:
        response["Location"] = row.location
    return response
