"""Do the files of the server's own uploads become history, once each and with their evidence?"""

from datetime import UTC, datetime

import pytest

from intake.models import Outcome
from licenses.models import DailyPeak, GracePeriod, UsageSample
from servers.models import LicenseServer, ProviderOverride
from servers.registry import change_server
from tests.factories import a_server, receive
from tests.intake.files import LOG, bundle, manifest, pool, report, result, zipped
from uploads.models import Attempt, Upload
from uploads.reporting import reporting_of

pytestmark = pytest.mark.django_db
EIGHT = datetime(2026, 6, 1, 8, tzinfo=UTC)
OPEN_FAILED = "CTX_UPLOADER_ERROR_NETWORK_OPEN"
BILLS = "<CountUsersBillable>2</CountUsersBillable>"


def history() -> list[tuple[str, str, str]]:
    return [(one.kind, one.outcome, one.result_code) for one in Upload.objects.order_by("period", "kind")]


def test_a_success_is_an_observed_upload_with_its_evidence(server: LicenseServer) -> None:
    found = receive(server, result(), name="upload_compliance_result.xml")
    assert found.summary == "The upload of 1 Jun 2026, 08:00 UTC succeeded."
    upload = Upload.objects.get()
    assert (upload.program, upload.kind, upload.state, upload.trigger) == (
        "telemetry",
        "compliance",
        "observed",
        "observed",
    )
    assert (upload.finished_at, upload.result_code) == (EIGHT, "CTX_UPLOADER_SUCCESS")
    assert Attempt.objects.get().evidence == result().decode()


def test_a_failure_says_where_and_what_to_do(server: LicenseServer) -> None:
    found = receive(server, result(OPEN_FAILED, target="cis.example.test:443"))
    assert found.outcome == Outcome.IMPORTED, "the file was read; the upload failed"
    assert found.summary.startswith(f"The upload of 1 Jun 2026, 08:00 UTC failed with {OPEN_FAILED}. ")
    assert history() == [("compliance", "failed", OPEN_FAILED)]
    assert Upload.objects.get().destination == "cis.example.test:443"


def test_an_unknown_code_is_a_failure_that_stays_as_it_came(server: LicenseServer) -> None:
    found = receive(server, result("CTX_UPLOADER_MAYBE"))
    assert found.summary.startswith("The upload of 1 Jun 2026")
    assert history() == [("compliance", "failed", "CTX_UPLOADER_MAYBE")]
    assert reporting_of(server).last_success is None


def test_an_unknown_type_is_kept_under_its_own_name(server: LicenseServer) -> None:
    receive(server, result(kind="CTX_UPLOAD_TYPE_CALLHOME"))
    upload = Upload.objects.get()
    assert (upload.program, upload.kind, upload.outcome) == ("CTX_UPLOAD_TYPE_CALLHOME", "unknown", "delivered")
    assert reporting_of(server).last_success is None, "it says nothing about telemetry"


def test_a_result_that_an_editor_saved_in_two_byte_letters_is_read(server: LicenseServer) -> None:
    receive(server, result().decode().encode("utf-16"))
    assert history() == [("compliance", "delivered", "CTX_UPLOADER_SUCCESS")]
    assert Attempt.objects.get().evidence == result().decode()


def test_every_upload_of_a_log_is_in_the_history(server: LicenseServer) -> None:
    found = receive(server, LOG)
    assert found.summary == "2 uploads read, 2 of them new. The newest, of 27 Jan 2027, 22:13 UTC, succeeded."
    assert history() == [
        ("compliance", "failed", OPEN_FAILED),
        ("compliance", "delivered", "CTX_UPLOADER_SUCCESS"),
    ]
    assert "WSAHOST_NOT_FOUND" in Attempt.objects.order_by("started_at")[0].evidence


def test_a_block_without_its_end_says_nothing(server: LicenseServer) -> None:
    cut = LOG[: LOG.rindex(b"Finish time")]
    assert receive(server, cut).summary.startswith("1 upload read; it is new.")
    assert history() == [("compliance", "failed", OPEN_FAILED)]


def test_a_log_that_came_again_says_so(server: LicenseServer) -> None:
    cut = LOG[: LOG.index(b"<?xml")]
    receive(server, cut)
    words = receive(server, cut + b"\r\n").summary
    assert words.startswith("1 upload read; it was known already. The upload of ")


def test_a_log_that_grew_adds_what_is_new(server: LicenseServer) -> None:
    receive(server, LOG[: LOG.index(b"<?xml")])
    assert receive(server, LOG).summary.startswith("2 uploads read, 1 of them new.")
    assert Upload.objects.count() == Attempt.objects.count() == 2


def test_the_result_and_the_log_tell_of_the_same_upload_once(server: LicenseServer) -> None:
    receive(server, LOG)
    receive(server, result(t=1801088000))
    receive(server, b"\n" + result(t=1801088000))
    assert Upload.objects.count() == Attempt.objects.count() == 2


def test_a_nul_in_a_log_is_kept_as_the_sign_for_unknown(server: LicenseServer) -> None:
    receive(server, LOG.replace(b"Socket closed", b"Socket\0closed"))
    assert "Socket\ufffdclosed" in Attempt.objects.order_by("started_at")[1].evidence


def test_a_bundle_says_nothing_about_arrival(server: LicenseServer) -> None:
    found = receive(server, bundle(pool(7)), name="upload_compliance_1780300800.zip")
    assert found.summary.endswith(" Whether it arrived is told by the result file or the log, not by the bundle.")
    assert history() == [("compliance", "observed", "")]
    upload = Upload.objects.get()
    assert (upload.bundle_sha256, upload.bundle_name, upload.size) == (found.sha256, found.name, found.size)
    assert (upload.finished_at, Attempt.objects.count(), reporting_of(server).last_success) == (None, 0, None)


def test_the_peaks_of_a_bundle_lie_in_their_pool_at_the_end_of_the_sample(server: LicenseServer) -> None:
    receive(server, bundle(pool(7), pool(9, css="2028.0630"), pool(1, stop="")))
    assert set(DailyPeak.objects.values_list("pool", "day", "in_use", "issued")) == {
        ("2027.0630", EIGHT.date(), 7, 100),
        ("2028.0630", EIGHT.date(), 9, 100),
    }
    assert UsageSample.objects.count() == 2


def test_a_report_without_its_envelope_is_no_upload(server: LicenseServer) -> None:
    found = receive(server, report(pool(7)))
    assert (found.kind, found.summary) == ("payload_report", "A report: 1 peak of use.")
    assert not Upload.objects.exists()


@pytest.mark.parametrize("content", [manifest("Another"), manifest(at="soon")])
def test_an_envelope_of_another_product_or_without_a_time_is_no_upload(server: LicenseServer, content: bytes) -> None:
    receive(server, zipped({"manifest.xml": content, "report.xml": report()}))
    assert not Upload.objects.exists()


def test_a_report_tells_of_the_server_what_is_not_known_yet(server: LicenseServer) -> None:
    change_server(server, operating_system="Windows Server 2022")
    info = "<HardwareId>00AA</HardwareId><ProductVersion>11.17.2.0 build 53100</ProductVersion><OS>Other</OS>"
    receive(server, bundle(info=info))
    server.refresh_from_db()
    assert (server.hardware_id, server.build, server.operating_system) == ("00AA", "53100", "Windows Server 2022")


def test_impossible_facts_leave_the_server_as_it_was(server: LicenseServer) -> None:
    report = receive(server, bundle(pool(7), info=f"<HardwareId>{'9' * 300}</HardwareId>"))
    server.refresh_from_db()
    assert (report.outcome, server.hardware_id) == (Outcome.IMPORTED, "")


def test_what_another_import_learned_meanwhile_is_never_written_back(server: LicenseServer) -> None:
    stale = LicenseServer.objects.get(pk=server.pk)
    change_server(server, provider_override=ProviderOverride.NO, time_zone="Asia/Tokyo")
    receive(stale, bundle(info="<HardwareId>00AA</HardwareId>"))
    server.refresh_from_db()
    assert (server.provider_override, server.time_zone, server.hardware_id) == ("no", "Asia/Tokyo", "00AA")


def test_billable_users_make_a_service_provider(server: LicenseServer) -> None:
    receive(server, bundle(pool(2, more=BILLS), info="<OrgID>7</OrgID>"))
    server.refresh_from_db()
    assert (server.reports_as_provider, server.is_provider, server.provider_rule) == (True, True, "payload")


def test_grace_comes_with_a_code_only(server: LicenseServer) -> None:
    stop = "<DateSampleStopUTC>2026-06-01T08:00:00Z</DateSampleStopUTC><SGPMaxDays>15</SGPMaxDays>"
    receive(server, bundle(info=f"{stop}<SGPClockErrorCode>0</SGPClockErrorCode>"))
    assert not GracePeriod.objects.exists()
    receive(server, bundle(info=f"{stop}<SGPClockErrorCode>4</SGPClockErrorCode>"))
    assert GracePeriod.objects.get().ends_at == datetime(2026, 6, 16, 8, tzinfo=UTC)


def test_history_of_one_server_is_not_that_of_another(server: LicenseServer) -> None:
    receive(server, result())
    receive(a_server("lic2"), result())
    assert Upload.objects.filter(server=server).count() == 1
    assert Upload.objects.count() == 2
