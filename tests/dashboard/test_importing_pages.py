"""What does a person see after giving a file, a good one or a bad one?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import User
from licenses.models import License, LicenseFile
from servers.models import LicenseServer
from tests.dashboard.conftest import LICENSE, Login


def give(client: Client, url: str, *files: bytes, **fields: str) -> str:
    """Post the files, follow to the page with the results, return its text."""
    uploads = [SimpleUploadedFile(f"file{number}.lic", content) for number, content in enumerate(files)]
    return client.post(url, {"files": uploads, **fields}, follow=True).content.decode()


def test_it_names_the_first_server_after_the_host_in_the_file(ada: User, login: Login) -> None:
    page = give(login(ada), reverse("add_server"), LICENSE)
    assert LicenseServer.objects.get().name == "lic-ams-01"
    assert "1 license line installed." in page
    assert "Every line was understood." in page


def test_it_asks_for_a_name_where_the_files_have_none(ada: User, login: Login) -> None:
    page = give(login(ada), reverse("add_server"), b"FEATURE f1 vendor 1.0 permanent 5 SIGN=0\n")
    assert "Type the name of the license server. Nothing was imported." in page
    assert not LicenseServer.objects.exists()


def test_it_refuses_a_name_that_is_no_host(ada: User, login: Login) -> None:
    page = give(login(ada), reverse("add_server"), LICENSE, name="../<b>")
    assert "A server name is a host name" in page
    assert "&lt;b&gt;" in page
    assert not LicenseServer.objects.exists()


def test_it_lets_an_operator_add_files_but_no_server(ben: User, login: Login, server: LicenseServer) -> None:
    page = give(login(ben), reverse("add_server"), LICENSE, name="another")
    assert "your role cannot add one" in page
    assert LicenseServer.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04" + bytes(50), "Nothing was imported. Line 1: The bundle cannot be unpacked"),
        (bytes(range(256)) * 8, "Not imported"),
        (b"just some words\n", "No license lines were found"),
        (LICENSE[:-60], "Nothing was imported. Line 4:"),
    ],
    ids=["empty", "zip", "binary", "prose", "half"],
)
def test_it_says_why_a_file_is_of_no_use(
    content: bytes, words: str, server: LicenseServer, ada: User, login: Login
) -> None:
    before = License.objects.count()
    page = give(login(ada), reverse("import_files", args=[server.guid]), content)
    assert words in page
    assert License.objects.count() == before


def test_it_refuses_a_file_beyond_the_limit(server: LicenseServer, ada: User, login: Login, settings: Settings) -> None:
    settings.MAX_IMPORT_BYTES = 1024 * 1024
    page = give(login(ada), reverse("import_files", args=[server.guid]), b"#" * 1024 * 1025)
    assert "1 MB at most are read. Nothing was imported." in page
    assert LicenseFile.objects.count() == 1


def test_it_reports_each_of_several_files(server: LicenseServer, ada: User, login: Login) -> None:
    url = reverse("import_files", args=[server.guid])
    page = give(login(ada), url, LICENSE, LICENSE.replace(b"LA-1", b"LA-2"), b"")
    assert page.count("Already here") == 1
    assert page.count("Not imported") == 1
    assert LicenseFile.objects.in_force().count() == 2


def test_it_escapes_what_stands_in_a_file(server: LicenseServer, ada: User, login: Login) -> None:
    hostile = b"INCREMENT <script>alert(1)</script> CITRIX 1.0 permanent 1 SN=3 SIGN=0\nJUNK <img src=x>\n"
    page = give(login(ada), reverse("import_files", args=[server.guid]), hostile)
    assert "<script>alert" not in page
    assert "<img" not in page
