"""Does the log keep secret what is part of an address?"""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.log import configure_logging

from licensing_manager.log_lines import WithoutSecrets

SECRET = "qJ7s-_x9Tz"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the handler of the settings writes, while a test runs."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    wanted: Any = settings.LOGGING["formatters"]["line"]
    assert wanted["()"] == f"{WithoutSecrets.__module__}.{WithoutSecrets.__name__}"
    handler.setFormatter(WithoutSecrets(wanted["format"]))
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.mark.parametrize(
    "path",
    [
        f"/feeds/calendar/{SECRET}.ics",
        f"/feeds/alerts/{SECRET}.atom?x=1",
        f"/setup/{SECRET}/",
        f"//feeds/alerts/{SECRET}",
    ],
)
def test_it_writes_an_address_without_its_secret(path: str, log: io.StringIO) -> None:
    logging.getLogger("django.request").error("Internal Server Error: %s", path)
    try:
        int(path)
    except ValueError:
        logging.getLogger("any").exception("went wrong")
    assert SECRET not in log.getvalue()
    assert log.getvalue().count("/***") == 2


def test_it_leaves_every_other_line_alone(log: io.StringIO) -> None:
    logging.getLogger("any").error("%s took %.1f s, %d of %d", "/feeds/", 1.25, 3, 4)
    assert log.getvalue().endswith("ERROR any /feeds/ took 1.2 s, 3 of 4\n")


def test_a_failing_feed_does_not_tell_its_secret(log: io.StringIO, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **facts: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr("dashboard.views.feeds.address_read", broken)
    response = Client(raise_request_exception=False).get(f"/feeds/calendar/{SECRET}.ics")
    assert response.status_code == 500
    assert "the database is gone" in log.getvalue()
    assert SECRET not in log.getvalue() + response.content.decode()


def test_the_settings_are_a_logging_configuration() -> None:
    before = logging.getLogger().handlers[:]
    try:
        configure_logging("logging.config.dictConfig", settings.LOGGING)
        [ours] = [one for one in logging.getLogger().handlers if one not in before]
        assert isinstance(ours.formatter, WithoutSecrets)
    finally:
        logging.getLogger().handlers[:] = before
