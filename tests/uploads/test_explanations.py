"""Does every code that we write say what it means and what to do?"""

import ssl
from datetime import UTC, datetime

import pytest
from urllib3.connection import HTTPConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from payloads.gate import GateClosed
from uploads.bundle_store import BundleMissing
from uploads.causes import PREFIX
from uploads.cis_client import Refusal
from uploads.explanations import every_code, explain
from uploads.fence import Fenced
from uploads.models import Attempt
from uploads.outcomes import DELIVERED, Outcome, judge
from uploads.result_file import AnswerNotUnderstood, Result, read, render

HOST = HTTPConnection("cis.example.org")
ERRORS: list[tuple[Exception, str]] = [
    (NewConnectionError(HOST, "refused"), "NETWORK_OPEN"),
    (ConnectTimeoutError("silent"), "NETWORK_OPEN"),
    (ProtocolError("Connection aborted."), "CONNECTION_LOST"),
    (ReadTimeoutError(None, "", "late"), "TIMEOUT"),  # type: ignore[arg-type]
    (TimeoutError(), "TIMEOUT"),
    (ProxyError("no", OSError("Tunnel connection failed: 407")), "PROXY"),
    (SSLError("unknown"), "TLS"),
    (ssl.SSLError("no PEM"), "TLS"),
    (AnswerNotUnderstood("html"), "RESPONSE"),
    (DecodeError("gzip"), "RESPONSE"),
    (BundleMissing("gone"), "FILE"),
    (OSError(28, "full"), "FILE"),
    (GateClosed("undeclared"), "GATE"),
    (Fenced("archived"), "CANCELED"),
    (RuntimeError("ours"), "INTERNAL"),
]
STATUSES = {302: "RESPONSE", 407: "PROXY", 401: "AUTH", 403: "AUTH", 413: "TOO_LARGE", 429: "SERVER", 503: "SERVER"}


@pytest.mark.parametrize(("error", "code"), ERRORS)
def test_every_error_has_its_code_and_an_explanation(error: Exception, code: str) -> None:
    outcome = judge(error)
    assert outcome.code == PREFIX + code
    assert explain(outcome.code).known
    assert str(error) in outcome.evidence


@pytest.mark.parametrize("status", [*range(300, 309), *range(400, 452), *range(500, 512), 599])
def test_every_status_has_its_code_and_an_explanation(status: int) -> None:
    outcome = judge(Refusal("bundle", status, body="words"))
    assert explain(outcome.code).known
    assert (outcome.status, outcome.evidence) == (status, f"bundle: HTTP {status}. words")
    assert outcome.code == PREFIX + STATUSES.get(status, outcome.code.removeprefix(PREFIX))


def test_there_is_no_explanation_without_a_code() -> None:
    judged = {judge(error).code for error, _ in ERRORS} | {
        judge(Refusal("x", status)).code for status in range(300, 600)
    }
    assert set(every_code()) == judged | {DELIVERED.code}


@pytest.mark.parametrize("code", every_code())
def test_every_explanation_has_a_cause_and_a_next_step(code: str) -> None:
    meaning = explain(code)
    assert all(text and text.endswith(".") for text in (meaning.cause, meaning.fix))
    assert meaning.title
    assert not meaning.title.endswith(".")


@pytest.mark.parametrize("code", ["CTX_UPLOADER_ERROR_NEW", "", "success"])
def test_an_unknown_code_is_called_unknown(code: str) -> None:
    meaning = explain(code)
    assert (meaning.known, meaning.title) == (False, "Unknown code")


def test_every_code_passes_the_result_file() -> None:
    for code in every_code():
        result = Result(code, "", datetime(2026, 3, 1, tzinfo=UTC), "CTX_UPLOAD_TYPE_COMPLIANCE")
        assert read(render(result)).code == code


def test_only_a_refusal_needs_a_person() -> None:
    verdicts = {judge(error).verdict for error, code in ERRORS if code != "CANCELED"}
    assert verdicts == {Attempt.Verdict.TRY_AGAIN}
    assert judge(Refusal("x", 400)) == Outcome(Attempt.Verdict.REFUSED, PREFIX + "REFUSED", "x: HTTP 400.", 400)
