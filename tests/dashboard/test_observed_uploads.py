"""Does the history answer "did it upload?" for the license server's own uploads?"""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dashboard.ticks import strips_of
from intake.importing import import_report
from intake.models import Door
from servers.models import LicenseServer
from tests.dashboard.conftest import Login
from uploads.models import Upload


def result(*, hours_ago: int, code: str = "CTX_UPLOADER_SUCCESS") -> bytes:
    at = int((timezone.now() - timedelta(hours=hours_ago)).timestamp())
    return (
        f"<CtxUploaderResult><Code>{code}</Code><Msg>said &lt;so&gt;</Msg><t>{at}</t>"
        "<UploadType>CTX_UPLOAD_TYPE_COMPLIANCE</UploadType></CtxUploaderResult>"
    ).encode()


def test_it_shows_an_observed_success_and_counts_it(server: LicenseServer, cleo: User, login: Login) -> None:
    import_report(server, result(hours_ago=30), name="upload_compliance_result.xml", door=Door.SHELL)
    page = login(cleo).get(reverse("uploads", args=[server.guid])).content.decode()
    assert "Delivered, observed" in page
    assert "Day 1 <small>of 90</small>" in login(cleo).get(reverse("overview", args=[server.guid])).content.decode()


def test_it_shows_the_evidence_of_an_observed_failure(server: LicenseServer, cleo: User, login: Login) -> None:
    content = result(hours_ago=30, code="CTX_UPLOADER_ERROR_NETWORK_OPEN")
    import_report(server, content, name="upload_compliance_result.xml", door=Door.SHELL)
    upload = Upload.objects.get()
    page = login(cleo).get(reverse("upload", args=[server.guid, upload.pk])).content.decode()
    assert "Failed, observed" in page
    assert "could not be opened" in page
    assert "&lt;Msg&gt;said &amp;lt;so&amp;gt;&lt;/Msg&gt;" in page
    assert "Try now" not in page


def test_it_draws_observed_days(server: LicenseServer) -> None:
    LicenseServer.objects.filter(pk=server.pk).update(created_at=timezone.now() - timedelta(days=9))
    server.refresh_from_db()
    for hours, code in ((48, "CTX_UPLOADER_SUCCESS"), (24, "OTHER")):
        import_report(server, result(hours_ago=hours, code=code), name=f"{hours}.xml", door=Door.SHELL)
    expected = {"telemetry": server.created_at}
    strip = strips_of(server, days=4, now=timezone.now(), expected_since=expected)["telemetry"]
    assert [tick.css for tick in strip.ticks] == ["gap", "ok", "bad", "none"]


def test_it_offers_the_result_file_again(server: LicenseServer, cleo: User, login: Login) -> None:
    import_report(server, result(hours_ago=30), name="r.xml", door=Door.SHELL)
    response = login(cleo).get(reverse("upload_result", args=[server.guid, Upload.objects.get().pk]))
    assert b"<Code>CTX_UPLOADER_SUCCESS</Code>" in response.content
