"""Is every upload that the license server tells of in the history once, and does it count for the 90 days?"""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servers.models import LicenseServer
from tests.factories import a_server
from uploads.models import Attempt, Trigger, Upload
from uploads.observing import Observation, observe, of_result
from uploads.reporting import reporting_of
from uploads.result_file import SUCCESS, Result
from uploads.states import State

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 8, 10, tzinfo=UTC)
COMPLIANCE = "CTX_UPLOAD_TYPE_COMPLIANCE"
FAILED = "CTX_UPLOADER_ERROR_NETWORK_OPEN"


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server without anything."""
    return a_server()


def seen(code: str = SUCCESS, *, at: datetime = AT, evidence: str = "<t>", **facts: object) -> Observation:
    return Observation("telemetry", "compliance", at, code, evidence, **facts)  # type: ignore[arg-type]


def the_bundle(*, at: datetime = AT) -> Observation:
    return seen("", at=at, evidence="", bundle_sha256="b" * 64, bundle_name="upload_compliance_1.zip", size=760)


def test_a_result_belongs_to_the_program_of_its_type() -> None:
    found = of_result(Result(SUCCESS, "", AT, COMPLIANCE, "cis.example.test:443"), evidence="<xml>")
    assert (found.program, found.kind, found.at, found.code) == ("telemetry", "compliance", AT, SUCCESS)
    assert (found.target, found.evidence) == ("cis.example.test:443", "<xml>")


@pytest.mark.parametrize(("kind", "program"), [("CTX_OTHER", "CTX_OTHER"), ("", "unknown"), ("x" * 99, "x" * 32)])
def test_an_unknown_type_is_not_guessed_at(kind: str, program: str) -> None:
    found = of_result(Result(SUCCESS, "", AT, kind), evidence="")
    assert (found.program, found.kind) == (program, "unknown")


def test_it_stands_in_the_history_with_one_attempt(server: LicenseServer) -> None:
    assert observe(server, seen(FAILED, target="cis.example.test:443"))
    upload, attempt = Upload.objects.get(), Attempt.objects.get()
    assert (upload.state, upload.trigger, upload.created_at, upload.attempt_count) == (
        State.OBSERVED,
        Trigger.OBSERVED,
        AT,
        1,
    )
    assert (attempt.verdict, attempt.code, attempt.evidence) == (Attempt.Verdict.OBSERVED, FAILED, "<t>")
    assert (upload.destination, attempt.destination) == ("cis.example.test:443", "cis.example.test:443")


def test_it_is_kept_once(server: LicenseServer) -> None:
    assert [observe(server, seen()) for _ in range(3)] == [True, False, False]
    assert Upload.objects.count() == Attempt.objects.count() == 1


def test_what_was_seen_first_stays(server: LicenseServer) -> None:
    observe(server, seen(FAILED))
    observe(server, seen(SUCCESS, evidence="another"))
    assert (Upload.objects.get().result_code, Attempt.objects.get().evidence) == (FAILED, "<t>")


def test_a_bundle_alone_has_no_end(server: LicenseServer) -> None:
    observe(server, the_bundle())
    upload = Upload.objects.get()
    assert (upload.outcome, upload.outcome_words) == ("observed", "Observed, result not known")
    assert (upload.finished_at, upload.attempt_count, upload.size) == (None, 0, 760)
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("first", ["bundle", "result"])
def test_bundle_and_result_of_one_second_are_one_upload(server: LicenseServer, first: str) -> None:
    both = [the_bundle(), seen()]
    for one in both if first == "bundle" else reversed(both):
        observe(server, one)
    upload = Upload.objects.get()
    assert (upload.outcome, upload.result_code, upload.finished_at) == ("delivered", SUCCESS, AT)
    assert (upload.bundle_sha256, upload.size, upload.attempt_count) == ("b" * 64, 760, 1)
    assert Attempt.objects.count() == 1


def test_an_upload_of_our_own_is_never_changed(server: LicenseServer) -> None:
    ours = Upload.objects.create(
        server=server, program="telemetry", kind="compliance", period=AT, created_at=AT, state=State.QUEUED
    )
    assert not observe(server, seen())
    ours.refresh_from_db()
    assert (ours.state, ours.result_code, ours.attempts.count()) == (State.QUEUED, "", 0)


def test_an_observed_success_is_the_last_report(server: LicenseServer) -> None:
    observe(server, seen(at=AT))
    observe(server, seen(at=AT + timedelta(days=5)))
    observe(server, seen(FAILED, at=AT + timedelta(days=6)))
    observe(server, the_bundle(at=AT + timedelta(days=7)))
    assert reporting_of(server).last_success == AT + timedelta(days=5)


def test_an_observed_failure_is_nothing_that_we_try_again(server: LicenseServer) -> None:
    observe(server, seen(FAILED))
    assert (reporting_of(server).failing, reporting_of(server).last_success) == (0, None)
    assert not Upload.objects.claimable(now=timezone.now()).exists()
    assert not Upload.objects.unfinished().exists()


def test_an_upload_of_another_program_is_no_report(server: LicenseServer) -> None:
    observe(server, of_result(Result(SUCCESS, "", AT, "CTX_UPLOAD_TYPE_CALLHOME"), evidence=""))
    assert reporting_of(server).last_success is None


@pytest.mark.parametrize(
    ("code", "outcome", "words"),
    [(SUCCESS, "delivered", "Delivered, observed"), ("CTX_ANYTHING", "failed", "Failed, observed")],
)
def test_only_the_known_success_is_one(server: LicenseServer, code: str, outcome: str, words: str) -> None:
    observe(server, seen(code))
    upload = Upload.objects.get()
    assert (upload.outcome, upload.outcome_words) == (outcome, words)
    assert Upload.objects.arrived().exists() is (code == SUCCESS)


ORDERS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["result", "bundle"])), max_size=12)


@given(order=ORDERS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_order_each_moment_is_one_upload(server: LicenseServer, order: list[tuple[int, str]]) -> None:
    Upload.objects.all().delete()
    for day, what in order:
        at = AT + timedelta(days=day)
        observe(server, seen(at=at) if what == "result" else the_bundle(at=at))
    assert Upload.objects.count() == len({day for day, _ in order})
    assert (
        Upload.objects.arrived().count()
        == Attempt.objects.count()
        == len({day for day, what in order if what == "result"})
    )
