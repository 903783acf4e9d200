"""How does a webhook leave? Signed in the manner of Standard Webhooks, to one address, without following anybody.

Receivers check the signature over id, timestamp and body, and keep ids: what is sent again after a kill has the same
one. The body is the same in each try; the timestamp, and with it the signature, is that of the try.
"""

import base64
import hashlib
import hmac
import json
import socket
import time
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

import urllib3
from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from alerts.channel_models import Message
from alerts.channels.answer import Answer, Said, words_of
from alerts.channels.webhook_address import is_off_limits, is_this_machine
from alerts.delivery_policy import LARGEST_ANSWER_BYTES, STEP_SECONDS, TRY_SECONDS
from servers.installation import in_force
from uploads.http_dates import wait_seconds
from uploads.no_proxy import exempting
from uploads.trust import trust

PASSING = frozenset({408, 425, 429})  # 4xx that speak of the moment, not of the request
AGENT = "LicensingManager"


class OffLimits(HTTPError):
    """The name leads to an address at which no receiver should stand."""


class _Checked(HTTPConnection):
    """Looks at whom the name led to before a byte is sent."""

    def _new_conn(self) -> socket.socket:
        line = super()._new_conn()
        peer = str(line.getpeername()[0])
        if is_off_limits(peer):
            line.close()
            raise OffLimits(
                _("%(host)s leads to %(peer)s, at which no receiver should stand") % {"host": self.host, "peer": peer}
            )
        return line


class _CheckedTls(_Checked, HTTPSConnection):
    """The same with TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Checked


class _PoolTls(HTTPSConnectionPool):
    ConnectionCls = _CheckedTls


def send_webhook(message: Message, *, url: str, secret: str, shown: str, now: datetime) -> list[Answer]:
    """One answer: what the receiver said, or why it could not be asked."""
    body = body_of(message)
    answer = partial(Answer, to=shown)
    try:
        response = _ask(url, body, headers_for(message, body, secret=secret, now=now))
    except OffLimits as error:
        return [answer(said=Said.REFUSED, text=words_of(str(error)))]
    except (HTTPError, OSError) as error:
        return [answer(said=Said.AGAIN, text=_why(error))]
    status, text, headers = response
    wait = wait_seconds(headers.get("Retry-After"), date=headers.get("Date"))
    return [answer(said=meaning_of(status), text=f"HTTP {status} {_shown(status, text, headers)}".strip(), wait=wait)]


def body_of(message: Message) -> bytes:
    """`type`, `timestamp`, `data`: the same bytes for the same message."""
    data = {
        "type": f"licensing_manager.{message.content['kind']}",
        "timestamp": message.composed_at.isoformat(),
        "data": message.content,
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def headers_for(message: Message, body: bytes, *, secret: str, now: datetime) -> dict[str, str]:
    """Id, timestamp and signature, as the specification of Standard Webhooks has them."""
    stamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, b".".join([str(message.uid).encode(), stamp.encode(), body]), hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": str(message.uid),
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def meaning_of(status: int) -> Said:
    """2xx is taken, 410 ends the channel, 408, 425, 429 and 5xx may pass; everything else is an answer for good."""
    if 200 <= status < 300:
        return Said.DELIVERED
    if status == 410:
        return Said.GONE
    return Said.AGAIN if status >= 500 or status in PASSING else Said.REFUSED


def _ask(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, Any]:
    with _manager(url) as manager:
        response = manager.request(
            "POST", url, body=body, headers=headers, redirect=False, retries=False, preload_content=False
        )
        try:
            return response.status, words_of(_first_words(response)), response.headers
        finally:
            response.close()  # nobody knows how much more would come


def _first_words(response: urllib3.BaseHTTPResponse) -> bytes:
    """The begin of the answer, until enough came or the time is over: what was decided stands in the status."""
    words, until = b"", time.monotonic() + TRY_SECONDS / 6
    try:
        while len(words) < LARGEST_ANSWER_BYTES and time.monotonic() < until:
            piece = response.read1(LARGEST_ANSWER_BYTES - len(words), decode_content=False)
            if not piece:
                break
            words += piece
    except (HTTPError, OSError):
        pass
    return words


def _manager(url: str) -> urllib3.PoolManager:
    """A connection of its own for each message: they are few, and a kept one may be dead by the next."""
    counts = in_force()
    options: dict[str, Any] = {
        "ssl_context": trust(counts.ca_bundle),
        "timeout": urllib3.Timeout(connect=STEP_SECONDS, read=STEP_SECONDS),
    }
    proxy = "" if exempting(counts.no_proxy, url=url) or _is_here(url) else counts.upload_proxy
    if not proxy:
        manager = urllib3.PoolManager(**options)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTls}
        return manager
    parts = urlsplit(proxy)
    words = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return urllib3.ProxyManager(
        f"{parts.scheme}://{host}:{parts.port or 8080}",
        proxy_headers=urllib3.make_headers(proxy_basic_auth=words),
        proxy_ssl_context=trust(counts.ca_bundle),
        **options,
    )


def _why(error: Exception) -> str:
    """The innermost reason, without the name of the part of this program that met it."""
    reason = getattr(error, "reason", None) or error
    text = str(reason)
    return words_of(f"{type(reason).__name__}: {text.partition('): ')[2] if text.startswith('_') else text}")


def _is_here(url: str) -> bool:
    return is_this_machine(urlsplit(url).hostname or "")


def _shown(status: int, text: str, headers: Any) -> str:
    """A redirect says where to; a person enters that address after looking at it."""
    if 300 <= status < 400 and (target := headers.get("Location")):
        return _("It sends us on to %(address)s. Nothing is sent there; enter that address instead.") % {
            "address": words_of(target.split("?")[0]),
        }
    return text
