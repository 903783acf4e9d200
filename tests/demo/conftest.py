"""How does a test get a demo? The settings of one, and a small fleet that lived for forty days, filled once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings

from demo.filling import fill

NOW = datetime(2026, 3, 11, 14, 20, tzinfo=UTC)  # a Wednesday
SERVERS, DAYS = 8, 40


@pytest.fixture(scope="module")
def small_demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    """Eight servers and forty days for all tests of a module, taken back after them; gives what was said meanwhile."""
    said: list[str] = []
    folder = tmp_path_factory.mktemp("demo")
    with override_settings(DEMO=True, DATA_DIR=folder), django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            assert fill(now=NOW, tell=said.append, servers=SERVERS, days=DAYS)
        yield said
        transaction.set_rollback(True)
