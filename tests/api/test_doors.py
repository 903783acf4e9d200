"""Which keys open the API, and how often may one knock?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.throttling import UserRateThrottle

from accounts.models import ApiToken, User
from accounts.tokens import create_token, revoke_token
from servers.models import LicenseServer
from tests.api.calling import V1, get, is_problem

BACKEND = "accounts.backends.RoleBackend"


def knock(authorization: str) -> object:
    return Client(headers={"authorization": authorization}).get(f"{V1}/servers")


@pytest.mark.parametrize(
    "words", ["Bearer", "Bearer lm_x", "Bearer a b", "Bearer \x00", "Bearer é", f"bearer {'x' * 5000}"]
)
def test_it_refuses_words_that_are_no_token(words: str, db: None) -> None:
    response = knock(words)
    assert is_problem(response, 401)


@pytest.mark.parametrize("words", ["", "Basic YTpi", "Token lm_x"])
def test_it_takes_other_words_for_none(words: str, db: None) -> None:
    assert is_problem(knock(words), 401)


def test_it_refuses_a_revoked_or_expired_token(ada: User) -> None:
    token, secret = create_token(ada, name="test")
    assert knock(f"Bearer {secret}").status_code == 200  # type: ignore[attr-defined]
    revoke_token(token)
    assert is_problem(knock(f"Bearer {secret}"), 401)
    _, old = create_token(ada, name="old", expires_at=timezone.now() - timedelta(seconds=1))
    assert is_problem(knock(f"Bearer {old}"), 401)


def test_it_refuses_the_token_of_a_person_who_left(ada: User) -> None:
    _, secret = create_token(ada, name="test")
    User.objects.update(is_active=False)
    assert is_problem(knock(f"Bearer {secret}"), 401)


def test_it_takes_a_session_for_reading(ada: User) -> None:
    client = Client()
    client.force_login(ada, backend=BACKEND)
    assert get(client, "/servers").status_code == 200


def test_it_takes_a_session_for_writing_only_with_the_csrf_token(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, backend=BACKEND)
    response = client.post(f"{V1}/servers", {"name": "ls2"}, content_type="application/json")
    assert is_problem(response, 403)
    assert not LicenseServer.objects.exists()


def test_it_asks_for_patience(as_cleo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    assert [get(as_cleo, "/servers").status_code for _ in range(2)] == [200, 200]
    response = get(as_cleo, "/servers")
    assert is_problem(response, 429)
    assert 1 <= int(response["Retry-After"]) <= 60


def test_it_notes_when_a_token_was_used(as_cleo: Client) -> None:
    get(as_cleo, "/servers")
    assert ApiToken.objects.get().last_used_at


def test_it_answers_304_to_who_has_it_already(as_cleo: Client, server: LicenseServer) -> None:
    first = get(as_cleo, "/servers")
    second = get(as_cleo, "/servers", **{"if-none-match": first["ETag"]})
    assert (second.status_code, second.content, second["ETag"]) == (304, b"", first["ETag"])


def test_it_answers_in_full_after_a_change(as_cleo: Client, server: LicenseServer) -> None:
    first = get(as_cleo, f"/servers/{server.guid}")
    LicenseServer.objects.update(product_version="11.17")
    second = get(as_cleo, f"/servers/{server.guid}", **{"if-none-match": first["ETag"]})
    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]


@pytest.mark.parametrize("path", ["/servers", "/nothing-here", "/servers?wrong=1"])
def test_it_lets_nobody_keep_an_answer(path: str, as_cleo: Client, db: None) -> None:
    assert get(as_cleo, path)["Cache-Control"] == "private, no-cache"


def test_it_answers_head_without_a_body(as_cleo: Client, server: LicenseServer) -> None:
    response = as_cleo.head(f"{V1}/servers")
    assert (response.status_code, response.content) == (200, b"")
