"""Does a person read what happened and what to do, whatever was refused?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import User
from servers.models import LicenseServer
from tests.dashboard.conftest import Login


def test_a_visit_to_the_address_of_a_button_is_answered_by_a_page(ben: User, login: Login) -> None:
    answer = login(ben).get(reverse("react"))
    page = answer.content.decode()
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "<h1>This address takes no visit</h1>" in page
    assert "It belongs to a button on a page." in page


def test_the_api_keeps_its_own_words(ben: User, login: Login) -> None:
    answer = login(ben).delete("/api/v1/servers/")
    assert answer.status_code == 405
    assert answer["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("limit", ["DATA_UPLOAD_MAX_NUMBER_FIELDS", "DATA_UPLOAD_MAX_NUMBER_FILES"])
def test_too_much_at_once_says_so(
    limit: str, server: LicenseServer, ada: User, login: Login, settings: Settings
) -> None:
    setattr(settings, limit, 1)
    files = [SimpleUploadedFile(f"{number}.lic", b"x") for number in range(3)]
    many = {"files": files} if limit.endswith("FILES") else {f"a{number}": "b" for number in range(3)}
    answer = login(ada).post(reverse("import_files", args=[server.guid]), many)
    assert answer.status_code == 413
    assert "Send less at a time. Nothing was changed." in answer.content.decode()


def test_a_form_without_its_token_is_refused_with_what_to_do(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    answer = client.post(reverse("react"), {"do": "acknowledge"})
    assert answer.status_code == 403
    assert "The form was too old to be trusted. Reload the page and send it again." in answer.content.decode()
