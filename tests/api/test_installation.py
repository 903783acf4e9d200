"""Can a program set the way out and how long something is kept?"""

from typing import Any

from django.test import Client
from pytest_django import Settings

from servers.installation import in_force
from tests.api.calling import V1, get, is_problem


def patch(client: Client, body: dict[str, Any]) -> Any:
    return client.patch(f"{V1}/installation", body, content_type="application/json")


def rows(client: Client) -> dict[str, Any]:
    return {row["setting"]: row for row in get(client, "/installation").json()["settings"]}


def test_it_is_read_with_its_source_and_without_a_password(as_ada: Client, settings: Settings) -> None:
    settings.NO_PROXY = "localhost"
    body = {"upload_proxy": "http://ann@proxy.example:3128", "proxy_password": "s3cret", "usage_days": 100}
    assert patch(as_ada, body).status_code == 200
    assert in_force().upload_proxy == "http://ann:s3cret@proxy.example:3128"
    found = rows(as_ada)
    assert {name: row["said_by"] for name, row in found.items()} == {
        "UPLOAD_PROXY": "choice", "NO_PROXY": "variable", "CA_BUNDLE": "default", "HISTORY_DAYS": "default",
        "USAGE_DAYS": "choice",
    }  # fmt: skip
    assert (found["UPLOAD_PROXY"]["has_password"], found["UPLOAD_PROXY"]["changed_by"]) == (True, "ada")
    assert "s3cret" not in str(found)
    assert patch(as_ada, {"usage_days": None}).json()["settings"][4]["value"] == "365"


def test_what_cannot_be_changes_nothing(as_ada: Client) -> None:
    answer = patch(as_ada, {"usage_days": 400, "no_proxy": "<b>"})
    assert is_problem(answer, 400)
    assert "no_proxy" in answer.content.decode()
    assert is_problem(patch(as_ada, {"proxy_password": "x"}), 400)
    assert is_problem(patch(as_ada, {"proxi": "x"}), 400)
    assert {row["said_by"] for row in rows(as_ada).values()} == {"default"}


def test_only_administrators(as_cleo: Client) -> None:
    assert is_problem(get(as_cleo, "/installation"), 403)
    assert is_problem(patch(as_cleo, {"usage_days": 400}), 403)
