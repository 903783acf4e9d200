"""Is a cause derived from code, evidence and status alone, whoever wrote them and however long ago?"""

import importlib
import pkgutil
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

import uploads.migrations
from intake.importing import import_report
from intake.models import Door
from servers.models import LicenseServer
from uploads.causes import OF_CODE, PREFIX, Cause, cause_of, of_status
from uploads.explanations import explain, explain_cause
from uploads.models import Attempt, Upload
from uploads.outcomes import DELIVERED
from uploads.result_file import Result, render
from uploads.vendor_evidence import CAUSES

OPEN_FAILED = PREFIX + "NETWORK_OPEN"
SEEN = "open failed {lookup {WSAHOST_NOT_FOUND}\ncode 0x00002af9}"
VENDOR: list[tuple[str, Cause]] = [
    (SEEN, Cause.NAME_UNKNOWN),
    ("connect {WSAETIMEDOUT}", Cause.CONNECT_TIMEOUT),
    ("connect failed, error 10060", Cause.CONNECT_TIMEOUT),
    ("connect failed, error: 10061", Cause.CONNECTION_REFUSED),
    ("code 0x0000274d", Cause.CONNECTION_REFUSED),
    ("recv {WSAECONNRESET}", Cause.RESET),
    ("code=10054", Cause.RESET),
    ("WSAEHOSTUNREACH (10065)", Cause.UNREACHABLE),
    ("WSAGetLastError() = 10051", Cause.UNREACHABLE),
    ("lookup WSATRY_AGAIN", Cause.NAME_SERVICE_SILENT),
    ("socket WSAEACCES", Cause.BLOCKED_LOCALLY),
    ("WinHTTP error 12057", Cause.TLS_REVOCATION),
    ("0x80092013", Cause.TLS_REVOCATION),
    ("no words that anybody knows", Cause.NO_CONNECTION),
    ("", Cause.NO_CONNECTION),
]


@pytest.mark.parametrize(("message", "cause"), VENDOR)
def test_the_vendors_words_are_read(message: str, cause: Cause) -> None:
    assert cause_of(OPEN_FAILED, evidence=message) == cause


def test_numbers_that_mean_something_else_mean_nothing() -> None:
    log = "size 10060\nLOCAL={10/06/2026 11:00:11} port 10061 size_child_consumed_stdin : {11001}"
    assert cause_of(OPEN_FAILED, evidence=log) == Cause.NO_CONNECTION


def test_only_the_newest_message_of_a_log_counts() -> None:
    log = "<Msg>WSAECONNRESET</Msg> then <Msg>WSAECONNREFUSED</Msg> and later 0x00002af9"
    assert cause_of(OPEN_FAILED, evidence=log) == Cause.CONNECTION_REFUSED


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("the server answered HTTP 407", Cause.PROXY_CREDENTIALS),
        ("status: 503", Cause.BUSY),
        ("HTTP/1.1 404 Not Found", Cause.NOT_FOUND),
        ("WSAECONNRESET", Cause.RESET),
        ("nothing", Cause.UNKNOWN),
    ],
)
def test_a_code_that_is_not_ours_is_read_by_its_words(message: str, cause: Cause) -> None:
    assert cause_of("CTX_UPLOADER_ERROR_OF_THE_VENDOR", evidence=message) == cause


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (302, Cause.REDIRECT), (401, Cause.NOT_ACCEPTED), (403, Cause.NOT_ACCEPTED), (404, Cause.NOT_FOUND),
        (407, Cause.PROXY_CREDENTIALS), (413, Cause.TOO_LARGE), (418, Cause.REQUEST_REFUSED),
        (429, Cause.TOO_MANY_REQUESTS), (500, Cause.SERVER_ERROR), (502, Cause.GATEWAY), (503, Cause.BUSY),
    ],
)  # fmt: skip
def test_a_status_has_a_cause(status: int, cause: Cause) -> None:
    assert of_status(status) == cause


def test_a_status_beside_the_evidence_counts() -> None:
    assert cause_of(PREFIX + "REFUSED", evidence="old row", status=404) == Cause.NOT_FOUND
    assert cause_of(PREFIX + "SERVER", status=429) == Cause.TOO_MANY_REQUESTS


def test_words_of_a_stranger_do_not_change_the_group() -> None:
    """An answer may say what it likes; the code and the status are ours."""
    said = "bundle: HTTP 503. Connection refused, HTTP 404, BundleMissing, certificate has expired"
    assert cause_of(PREFIX + "SERVER", evidence=said, status=503) == Cause.BUSY


@pytest.mark.parametrize("code", ["", DELIVERED.code])
def test_what_did_not_fail_has_no_cause(code: str) -> None:
    assert cause_of(code, evidence="Connection refused") is None


def test_every_group_ends_with_what_the_code_alone_means() -> None:
    for name, needles in OF_CODE.items():
        assert cause_of(PREFIX + name) == needles[-1][1]


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_is_explained_for_both_senders(cause: Cause) -> None:
    here, there = explain_cause(cause), explain_cause(cause, observed=True)
    for meaning in (here, there):
        assert all(text[0].isupper() and text.endswith(".") for text in (meaning.cause, meaning.fix))
        assert meaning.title[-1].isalpha()
    assert "CIS_" not in there.fix
    assert "UPLOAD_PROXY" not in there.fix
    assert len(cause) <= (Upload._meta.get_field("cause").max_length or 0)


def test_every_cause_can_be_reached() -> None:
    reached = {cause for needles in OF_CODE.values() for _, cause in needles} | set(CAUSES.values()) | {"unknown"}
    assert reached == set(Cause)


@given(code=st.text(max_size=40), evidence=st.text(), status=st.none() | st.integers(0, 999))
def test_anything_can_be_explained(code: str, evidence: str, status: int | None) -> None:
    for one in (code, PREFIX + code, *(PREFIX + name for name in OF_CODE)):
        assert explain(one, evidence=evidence, status=status).fix


class TestRows:
    """What the rows keep."""

    def test_an_observed_failure_is_explained_for_the_license_server(self, server: LicenseServer) -> None:
        at = datetime(2026, 3, 1, tzinfo=UTC)
        result = Result(OPEN_FAILED, SEEN, at, "CTX_UPLOAD_TYPE_COMPLIANCE", "cis.example.test:443")
        kept = import_report(server, render(result), name="result.xml", door=Door.SHELL)
        upload = Upload.objects.get()
        assert upload.cause == Cause.NAME_UNKNOWN
        assert upload.explanation == upload.attempts.get().explanation == explain_cause(upload.cause, observed=True)
        assert upload.explanation
        assert upload.explanation.cause in kept.summary

    def test_a_row_of_an_older_release_is_explained_by_its_code(self, server: LicenseServer) -> None:
        upload = a_failure(server, code=PREFIX + "TIMEOUT", evidence="")
        Upload.objects.update(cause="")
        upload.refresh_from_db()
        assert upload.explanation == explain(PREFIX + "TIMEOUT")

    def test_what_failed_before_does_not_explain_a_later_end(self, server: LicenseServer) -> None:
        upload = a_failure(server, code=PREFIX + "TLS", evidence="has expired")
        upload.state, upload.result_code = "canceled", PREFIX + "CANCELED"
        assert upload.explanation == explain_cause(Cause.STOPPED)

    def test_the_migration_tells_the_cause_of_what_failed_before(self, server: LicenseServer) -> None:
        wanted = {}
        for day in range(3):
            upload = a_failure(server, code=PREFIX + "TLS", evidence="certificate has expired", day=day)
            wanted[upload.pk] = Cause.TLS_EXPIRED
        silent = a_failure(server, code=PREFIX + "TIMEOUT", evidence="", day=4)
        Attempt.objects.filter(upload=silent).delete()
        Upload.objects.update(cause="")
        the_migration().fill(apps, None)
        assert dict(Upload.objects.values_list("pk", "cause")) == {**wanted, silent.pk: Cause.READ_TIMEOUT}


def the_migration() -> Any:
    names = [one.name for one in pkgutil.iter_modules(uploads.migrations.__path__) if one.name.endswith("_cause")]
    return importlib.import_module(f"uploads.migrations.{names[0]}")


def a_failure(server: LicenseServer, *, code: str, evidence: str, day: int = 0) -> Upload:
    at = datetime(2026, 3, 1, 8, tzinfo=UTC) + timedelta(days=day)
    facts = {"state": "failed", "created_at": at, "next_attempt_at": at, "result_code": code, "attempt_count": 1}
    cause = cause_of(code, evidence=evidence) or ""
    upload = Upload.objects.create(
        server=server, program="telemetry", kind="compliance", period=at, cause=cause, **facts
    )
    ended = {"verdict": Attempt.Verdict.TRY_AGAIN, "code": code, "evidence": evidence}
    upload.attempts.create(number=1, started_at=at, finished_at=at, **ended)
    return upload
