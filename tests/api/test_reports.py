"""What becomes of a file that is sent?"""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from intake.models import SourceReport
from licenses.models import License
from servers.models import LicenseServer
from tests.api.calling import LICENSE, SIGNATURE, V1, files_below, get, is_problem, send_file

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
