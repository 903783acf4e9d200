"""Is it counted once how often somebody asks, however many processes answer?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from rest_framework.throttling import UserRateThrottle

from api import throttling
from api.throttling import Patience
from tests.api.calling import get, is_problem
from tests.uploads.test_handover import Valkey

AT = datetime(2026, 3, 1, 8, 0, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def twice_a_minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    monkeypatch.setattr(Patience, "silent_until", 0.0)
    yield
    throttling.broker.cache_clear()


@pytest.fixture
def valkey(settings: Settings) -> Iterator[Valkey]:
    with TemporaryDirectory(prefix="lm-") as folder:
        running = Valkey(Path(folder))
        running.start()
        settings.REDIS_URL = f"unix://{running.socket}"
        yield running
        throttling.broker(settings.REDIS_URL).close()
        if running.process.poll() is None:
            running.kill()


def ask(client: Client) -> int:
    """By a process that has counted nothing yet."""
    cache.clear()
    return int(get(client, "/servers").status_code)


def test_all_processes_count_together(as_cleo: Client, valkey: Valkey) -> None:
    with time_machine.travel(AT, tick=False):
        assert [ask(as_cleo) for _ in range(3)] == [200, 200, 429]
        refused = get(as_cleo, "/servers")
    assert is_problem(refused, 429)
    assert int(refused["Retry-After"]) == 40


def test_the_next_minute_is_a_new_one(as_cleo: Client, valkey: Valkey) -> None:
    with time_machine.travel(AT, tick=False) as clock:
        assert [ask(as_cleo) for _ in range(3)] == [200, 200, 429]
        clock.shift(timedelta(seconds=40))
        assert ask(as_cleo) == 200


def test_everybody_has_a_count_of_their_own(as_cleo: Client, as_ada: Client, valkey: Valkey) -> None:
    with time_machine.travel(AT, tick=False):
        assert [ask(as_cleo) for _ in range(3)] == [200, 200, 429]
        assert ask(as_ada) == 200


def test_without_a_broker_each_process_counts_for_itself(as_cleo: Client, valkey: Valkey) -> None:
    valkey.kill()
    cache.clear()
    assert [get(as_cleo, "/servers").status_code for _ in range(3)] == [200, 200, 429]
    assert ask(as_cleo) == 200, "another process"


def test_a_broker_that_is_gone_is_asked_again_later(as_cleo: Client, valkey: Valkey) -> None:
    valkey.kill()
    assert ask(as_cleo) == 200
    valkey.start()
    with time_machine.travel(AT, tick=False):
        assert [ask(as_cleo) for _ in range(3)] == [200, 200, 200], "not before ten seconds have passed"
        Patience.silent_until -= throttling.ASK_AGAIN_SECONDS
        assert [ask(as_cleo) for _ in range(3)] == [200, 200, 429]
