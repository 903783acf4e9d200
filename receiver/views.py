"""Which answer does each request get? A plain WSGI application: routes, handlers, one log line.

Every path is served with and without its closing slash and is never redirected: a public client
takes a redirect of a chunk for success, and the data would be lost. Errors are statuses.
"""

import errno
import logging
import sqlite3
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from receiver import answers, protocol
from receiver.answers import Answer
from receiver.asking import Request
from receiver.configuration import Configuration
from receiver.protocol import RefusalError, TokenKind
from receiver.registration import Handler, RegistrationDesk
from receiver.silence import SilenceWatch
from receiver.store import BeyondEndError, Bundle, DifferentBytesError, Store, UnknownBundleError
from receiver.tokens import same
from receiver.upkeep import Caretaker

logger = logging.getLogger("receiver")
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Receiver:
    """The application; it may be called from many threads at once."""

    def __init__(self, *, store: Store, terms: Configuration, caretaker: Caretaker, watch: SilenceWatch) -> None:
        self._store = store
        self._tokens = store.tokens
        self._terms = terms
        self._caretaker = caretaker
        self._watch = watch
        self._desk = RegistrationDesk(store.codes, bearer=self._registrar, clock=store.clock)
        self._routes: dict[str, dict[str, Handler]] = {
            "/auth/api/create_identity": {"POST": self._create_identity},
            "/feeds/api/create_grant": {"POST": self._create_grant},
            "/feeds/api/create_upload": {"POST": self._create_upload},
            "/feeds/api/bundle": {"POST": self._create_bundle, "GET": self._bundle_state},
            "/feeds/api/upload_raw_chunk": {"POST": self._upload_chunk},
            "/diag_sdk/token_grant": {"POST": self._token_grant},
            "/diag_sdk/analysis_progress": {"GET": self._analysis_progress},
            "/diag_sdk/diag_results": {"GET": self._diag_results},
            "/health/live": {"GET": self._live},
        }

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ, watch=self._watch)
        answer = self._answer(request)
        # The query and the headers may hold secrets, and a decoded path may hold line breaks.
        path = quote(request.path)[:200]
        logger.info("%s %s %d %d", request.method, path, answer.status, request.taken)
        headers = [("Content-Type", answer.content_type), ("Cache-Control", "no-store")]
        phrase = HTTPStatus(answer.status).phrase
        start_response(f"{answer.status} {phrase}", [*headers, *answer.headers])
        return [answer.body]

    def _answer(self, request: Request) -> Answer:
        """The handler's answer, or the refusal or failure told as a status."""
        try:
            return self._handler(request)(request)
        except RefusalError as reason:
            request.discard()
            return answers.refusal(reason)
        except OSError as problem:
            logger.exception("the store cannot be written")
            if problem.errno in DISK_FULL:
                return answers.refusal(RefusalError(507, "The receiver's disk is full."))
        except sqlite3.Error:
            logger.exception("the store's database failed")
        except Exception:
            logger.exception("an unforeseen failure")
        return answers.refusal(RefusalError(500, "The receiver failed; nothing was acknowledged."))

    def _handler(self, request: Request) -> Handler:
        path = request.path.removesuffix("/")
        served = self._routes.get(path) or self._desk.serving(path)
        if not served:
            raise RefusalError(404, "There is nothing at this path.")
        if request.method not in served:
            raise _not_allowed(", ".join(sorted(served)))
        return served[request.method]

    def _live(self, request: Request) -> Answer:
        return answers.as_json({"status": "ok"})

    def _create_identity(self, request: Request) -> Answer:
        body = request.json_object()
        username = protocol.text_of(body, key="username")
        password = protocol.text_of(body, key="password")
        # Both are compared always, so that the time taken does not tell which one was wrong.
        known = same(username, expected=self._terms.username)
        if not (same(password, expected=self._terms.password) and known):
            raise RefusalError(403, "The user name or the password is wrong.")
        return self._issue(TokenKind.IDENTITY, owner=username, lifetime=protocol.IDENTITY_LIFETIME)

    def _create_grant(self, request: Request) -> Answer:
        body = request.json_object()
        token = protocol.token_of(body, key="identity_token")
        owner = self._owner(token, kinds={TokenKind.IDENTITY})
        lifetime = protocol.lifetime_of(body, key="expiration")
        return self._issue(TokenKind.GRANT, owner=owner, lifetime=lifetime)

    def _create_upload(self, request: Request) -> Answer:
        body = request.json_object()
        token = protocol.token_of(body, key="grant_token")
        owner = self._owner(token, kinds={TokenKind.GRANT})
        key = protocol.product_key_of(body)
        if self._terms.product_key and not same(key, expected=self._terms.product_key):
            raise RefusalError(403, "The product key is not accepted here.")
        lifetime = protocol.lifetime_of(body, key="expiration")
        return self._issue(TokenKind.UPLOAD, owner=owner, lifetime=lifetime)

    def _token_grant(self, request: Request) -> Answer:
        owner = self._bearer(request, kinds={TokenKind.IDENTITY})
        lifetime = protocol.lifetime_of(request.json_object(), key="max_age")
        return self._issue(TokenKind.DIAGNOSTICS, owner=owner, lifetime=lifetime)

    def _create_bundle(self, request: Request) -> Answer:
        owner = self._bearer(request, kinds={TokenKind.UPLOAD})
        wish = protocol.parse_bundle_request(request.query, size_limit=self._terms.size_limit)
        request.json_object(may_be_empty=True)
        bundle = self._store.create_bundle(owner=owner, size=wish.size, name=wish.name, sr=wish.sr)
        return answers.bundle_created(bundle, xml=protocol.wants_xml(request.accept))

    def _bundle_state(self, request: Request) -> Answer:
        owner = self._bearer(request, kinds={TokenKind.UPLOAD})
        bundle = self._own(protocol.bundle_id_of(request.query), owner=owner)
        return answers.bundle_state(bundle, sha256=self._store.ensure_sha256(bundle.id))

    def _upload_chunk(self, request: Request) -> Answer:
        owner = self._bearer(request, kinds={TokenKind.UPLOAD})
        length = request.content_length
        wish = protocol.parse_chunk_request(request.query, content_length=length)
        bundle = self._own(wish.bundle_id, owner=owner)
        if wish.offset + wish.length > bundle.size:
            raise _beyond_end(bundle)
        data = request.exactly(wish.length)
        try:
            stored = self._store.write_chunk(bundle.id, offset=wish.offset, data=data)
        except DifferentBytesError:
            raise RefusalError(409, "Other bytes are already stored in this place.") from None
        except UnknownBundleError:
            raise _unknown() from None
        except BeyondEndError:
            raise _beyond_end(bundle) from None
        self._caretaker.notice(stored)
        return answers.chunk_stored(stored)

    def _analysis_progress(self, request: Request) -> Answer:
        return answers.progress(self._diagnosed(request, key="upload_id"))

    def _diag_results(self, request: Request) -> Answer:
        self._diagnosed(request, key="upload_uuid")
        return answers.as_json({"results": []})

    def _diagnosed(self, request: Request, *, key: str) -> Bundle:
        owner = self._bearer(request, kinds={TokenKind.DIAGNOSTICS, TokenKind.IDENTITY})
        return self._own(protocol.bundle_id_of(request.query, key=key), owner=owner)

    def _own(self, bundle_id: str, *, owner: str) -> Bundle:
        """The bundle, if it is this owner's; another's is as unknown as none, so ids are no news.

        Ownership is the user, not the token: who logs in again after a crash goes on.
        """
        try:
            bundle = self._store.bundle(bundle_id)
        except UnknownBundleError:
            raise _unknown() from None
        if bundle.owner != owner:
            raise _unknown()
        return bundle

    def _bearer(self, request: Request, *, kinds: set[TokenKind]) -> str:
        return self._owner(protocol.bearer_of(request.authorization), kinds=kinds)

    def _registrar(self, request: Request) -> str:
        return self._bearer(request, kinds={TokenKind.IDENTITY, TokenKind.UPLOAD})

    def _owner(self, token: str, *, kinds: set[TokenKind]) -> str:
        holder = self._tokens.holder(token)
        if holder is None:
            raise protocol.unauthorized("The token is unknown or has expired.")
        if holder.kind not in kinds:
            raise RefusalError(403, "The token is of another kind and does not open this.")
        return holder.owner

    def _issue(self, kind: TokenKind, *, owner: str, lifetime: int) -> Answer:
        token = self._tokens.issue(kind, owner=owner, lifetime=lifetime)
        return answers.as_json({"token": token})


def _unknown() -> RefusalError:
    return RefusalError(404, "There is no such bundle.")


def _beyond_end(bundle: Bundle) -> RefusalError:
    return RefusalError(416, f"The chunk would end after the bundle's {bundle.size} bytes.")


def _not_allowed(methods: str) -> RefusalError:
    return RefusalError(405, f"Only {methods} is served here.", (("Allow", methods),))
