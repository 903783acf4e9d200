"""What becomes of a file that is sent?"""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from intake.importing import import_report
from intake.models import Door, SourceReport
from intake.recognise import Kind
from licenses.models import License
from servers.models import LicenseServer
from tests.api.calling import LICENSE, SIGNATURE, V1, calling, files_below, get, is_problem, send_file

SAMPLES = Path(__file__).parents[1] / "samples"
KINDS = {
    Kind.LMSTAT: "lmstat/citrix_rows.txt",
    Kind.UDADMIN: "udadmin/two_products.txt",
    Kind.OPTIONS_FILE: "opt/hosts_and_pools.opt",
    Kind.INVENTORY: "inventory/wmi_licenses.csv",
    Kind.UPLOADER_LOG: "log/failure_then_success.log",
    Kind.PAYLOAD_REPORT: "xml/report_two_pools.xml",
}
RESULT = b"""<CtxUploaderResult><Code>CTX_UPLOADER_SUCCESS</Code><Msg/><t>1801088000</t>
<UploadType>CTX_UPLOAD_TYPE_COMPLIANCE</UploadType></CtxUploaderResult>"""
BROKEN = LICENSE + b"INCREMENT TORN CITRIX 2027.0206 permanent SIGN=0123456789ABCDEF\n"


def test_it_imports_a_file_sent_as_a_form(as_ben: Client, server: LicenseServer) -> None:
    response = send_file(as_ben, name="site a.lic")
    report = response.json()
    assert (response.status_code, report["outcome"], report["name"]) == (201, "imported", "site a.lic")
    assert (report["door"], report["received_by"], report["server"]) == ("api", "ben", str(server.guid))
    assert License.objects.count() == 2
    assert as_ben.get(response["Location"]).json() == report


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain", "text/plain; charset=utf-8"])
def test_it_imports_a_bare_body(kind: str, as_ben: Client, server: LicenseServer) -> None:
    response = as_ben.generic("POST", f"{V1}/reports?server=LS1.example.org&name=b.lic", LICENSE, content_type=kind)
    assert response.status_code == 201
    assert response.json()["name"] == "b.lic"


def test_it_calls_the_same_file_a_duplicate(as_ben: Client, server: LicenseServer) -> None:
    first, second = send_file(as_ben), send_file(as_ben, server=str(server.guid))
    assert (second.status_code, second.json()["outcome"]) == (200, "duplicate")
    assert second.json()["id"] == first.json()["id"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04zip", b"\x00\x01\x02" * 500, b"<html></html>", b"hello", BROKEN])
def test_it_says_why_a_file_was_not_imported(content: bytes, as_ben: Client, server: LicenseServer) -> None:
    response = send_file(as_ben, content)
    assert is_problem(response, 422)
    body = response.json()
    assert body["report"]["outcome"] == "rejected"
    assert body["detail"] == body["report"]["summary"]
    assert not License.objects.exists()


def test_it_names_the_line_that_is_wrong_without_its_signature(as_ben: Client, server: LicenseServer) -> None:
    report = send_file(as_ben, BROKEN).json()["report"]
    assert 8 in {problem["line"] for problem in report["problems"]}
    assert "0123456789ABCDEF" not in str(report)
    assert SIGNATURE not in str(report)


def test_it_adds_a_new_server_for_an_administrator(as_ada: Client) -> None:
    assert send_file(as_ada, server="new.example.org").status_code == 201
    assert LicenseServer.objects.get().name == "new.example.org"


def test_it_adds_no_server_for_an_operator(as_ben: Client) -> None:
    response = send_file(as_ben, server="new.example.org")
    assert is_problem(response, 403)
    assert "servers.add_licenseserver" in response.json()["detail"]
    assert not LicenseServer.objects.exists()


@pytest.mark.parametrize("name", ["", "a/b", "x" * 300, "nul\x00", "00000000-0000-4000-8000-000000000000"])
def test_it_refuses_an_impossible_server(name: str, as_ada: Client) -> None:
    response = send_file(as_ada, server=name)
    assert is_problem(response, 400)
    assert "server" in response.json()["errors"]
    assert not SourceReport.objects.exists()


def test_it_wants_file_and_server(as_ben: Client, server: LicenseServer) -> None:
    response = as_ben.post(f"{V1}/reports", {})
    assert is_problem(response, 400)
    assert response.json()["errors"].keys() == {"file", "server"}


def test_it_refuses_100_megabytes_before_it_reads_them(as_ben: Client, server: LicenseServer, data_dir: Path) -> None:
    response = as_ben.generic(
        "POST",
        f"{V1}/reports?server=ls1.example.org",
        b"x",
        content_type="application/octet-stream",
        CONTENT_LENGTH="104857600",
    )
    assert is_problem(response, 413)
    assert files_below(data_dir) == []


def test_it_refuses_a_file_just_over_the_limit(as_ben: Client, server: LicenseServer, settings: Settings) -> None:
    settings.MAX_IMPORT_BYTES = len(LICENSE) - 1
    assert is_problem(send_file(as_ben), 413)
    settings.MAX_IMPORT_BYTES = len(LICENSE)
    assert send_file(as_ben).status_code == 201


def test_it_reads_no_other_content_type(as_ben: Client, server: LicenseServer) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "image/png"):
        response = as_ben.generic("POST", f"{V1}/reports?server=ls1.example.org", b"{}", content_type=kind)
        assert is_problem(response, 415)


def test_it_lists_reports_without_their_findings(as_cleo: Client, as_ben: Client, server: LicenseServer) -> None:
    send_file(as_ben, BROKEN)
    [report] = get(as_cleo, "/reports?outcome=rejected").json()["results"]
    assert report["problem_count"] >= 1
    assert "problems" not in report


def test_it_keeps_nothing_of_a_path_in_the_name(as_ben: Client, server: LicenseServer) -> None:
    response = as_ben.generic(
        "POST", f"{V1}/reports?server=ls1.example.org&name=../../etc/passwd", LICENSE, "application/octet-stream"
    )
    assert response.json()["name"] == "passwd"


def in_chunks(client: Client, content: bytes, *, terminated: bool = True) -> Any:
    """As a web server passes on a body whose length nobody said."""
    extra: Any = {"wsgi.input": BytesIO(content), "wsgi.input_terminated": terminated, "CONTENT_LENGTH": ""}
    address = f"{V1}/reports?server=ls1.example.org&name=a.lic"
    return client.generic("POST", address, b"x", "application/octet-stream", HTTP_TRANSFER_ENCODING="chunked", **extra)


def test_it_imports_a_body_that_comes_in_chunks(as_ben: Client, server: LicenseServer) -> None:
    assert in_chunks(as_ben, LICENSE).status_code == 201


def test_it_stops_reading_chunks_at_the_limit(as_ben: Client, server: LicenseServer, settings: Settings) -> None:
    settings.MAX_IMPORT_BYTES = 1000
    assert is_problem(in_chunks(as_ben, b"x" * 100_000), 413)
    assert not SourceReport.objects.exists()


def test_it_asks_for_a_length_where_chunks_cannot_be_read(as_ben: Client, server: LicenseServer) -> None:
    assert is_problem(in_chunks(as_ben, LICENSE, terminated=False), 411)


@pytest.mark.parametrize("kind", KINDS)
def test_it_takes_every_kind_whatever_its_name(kind: Kind, as_ben: Client, server: LicenseServer) -> None:
    content = (SAMPLES / KINDS[kind]).read_bytes()
    report = send_file(as_ben, content, name="file.bin").json()
    assert (report["outcome"], report["kind"]) == ("imported", kind), report
    again = send_file(as_ben, content, name="file.bin")
    assert (again.status_code, again.json()["outcome"]) == (200, "duplicate")


def test_it_takes_a_result_file(as_ben: Client, server: LicenseServer) -> None:
    report = send_file(as_ben, RESULT, name="upload_compliance_result.xml").json()
    assert (report["kind"], report["unrecognized_lines"]) == ("result_file", 0)


def test_it_lists_reports_of_one_kind(as_cleo: Client, as_ben: Client, server: LicenseServer) -> None:
    send_file(as_ben, RESULT)
    send_file(as_ben)
    assert len(get(as_cleo, "/reports?kind=result_file").json()["results"]) == 1
    assert len(get(as_cleo, "/reports").json()["results"]) == 2
    assert is_problem(get(as_cleo, "/reports?kind=poem"), 400)


def findings(count: int, severity: str) -> list[dict[str, object]]:
    return [{"line": 1, "text": "x", "sentence": "y", "severity": severity, "end_line": 1}] * count


def unrecognized(client: Client) -> tuple[int | None, bool]:
    [row] = get(client, "/reports").json()["results"]
    assert get(client, f"/reports/{row['id']}").json().items() >= row.items()
    return row["unrecognized_lines"], row["unrecognized_known"]


def test_it_counts_what_was_not_understood_without_the_notes(as_ben: Client, server: LicenseServer) -> None:
    sent = send_file(as_ben).json()
    assert (sent["unrecognized_lines"], sent["unrecognized_known"]) == (0, True)
    problems = findings(3, "warning") + findings(2, "error") + findings(4, "note")
    SourceReport.objects.update(problems=problems, problem_count=9)
    assert unrecognized(as_ben) == (5, True)


def test_it_says_when_there_are_more_than_it_counted(as_ben: Client, server: LicenseServer) -> None:
    send_file(as_ben)
    SourceReport.objects.update(problems=findings(200, "warning"), problem_count=512)
    assert unrecognized(as_ben) == (200, False)


def test_it_counts_no_lines_of_a_file_that_it_could_not_read(as_ben: Client, server: LicenseServer) -> None:
    report = send_file(as_ben, b"hello").json()["report"]
    assert (report["unrecognized_lines"], report["unrecognized_known"]) == (None, False)
    assert unrecognized(as_ben) == (None, False)


def test_it_counts_the_lines_of_a_broken_file(as_ben: Client, server: LicenseServer) -> None:
    report = send_file(as_ben, BROKEN).json()["report"]
    assert report["unrecognized_lines"] == len([one for one in report["problems"] if one["severity"] != "note"]) > 0


@pytest.mark.parametrize(("who", "sees"), [("ada", True), ("dora", True), ("ben", False), ("cleo", False)])
def test_it_shows_lines_that_may_name_people_to_those_who_may_see_names(
    who: str, sees: bool, server: LicenseServer, request: pytest.FixtureRequest
) -> None:
    content = b"Usage data is 0 minutes old. Next update in 15 minutes.\nUsers:\n someone.secret only two\n"
    report = import_report(server, content, name="udadmin.txt", door=Door.SHELL)
    response = get(calling(request.getfixturevalue(who)), f"/reports/{report.pk}")
    assert ("someone.secret" in response.content.decode()) is sees
    assert response.json()["problems"][0]["line"] == 3
