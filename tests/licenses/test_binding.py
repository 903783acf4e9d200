"""Is it said when a license file is bound to another server?"""

import pytest

from licenses.binding import bound_elsewhere
from licenses.formats.license_file import parse
from servers.models import LicenseServer
from tests.factories import increment, license_file


def sentence(content: bytes, *, name: str) -> str:
    found = bound_elsewhere(parse(content), LicenseServer(name=name))
    return found.sentence if found else ""


@pytest.mark.parametrize(
    ("host", "name"),
    [("lic1", "lic1"), ("lic1", "lic1.example.test"), ("lic1.example.test", "lic1.example.test"), ("LIC1", "LIC1")],
)
def test_it_is_silent_when_the_names_are_the_same(host: str, name: str) -> None:
    assert sentence(license_file(host=host), name=name) == ""


@pytest.mark.parametrize(
    ("host", "name"), [("LIC1", "lic1"), ("lic1", "LIC1.example.test"), ("lic2", "lic1"), ("lic1.other", "lic1")]
)
def test_it_warns_when_one_letter_differs(host: str, name: str) -> None:
    assert sentence(license_file(host=host), name=name).startswith(
        f"This file is bound to {host}. This server is {name}, and the license server compares the names letter by "
    )


def test_it_points_to_the_server_line() -> None:
    found = bound_elsewhere(parse(b"# made by hand\n" + license_file(host="LIC9")), LicenseServer(name="lic1"))
    assert found
    assert (found.line, found.severity, found.text) == (2, "warning", "SERVER this_host HOSTNAME=LIC9")


@pytest.mark.parametrize("hostid", ["ANY", "0019d244e9fc", "INTERNET=10.0.0.*", "ID=1234"])
def test_it_is_silent_when_no_name_binds_the_file(hostid: str) -> None:
    assert sentence(f"SERVER lic9 {hostid}\nVENDOR CITRIX\n{increment()}\n".encode(), name="lic1") == ""


def test_it_is_silent_without_a_server_line() -> None:
    assert sentence(increment().encode(), name="lic1") == ""


def test_one_of_three_servers_is_enough() -> None:
    triad = "".join(f"SERVER s{at} hostname=lic{at} 27000\n" for at in (1, 2, 3))
    assert sentence(f"{triad}VENDOR CITRIX\n{increment()}\n".encode(), name="lic2") == ""


def test_a_pointer_to_another_server_is_not_bound_to_this_one() -> None:
    assert sentence(b"SERVER lic9 HOSTNAME=lic9 27000\nUSE_SERVER\n", name="lic1") == ""
