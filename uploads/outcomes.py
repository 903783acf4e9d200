"""How did the attempt end? Every answer and every error becomes delivered, try again, or refused.

Of the codes only SUCCESS and NETWORK_OPEN are attested in the vendor's files; the other names are ours.
"""

import ssl
from dataclasses import dataclass

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from payloads.gate import GateClosed
from uploads.bundle_store import BundleMissing
from uploads.causes import PREFIX, Cause, cause_of
from uploads.cis_client import DripError, Refusal
from uploads.explanations import Explanation, explain
from uploads.fence import Fenced, ToBeCarried
from uploads.models import Attempt
from uploads.result_file import SUCCESS, AnswerNotUnderstood

Verdict = Attempt.Verdict
PASSING = frozenset({408, 425, 429})  # 4xx that speak of the moment, not of the request

TUNNEL_REFUSED = "Tunnel connection failed: 4"  # how http.client tells of a proxy's 4xx; it has no type of its own


@dataclass(frozen=True, slots=True)
class Outcome:
    """One type for every end. `evidence` is what was seen, untouched; `status` the HTTP status where there was one."""

    verdict: Attempt.Verdict
    code: str
    evidence: str = ""
    status: int | None = None

    @property
    def cause(self) -> Cause | None:
        """The shape of this failure; None when it is none."""
        return cause_of(self.code, evidence=self.evidence, status=self.status)

    @property
    def explanation(self) -> Explanation:
        """What it means, and what to do."""
        return explain(self.code, evidence=self.evidence, status=self.status)


DELIVERED = Outcome(Verdict.DELIVERED, SUCCESS)


def judge(error: Exception) -> Outcome:
    """The outcome that this error means."""
    if isinstance(error, Refusal):
        return _judge_status(error)
    if isinstance(error, ToBeCarried):
        return Outcome(Verdict.SEALED, "", str(error))
    if isinstance(error, Fenced):
        return Outcome(Verdict.CANCELED, PREFIX + "CANCELED", str(error))
    return Outcome(Verdict.TRY_AGAIN, PREFIX + _code_of(error), f"{type(error).__name__}: {error}")


def is_worth_a_repeat(error: Exception) -> bool:
    """May the same chunk be sent again right away? Yes for what may pass by itself within seconds."""
    if isinstance(error, Refusal):
        return error.status >= 500 or error.status in PASSING
    if isinstance(error, ProxyError) and TUNNEL_REFUSED in str(error.original_error):
        return False  # a user name and password that are wrong three times lock an account
    return isinstance(error, HTTPError) and not isinstance(error, SSLError)


def _judge_status(error: Refusal) -> Outcome:
    if 300 <= error.status < 400:
        return Outcome(Verdict.TRY_AGAIN, PREFIX + "RESPONSE", str(error), error.status)
    if error.status == 407:
        return Outcome(Verdict.TRY_AGAIN, PREFIX + "PROXY", str(error), error.status)
    if error.status >= 500 or error.status in PASSING:
        return Outcome(Verdict.TRY_AGAIN, PREFIX + "SERVER", str(error), error.status)
    name = {401: "AUTH", 403: "AUTH", 413: "TOO_LARGE"}.get(error.status, "REFUSED")
    return Outcome(Verdict.REFUSED, PREFIX + name, str(error), error.status)


def _code_of(error: Exception) -> str:
    """The code of an error that carries no HTTP status; the first match counts."""
    rows: tuple[tuple[str, tuple[type[Exception], ...]], ...] = (
        ("PROXY", (ProxyError,)),
        ("TLS", (SSLError, ssl.SSLError)),
        ("NETWORK_OPEN", (NewConnectionError, ConnectTimeoutError)),
        ("TIMEOUT", (ReadTimeoutError, TimeoutError, DripError)),
        ("CONNECTION_LOST", (urllib3.exceptions.ProtocolError,)),
        ("RESPONSE", (AnswerNotUnderstood, HTTPError)),
        ("FILE", (BundleMissing, OSError)),
        ("GATE", (GateClosed,)),
    )
    return next((code for code, kinds in rows if isinstance(error, kinds)), "INTERNAL")
