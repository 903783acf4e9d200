"""How do uploads of such a fleet fail? The shapes that are seen in practice, with the words that each leaves behind."""

from dataclasses import dataclass

from uploads.causes import PREFIX, cause_of
from uploads.models import Attempt

POOL = "HTTPSConnectionPool(host='cis.example', port=443): Max retries exceeded with url: /auth/api/create_identity/ "


@dataclass(frozen=True, slots=True)
class Failure:
    """One end of an attempt: the code, what was seen, and the HTTP status where there was one."""

    code: str
    evidence: str
    status: int | None = None
    is_refused: bool = False

    @property
    def cause(self) -> str:
        """Its shape, told by the same rule as a real one's."""
        return cause_of(self.code, evidence=self.evidence, status=self.status) or ""

    @property
    def verdict(self) -> Attempt.Verdict:
        """May it pass by itself?"""
        return Attempt.Verdict.REFUSED if self.is_refused else Attempt.Verdict.TRY_AGAIN


PROXY = Failure(
    PREFIX + "PROXY",
    "ProxyError: " + POOL + "(Caused by ProxyError('Unable to connect to proxy', OSError('Tunnel connection failed: "
    "407 Proxy Authentication Required')))",
)
TLS = Failure(
    PREFIX + "TLS",
    "SSLError: " + POOL + "(Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] "
    "certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)')))",
)
TOO_LARGE = Failure(
    PREFIX + "TOO_LARGE", "upload_chunk: HTTP 413 <html>Request Entity Too Large</html>", 413, is_refused=True
)
NAME = Failure(
    PREFIX + "NETWORK_OPEN",
    "NewConnectionError: HTTPSConnection(host='cis.example', port=443): Failed to resolve 'cis.example' "
    "(NameResolutionError: [Errno -2] Name or service not known)",
)
NAME_SILENT = Failure(
    PREFIX + "NETWORK_OPEN",
    "NewConnectionError: HTTPSConnection(host='cis.example', port=443): Failed to resolve 'cis.example' ([Errno -3] "
    "Temporary failure in name resolution)",
)
CLOSED_PORT = Failure(
    PREFIX + "NETWORK_OPEN",
    "NewConnectionError: HTTPSConnection(host='cis.example', port=443): Failed to establish a new connection: [Errno "
    "111] Connection refused",
)
RESET = Failure(
    PREFIX + "CONNECTION_LOST",
    "ProtocolError: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
)
SILENT = Failure(
    PREFIX + "TIMEOUT",
    "ReadTimeoutError: HTTPSConnectionPool(host='cis.example', port=443): Read timed out. (read timeout=40.0)",
)
BUSY = Failure(PREFIX + "SERVER", "upload_chunk: HTTP 503 Service Unavailable", 503)
GATEWAY = Failure(PREFIX + "SERVER", "create_upload: HTTP 502 Bad Gateway", 502)
CREDENTIALS = Failure(
    PREFIX + "AUTH", 'create_identity: HTTP 401 {"error": "invalid credentials"}', 401, is_refused=True
)
PASSING = (BUSY, GATEWAY, RESET, SILENT, NAME_SILENT, CLOSED_PORT, PROXY, BUSY, SILENT, CREDENTIALS)
