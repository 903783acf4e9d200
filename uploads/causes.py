"""Which shape has a failure? Derived from code, evidence and status alone, so that old rows are explained as well.

The code is what stands in the result file, and there are few of them; the cause is finer, and it is ours. The needles
are texts of urllib3, ssl and the system as they were seen on the line: the tests make each of these failures for real.
"""

import re
from enum import StrEnum

from uploads import vendor_evidence
from uploads.result_file import SUCCESS

PREFIX = "CTX_UPLOADER_ERROR_"
MOST_SIGNS = 4000  # what we keep of an error is shorter; what a license server wrote may be a whole log


class Cause(StrEnum):
    """Every shape that was seen in practice. The last of each group is what is left when the evidence says no more."""

    NAME_UNKNOWN = "name_unknown"
    NAME_SERVICE_SILENT = "name_service_silent"
    CONNECTION_REFUSED = "connection_refused"
    UNREACHABLE = "unreachable"
    CONNECT_TIMEOUT = "connect_timeout"
    BLOCKED_LOCALLY = "blocked_locally"
    NO_CONNECTION = "no_connection"

    RESET = "reset"
    CLOSED = "closed"
    CUT_SHORT = "cut_short"
    NOT_HTTP = "not_http"
    CONNECTION_LOST = "connection_lost"
    READ_TIMEOUT = "read_timeout"

    PROXY_CREDENTIALS = "proxy_credentials"
    PROXY_FORBIDS = "proxy_forbids"
    PROXY_CANNOT_REACH = "proxy_cannot_reach"
    PROXY_NAME = "proxy_name"
    PROXY_TLS = "proxy_tls"
    PROXY_UNREACHABLE = "proxy_unreachable"
    PROXY = "proxy"

    TLS_SELF_SIGNED = "tls_self_signed"
    TLS_UNKNOWN_AUTHORITY = "tls_unknown_authority"
    TLS_EXPIRED = "tls_expired"
    TLS_NOT_YET_VALID = "tls_not_yet_valid"
    TLS_WRONG_NAME = "tls_wrong_name"
    TLS_OLD_VERSION = "tls_old_version"
    TLS_NO_CIPHER = "tls_no_cipher"
    TLS_NOT_SPOKEN = "tls_not_spoken"
    TLS_CUT_OFF = "tls_cut_off"
    TLS_CA_BUNDLE = "tls_ca_bundle"
    TLS_REVOCATION = "tls_revocation"
    TLS = "tls"

    CREDENTIALS = "credentials"
    PRODUCT_KEY = "product_key"
    BLOCKING_PAGE = "blocking_page"
    NOT_ACCEPTED = "not_accepted"
    NOT_FOUND = "not_found"
    TOO_LARGE = "too_large"
    REQUEST_REFUSED = "request_refused"
    TOO_MANY_REQUESTS = "too_many_requests"
    BUSY = "busy"
    GATEWAY = "gateway"
    SERVER_ERROR = "server_error"
    REDIRECT = "redirect"
    WEB_PAGE = "web_page"
    NOT_UNDERSTOOD = "not_understood"

    DISK_FULL = "disk_full"
    NO_RIGHTS = "no_rights"
    BUNDLE_CHANGED = "bundle_changed"
    BUNDLE_MISSING = "bundle_missing"
    FILE = "file"
    GATE = "gate"
    STOPPED = "stopped"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


Needles = tuple[tuple[str, Cause], ...]
CONNECTING: Needles = (
    (r"Errno -3\b|Temporary failure in name|Errno -4\b", Cause.NAME_SERVICE_SILENT),
    (r"NameResolutionError|Errno -[25]\b|getaddrinfo failed", Cause.NAME_UNKNOWN),
    (r"Connection refused", Cause.CONNECTION_REFUSED),
    (r"unreachable|No route to host|Host is down|Network is down|Cannot assign requested", Cause.UNREACHABLE),
    (r"Operation not permitted|Permission denied", Cause.BLOCKED_LOCALLY),
    (r"timed out", Cause.CONNECT_TIMEOUT),
    (r"", Cause.NO_CONNECTION),
)
LOSING: Needles = (
    (r"ConnectionResetError|Connection reset|Broken pipe|BrokenPipeError", Cause.RESET),
    (r"IncompleteRead", Cause.CUT_SHORT),
    (r"BadStatusLine|LineTooLong|got more than \d+ headers", Cause.NOT_HTTP),
    (r"RemoteDisconnected", Cause.CLOSED),
    (r"", Cause.CONNECTION_LOST),
)
PROXYING: Needles = (
    (r"connection failed: 407|HTTP 407", Cause.PROXY_CREDENTIALS),
    (r"connection failed: 50[0234]", Cause.PROXY_CANNOT_REACH),
    (r"connection failed: [34]\d\d", Cause.PROXY_FORBIDS),
    (r"NameResolutionError", Cause.PROXY_NAME),
    (r"SSLError|SSL:", Cause.PROXY_TLS),
    (r"NewConnectionError|ConnectTimeoutError", Cause.PROXY_UNREACHABLE),
    (r"", Cause.PROXY),
)
TRUSTING: Needles = (
    (r"CA_BUNDLE|NO_CERTIFICATE_OR_CRL_FOUND", Cause.TLS_CA_BUNDLE),
    (r"in certificate chain|local issuer|issuer certificate|unknown ca", Cause.TLS_UNKNOWN_AUTHORITY),
    (r"self[- ]signed", Cause.TLS_SELF_SIGNED),
    (r"has expired", Cause.TLS_EXPIRED),
    (r"not yet valid", Cause.TLS_NOT_YET_VALID),
    (r"mismatch|doesn't match|not valid for", Cause.TLS_WRONG_NAME),
    (r"protocol version|unsupported protocol|UNSUPPORTED_PROTOCOL|wrong ssl version", Cause.TLS_OLD_VERSION),
    (r"handshake failure|no shared cipher|no ciphers|dh key too small|ca md too weak", Cause.TLS_NO_CIPHER),
    (r"wrong version number|http request|record layer failure|packet length too long", Cause.TLS_NOT_SPOKEN),
    (r"EOF", Cause.TLS_CUT_OFF),
    (r"", Cause.TLS),
)
ANSWERING: Needles = (
    (r"\A\w+: HTTP 3\d\d\b", Cause.REDIRECT),
    (r"<!doctype html|<html", Cause.WEB_PAGE),
    (r"", Cause.NOT_UNDERSTOOD),
)
KEEPING: Needles = (
    (r"DiskFull|Errno (28|122|27)\b|No space left|quota exceeded|File too large", Cause.DISK_FULL),
    (r"Errno (13|1|30)\b|Permission denied|Read-only file system|not permitted", Cause.NO_RIGHTS),
    (r"BundleMissing: .*changed", Cause.BUNDLE_CHANGED),
    (r"BundleMissing|Errno 2\b", Cause.BUNDLE_MISSING),
    (r"", Cause.FILE),
)
ENTERING: Needles = (
    (r"<!doctype html|<html", Cause.BLOCKING_PAGE),
    (r"\Acreate_identity:", Cause.CREDENTIALS),
    (r"\Acreate_upload:", Cause.PRODUCT_KEY),
    (r"", Cause.NOT_ACCEPTED),
)
REFUSING: Needles = ((r"\A\w+: HTTP (404|410)\b", Cause.NOT_FOUND), (r"", Cause.REQUEST_REFUSED))
SERVING: Needles = (
    (r"\A\w+: HTTP 429\b", Cause.TOO_MANY_REQUESTS),
    (r"\A\w+: HTTP (502|504)\b", Cause.GATEWAY),
    (r"\A\w+: HTTP (503|408|425)\b", Cause.BUSY),
    (r"", Cause.SERVER_ERROR),
)
OF_CODE: dict[str, Needles] = {
    "NETWORK_OPEN": CONNECTING,
    "CONNECTION_LOST": LOSING,
    "TIMEOUT": ((r"", Cause.READ_TIMEOUT),),
    "PROXY": PROXYING,
    "TLS": TRUSTING,
    "AUTH": ENTERING,
    "TOO_LARGE": ((r"", Cause.TOO_LARGE),),
    "REFUSED": REFUSING,
    "SERVER": SERVING,
    "RESPONSE": ANSWERING,
    "FILE": KEEPING,
    "GATE": ((r"", Cause.GATE),),
    "CANCELED": ((r"", Cause.STOPPED),),
    "INTERNAL": ((r"", Cause.INTERNAL),),
}
CODE_OF_STATUS = {401: "AUTH", 403: "AUTH", 407: "PROXY", 413: "TOO_LARGE", 408: "SERVER", 425: "SERVER", 429: "SERVER"}


def cause_of(code: str, *, evidence: str = "", status: int | None = None) -> Cause | None:
    """The shape of this failure; None for what did not fail or has no result yet.

    `evidence` is what an attempt kept. A code that is not ours, and the one that we share with the vendor, may come
    with the vendor's own words, which speak of Winsock.
    """
    if code in ("", SUCCESS):
        return None
    ours = OF_CODE.get(code.removeprefix(PREFIX)) if code.startswith(PREFIX) else None
    if ours is None or ours is CONNECTING:
        name, said = vendor_evidence.read(evidence)
        if name:
            return Cause(name)
        if said and ours is None:
            return of_status(said)
    return first(ours, _as_one(evidence[:MOST_SIGNS], status)) if ours else Cause.UNKNOWN


def of_status(status: int) -> Cause:
    """What an HTTP status means where nothing else is known."""
    group = "SERVER" if status >= 500 else "RESPONSE" if 300 <= status < 400 else "REFUSED"
    return first(OF_CODE[CODE_OF_STATUS.get(status, group)], f"status: HTTP {status}")


def _as_one(evidence: str, status: int | None) -> str:
    """Old rows may hold the status beside an evidence that does not name it."""
    return evidence if status is None or f"HTTP {status}" in evidence else f"status: HTTP {status} {evidence}"


def first(needles: Needles, text: str) -> Cause:
    """The first needle of the group that the text has."""
    return next(cause for needle, cause in needles if re.search(needle, text, re.IGNORECASE))
