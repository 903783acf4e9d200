"""Does a token open the API for its owner, and for nobody and nothing else?"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import ApiToken, User
from accounts.tokens import create_token, digest, find_token, revoke_token

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


def test_it_opens_with_the_secret(cleo: User) -> None:
    token, secret = create_token(cleo, name="reports")
    assert find_token(secret) == token


def test_it_keeps_nothing_but_the_hash(cleo: User) -> None:
    token, secret = create_token(cleo, name="reports")
    kept = ApiToken.objects.filter(pk=token.pk).values().get()
    assert kept["digest"] == digest(secret)
    assert secret not in str(kept)
    assert kept["prefix"] == secret[:10]
    assert len(secret) - len(kept["prefix"]) > 30, "what is kept must not help to guess the rest"


def test_it_makes_a_different_secret_each_time(cleo: User) -> None:
    assert create_token(cleo, name="one")[1] != create_token(cleo, name="one")[1]


@pytest.mark.parametrize("secret", ["", "lm_", "lm_unknown", "ü", "\x00", "\ud800", "x" * 10_000])
def test_it_opens_with_no_other_secret(cleo: User, secret: str) -> None:
    create_token(cleo, name="reports")
    assert find_token(secret) is None


def test_a_revoked_token_opens_nothing_and_stays_as_evidence(cleo: User) -> None:
    token, secret = create_token(cleo, name="reports")
    revoke_token(token)
    assert find_token(secret) is None
    assert ApiToken.objects.get(pk=token.pk).revoked_at == NOON


def test_revoking_again_keeps_the_first_moment(cleo: User) -> None:
    token, _ = create_token(cleo, name="reports")
    revoke_token(token)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        revoke_token(token)
    assert ApiToken.objects.get(pk=token.pk).revoked_at == NOON


def test_it_opens_until_the_moment_it_expires(cleo: User) -> None:
    _, secret = create_token(cleo, name="reports", expires_at=NOON + timedelta(hours=1))
    with time_machine.travel(NOON + timedelta(minutes=59), tick=False):
        assert find_token(secret)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        assert find_token(secret) is None


def test_it_opens_nothing_for_an_inactive_owner(cleo: User) -> None:
    _, secret = create_token(cleo, name="reports")
    User.objects.filter(pk=cleo.pk).update(is_active=False)
    assert find_token(secret) is None
    assert ApiToken.objects.get().last_used_at is None


def test_it_notes_its_use_at_most_once_a_minute(cleo: User) -> None:
    _, secret = create_token(cleo, name="reports")
    noted = []
    for seconds in (0, 59, 60, 61):
        with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
            find_token(secret)
        used = ApiToken.objects.get().last_used_at
        assert used
        noted.append((used - NOON).seconds)
    assert noted == [0, 0, 60, 60]


@pytest.mark.parametrize(
    ("name", "kept"), [("  reports ", "reports"), ("", "unnamed"), ("x" * 300, "x" * 80), ("a\x00\nb", "ab")]
)
def test_it_keeps_a_name_that_fits(cleo: User, name: str, kept: str) -> None:
    token, _ = create_token(cleo, name=name)
    token.refresh_from_db()
    assert token.name == kept
