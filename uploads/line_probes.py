"""What does the line do, step by step? Bare sockets, for the network check alone.

The HTTP client has its room in `cis_client.py` and tells one error for the whole way. Only sockets can tell a silent
name service from a silent firewall, a proxy from what stands behind it, and show a certificate that is not trusted.
Nothing of a bundle, no account and no token passes here. Every function may raise OSError (ssl.SSLError is one).
"""

import base64
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from urllib3.util.ssltransport import SSLTransport

from uploads.cis_client import Destination
from uploads.trust import trust

MOST_HEAD_BYTES = 16 * 1024
Stream = Any  # a socket, TLS over one, or TLS within TLS


@dataclass(frozen=True, slots=True)
class Place:
    """Something that listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one certificate of a chain says. `revocation` are the addresses where it can be asked about."""

    subject: str
    issuer: str
    starts: datetime
    ends: datetime
    revocation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Handshake:
    """A TLS connection that came about: version, method, and the chain that was shown, its own certificate first."""

    version: str
    cipher: str
    chain: tuple[Certificate, ...]


class TunnelRefused(OSError):
    """The proxy answered CONNECT with another status than 2xx."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(f"Tunnel connection failed: {line}")
        self.status = status


class NotHttp(OSError):
    """Something answered in another tongue, or with nothing at all."""


def place_of(url: str, *, default: int) -> Place:
    """Host and port of an address."""
    parts = urlsplit(url)
    return Place(parts.hostname or "", parts.port or default)


def addresses_of(place: Place) -> tuple[str, ...]:
    """Every address of the name, in the system's order."""
    found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


@contextmanager
def connected(place: Place, *, seconds: float) -> Iterator[socket.socket]:
    """An open TCP connection; each step on it may take so long."""
    with socket.create_connection((place.host, place.port), timeout=seconds) as plain:
        yield plain


@contextmanager
def way_to(to: Destination, *, seconds: float) -> Iterator[Stream]:
    """The bytes of the destination: a connection to it, or a tunnel through the proxy. Raises TunnelRefused."""
    target = place_of(to.url, default=443)
    with ExitStack() as open_until_done:
        if not to.proxy:
            yield open_until_done.enter_context(connected(target, seconds=seconds))
            return
        proxy = place_of(to.proxy, default=8080)
        stream: Stream = open_until_done.enter_context(connected(proxy, seconds=seconds))
        if to.proxy.startswith("https:"):
            stream = trust(to.ca_bundle).wrap_socket(stream, server_hostname=proxy.host)
            open_until_done.enter_context(closing(stream))
        status, line = ask_head(stream, f"CONNECT {target} HTTP/1.1", host=str(target), to=to)
        if not 200 <= status < 300:
            raise TunnelRefused(status, line)
        yield stream


def shake_hands(to: Destination, context: ssl.SSLContext, *, seconds: float) -> Handshake:
    """TLS with the destination under this trust; closed again at once."""
    host = place_of(to.url, default=443).host
    with way_to(to, seconds=seconds) as stream:
        if isinstance(stream, ssl.SSLSocket):
            with SSLTransport(stream, context, server_hostname=host) as inner:
                return _seen(inner.sslobj)
        with context.wrap_socket(stream, server_hostname=host) as secured:
            return _seen(secured)


def ask_head(stream: Stream, request: str, *, host: str, to: Destination) -> tuple[int, str]:
    """Status and status line of the answer to a request without a body, said to the proxy with its password."""
    lines = [request, f"Host: {host}", "Connection: close"]
    parts = urlsplit(to.proxy)
    if parts.username:
        words = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(words.encode()).decode()}")
    stream.sendall("\r\n".join([*lines, "", ""]).encode())
    head = b""
    while not head.endswith(b"\r\n\r\n") and len(head) < MOST_HEAD_BYTES:
        if not (byte := stream.recv(1)):  # one at a time: what follows the head belongs to TLS
            break
        head += byte
    line = head.partition(b"\r\n")[0].decode("ascii", "replace")
    words_of_line = line.split(" ", 2)
    if not line.startswith("HTTP/") or len(words_of_line) < 2 or not words_of_line[1].isdecimal():
        raise NotHttp(f"BadStatusLine: {line[:200]!r}")
    return int(words_of_line[1]), line.partition(" ")[2][:200]


def errors_reaching(places: Sequence[Place], *, to: Destination, seconds: float) -> dict[Place, str]:
    """For each place "" when it was reached, by the way that uploads take, otherwise why not. All at once."""
    errors = dict.fromkeys(places, f"no answer within {seconds:.0f} seconds")

    def reach(place: Place) -> None:
        try:
            errors[place] = _error_reaching(place, to=to, seconds=seconds)
        except OSError as error:
            errors[place] = f"{type(error).__name__}: {error}"

    threads = [threading.Thread(target=reach, args=(place,), daemon=True) for place in places]
    for thread in threads:
        thread.start()
    until = time.perf_counter() + seconds
    for thread in threads:
        thread.join(max(until - time.perf_counter(), 0.0))
    return dict(errors)


def _error_reaching(place: Place, *, to: Destination, seconds: float) -> str:
    if not to.proxy:
        with connected(place, seconds=seconds):
            return ""
    with connected(place_of(to.proxy, default=8080), seconds=seconds) as plain:
        status, line = ask_head(plain, f"HEAD http://{place}/ HTTP/1.1", host=str(place), to=to)
        return f"the proxy answers {line}" if status in {403, 407, 502, 503, 504} else ""


def _seen(secured: Any) -> Handshake:
    cipher = secured.cipher()
    return Handshake(secured.version() or "", cipher[0] if cipher else "", _chain(secured))


def _chain(secured: Any) -> tuple[Certificate, ...]:
    """Python shows a chain that is not trusted through its inner object only, since 3.10; without that, nothing."""
    shown = getattr(getattr(secured, "_sslobj", None), "get_unverified_chain", lambda: None)()
    return tuple(_certificate(one.get_info()) for one in shown or ())


def _certificate(info: dict[str, Any]) -> Certificate:
    asked = (*info.get("OCSP", ()), *info.get("crlDistributionPoints", ()))
    return Certificate(
        subject=_name(info.get("subject", ())),
        issuer=_name(info.get("issuer", ())),
        starts=datetime.fromtimestamp(ssl.cert_time_to_seconds(info["notBefore"]), tz=UTC),
        ends=datetime.fromtimestamp(ssl.cert_time_to_seconds(info["notAfter"]), tz=UTC),
        revocation=asked,
    )


def _name(parts: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    """The common name and the organization; whatever there is where there is neither."""
    fields = {key: value for part in parts for key, value in part}
    chosen = [fields[key] for key in ("commonName", "organizationName") if key in fields] or list(fields.values())
    return "".join(sign if sign.isprintable() else " " for sign in ", ".join(chosen))[:200] or "no name"
