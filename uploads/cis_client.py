"""How do we speak with the receiver? The upload protocol of Citrix Insight Services, client side (JSON family).

Stricter than the public clients: time limits always, no redirect is followed, the token goes to this one address only,
and an answer that is not understood is a failure.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit
from weakref import WeakKeyDictionary

import urllib3
from django.conf import settings

from servers.installation import Installation, in_force
from uploads import policy
from uploads.answers import chunk_bytes_of, json_object, shown, step_of
from uploads.http_dates import wait_seconds
from uploads.no_proxy import exempting
from uploads.one_piece import WholeAnswer, in_one_piece
from uploads.result_file import AnswerNotUnderstood, read_upload_response
from uploads.trust import trust

LONGEST_ID = 128  # what the history keeps; the ids that were seen have 36 signs
SAFE_ID, CODE = re.compile(r"[A-Za-z0-9_-]{1,128}"), re.compile(r"[A-Z0-9]{8}")
CODE_STATES = frozenset({"waiting", "confirmed", "refused", "expired", "removed"})
AGENT = "LicensingManager"
NEVER_AGAIN = urllib3.Retry(False, redirect=False)  # no request is repeated or sent elsewhere behind our back
LONGEST_CODE_SECONDS = 86_400  # ours: no person needs a day to enter eight signs


@dataclass(frozen=True, slots=True)
class Destination:
    """Where reports go and what opens the door there. Secrets never show in its repr."""

    url: str
    username: str
    password: str = field(repr=False)
    product_key: str = field(repr=False)
    proxy: str = field(default="", repr=False)
    ca_bundle: str = ""
    seconds: float | None = None  # time limit of each step where a person waits, instead of those of uploads

    @property
    def address(self) -> str:
        """host:port, as the result file names it."""
        parts = urlsplit(self.url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


@dataclass(frozen=True, slots=True)
class RemoteBundle:
    """A bundle that the receiver made room for. `chunk_bytes` is what it likes best, or our default."""

    id: str
    chunk_bytes: int


@dataclass(frozen=True, slots=True)
class RemoteCode:
    """A code that the destination gave for a server, worth something for `seconds`."""

    id: str
    code: str
    seconds: int


@dataclass(frozen=True, slots=True)
class _Home:
    """Where all requests of one manager go: its pool of kept-open connections, and how every path begins there."""

    pool: urllib3.HTTPConnectionPool
    path: str


_homes: WeakKeyDictionary[urllib3.PoolManager, _Home] = WeakKeyDictionary()


class DripError(urllib3.exceptions.TimeoutError):
    """The answer comes so slowly that nobody waits for its end."""


class Refusal(Exception):
    """An answer with a status other than 2xx. `retry_after` is in seconds, None when the receiver said nothing."""

    def __init__(self, step: str, status: int, *, body: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{step}: HTTP {status}. {body}".strip())
        self.step, self.status, self.retry_after = step, status, retry_after


def destination_from_settings() -> Destination:
    """The configured destination, as the installation is set up now."""
    return destination_with(in_force())


def destination_with(counts: Installation) -> Destination:
    """The destination by this set-up; the proxy only where NO_PROXY does not exempt the host."""
    return Destination(
        url=settings.CIS_URL,
        username=settings.CIS_USERNAME,
        password=settings.CIS_PASSWORD,
        product_key=settings.CIS_PRODUCT_KEY,
        proxy="" if exempting(counts.no_proxy, url=settings.CIS_URL) else counts.upload_proxy,
        ca_bundle=counts.ca_bundle,
    )


def log_in(to: Destination, *, each: Callable[[Callable[[], str]], str] = lambda request: request()) -> str:
    """The upload token: identity, then grant, then upload. Raises Refusal, AnswerNotUnderstood or urllib3's errors.

    `each` makes every one of the three requests: the caller asks its fence there, tries again, or raises to stop.
    """
    words = {"username": to.username, "password": to.password}
    identity = each(lambda: _token(to, "/auth/api/create_identity/", words))
    asked = {"identity_token": identity, "expiration": policy.TOKEN_SECONDS}
    grant = each(lambda: _token(to, "/feeds/api/create_grant/", asked))
    wanted = {"grant_token": grant, "product_key": to.product_key, "expiration": policy.TOKEN_SECONDS}
    return each(lambda: _token(to, "/feeds/api/create_upload/", wanted))


def ask_time(to: Destination) -> tuple[int, str]:
    """Status and Date header ("" without one) of the shortest answer that the destination gives, whatever it says."""
    response = _pool(to).request(
        "HEAD", f"{to.url}/", headers={"Cache-Control": "no-cache"}, redirect=False, retries=False
    )
    return response.status, response.headers.get("Date", "")


def create_bundle(to: Destination, token: str, *, size: int, name: str) -> RemoteBundle:
    """Ask for room for `size` bytes."""
    path = f"/feeds/api/bundle/?{urlencode({'size': size, 'name': name})}"
    body = _ask(to, path, _json({"verbosity": "2"}), token=token)
    if body.lstrip()[:1] == b"<":
        answer = read_upload_response(body)
        return RemoteBundle(_usable_id(answer.uuid, body), chunk_bytes_of(answer.chunk_optimal, answer.chunk_max))
    data = json_object(path, body)
    chunk_bytes = chunk_bytes_of(data.get("chunk_optimal"), data.get("chunk_max"))
    return RemoteBundle(_usable_id(data.get("id"), body), chunk_bytes)


def send_chunk(to: Destination, token: str, *, remote_id: str, offset: int, data: bytes) -> None:
    """Send the bytes at `offset`. A repeat of the same bytes is harmless by the protocol."""
    path = f"/feeds/api/upload_raw_chunk/?{urlencode({'id': remote_id, 'offset': offset})}"
    json_object(path, _ask(to, path, data, token=token, content_type="application/octet-stream"))


def ask_code(to: Destination, token: str, *, guid: str, name: str) -> RemoteCode:
    """Ours: a code with which a person registers this server. Asking again gives the same while it waits."""
    path = "/registration/api/codes/"
    body = _ask(to, path, _json({"server_guid": guid, "server_name": name}), token=token)
    data = json_object(path, body)
    remote_id, code, seconds = data.get("registration_id"), data.get("code"), data.get("expires_in")
    if not isinstance(remote_id, str) or not SAFE_ID.fullmatch(remote_id):
        raise AnswerNotUnderstood("codes: the answer carries no usable id.")
    if not isinstance(code, str) or not CODE.fullmatch(code.upper()):
        raise AnswerNotUnderstood("codes: the answer carries no code of eight letters and digits.")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds <= LONGEST_CODE_SECONDS:
        raise AnswerNotUnderstood("codes: the answer does not say how long the code counts.")
    return RemoteCode(remote_id, code.upper(), seconds)


def code_state(to: Destination, token: str, *, remote_id: str) -> tuple[str, str]:
    """Ours: what became of a code, and the tenant that confirmed it ("" in every other state)."""
    path = f"/registration/api/codes/{remote_id}/"
    data = json_object(path, _ask(to, path, None, token=token, method="GET"))
    state, customer_id = data.get("state"), data.get("customer_id")
    if state not in CODE_STATES:
        raise AnswerNotUnderstood("codes: the answer tells no known state.")
    if state != "confirmed":
        return state, ""
    if not isinstance(customer_id, str) or not 0 < len(customer_id) <= LONGEST_ID or not customer_id.isprintable():
        raise AnswerNotUnderstood("codes: the answer confirms without naming the tenant.")
    return state, customer_id


def tell_removal(to: Destination, token: str, *, remote_id: str) -> None:
    """Ours: this registration has ended. Harmless when told twice; Refusal 404 when nobody knows it there."""
    path = "/registration/api/removals/"
    json_object(path, _ask(to, path, _json({"registration_id": remote_id}), token=token))


def _usable_id(value: object, body: bytes) -> str:
    """An id is opaque, but it is a text, it can be kept, and it was not made up of control signs."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID or not value.isprintable():
        raise AnswerNotUnderstood(f"bundle: the answer carries no usable id: {shown(body)}")
    return value


def _token(to: Destination, path: str, words: Mapping[str, object]) -> str:
    body = _ask(to, path, _json(words), token=None)
    token = {key.lower(): value for key, value in json_object(path, body).items()}.get("token")
    if not isinstance(token, str) or not token or any(ord(sign) < 33 or ord(sign) > 126 for sign in token):
        raise AnswerNotUnderstood(f"{step_of(path)}: the answer carries no usable token.")
    return token


def _ask(
    to: Destination,
    path: str,
    body: bytes | None,
    *,
    token: str | None,
    content_type: str = "application/json",
    method: str = "POST",
) -> bytes:
    headers = {"User-Agent": AGENT, "Content-Type": content_type, "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"BT {token}"
    response = _send(_pool(to), method, to.url, path, body=body, headers=headers)
    try:
        answer = _whole_answer(response, within=to.seconds or policy.READ_SECONDS)
    except BaseException:
        response.close()
        raise
    if len(answer) > policy.LARGEST_ANSWER_BYTES:
        response.close()  # nobody knows how much more would come
    response.release_conn()
    if not 200 <= response.status < 300:
        seconds = wait_seconds(response.headers.get("Retry-After"), date=response.headers.get("Date"))
        raise Refusal(step_of(path), response.status, body=shown(answer), retry_after=seconds)
    if len(answer) > policy.LARGEST_ANSWER_BYTES:
        raise AnswerNotUnderstood(f"{step_of(path)}: the answer is longer than any of this protocol.")
    return answer


def _send(
    manager: urllib3.PoolManager, method: str, url: str, path: str, *, body: bytes | None, headers: Mapping[str, str]
) -> urllib3.BaseHTTPResponse:
    """One request. The manager looks for its pool in the address each time; where it has but one, that is asked."""
    options: dict[str, Any] = {"body": body, "headers": headers, "redirect": False, "retries": NEVER_AGAIN}
    if isinstance(manager, urllib3.ProxyManager) and url.startswith("http://"):
        return manager.urlopen(method, url + path, preload_content=False, **options)  # such a proxy wants the address
    home = _homes.get(manager)
    if home is None:
        home = _homes[manager] = _Home(manager.connection_from_url(url), urlsplit(url).path)
    return home.pool.urlopen(method, home.path + path, preload_content=False, **options)


def _whole_answer(response: urllib3.BaseHTTPResponse, *, within: float) -> bytes:
    """The body, up to what no answer needs. The time limit is for all of it: single bytes do not prolong it."""
    if isinstance(response, WholeAnswer):
        return response.data or b""
    answer, until = b"", time.monotonic() + within
    while len(answer) <= policy.LARGEST_ANSWER_BYTES:
        piece = response.read1(policy.LARGEST_ANSWER_BYTES + 1 - len(answer), decode_content=True)
        if not piece:
            break
        answer += piece
        if time.monotonic() > until:
            raise DripError(f"After {within:.0f} s the answer was still not whole.")
    return answer


@cache
def _pool(to: Destination) -> urllib3.PoolManager:
    """One kept-open connection for each thread that sends to this destination."""
    context = trust(to.ca_bundle)
    options: dict[str, Any] = {
        "num_pools": 2,
        "maxsize": policy.KEPT_CONNECTIONS,
        "ssl_context": context,
        "timeout": urllib3.Timeout(
            connect=to.seconds or policy.CONNECT_SECONDS, read=to.seconds or policy.READ_SECONDS
        ),
        "headers": {"User-Agent": AGENT},
    }
    if not to.proxy:
        return in_one_piece(urllib3.PoolManager(**options))
    parts = urlsplit(to.proxy)
    # In an address, signs such as @ stand percent-encoded; the proxy wants them as they are.
    words = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    bare = f"{parts.scheme}://{host}:{parts.port or 8080}"
    # Without a context of its own, a proxy with TLS would be judged by the system's authorities, not by ours.
    words_for_proxy = urllib3.make_headers(proxy_basic_auth=words)
    proxied = urllib3.ProxyManager(
        bare, proxy_headers=words_for_proxy, proxy_ssl_context=trust(to.ca_bundle), **options
    )
    return in_one_piece(proxied)


def _json(words: Mapping[str, object]) -> bytes:
    return json.dumps(words, ensure_ascii=False).encode("utf-8")
