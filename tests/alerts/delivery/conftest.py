"""Where do these tests keep keys, and who is on the other side? A folder of each test, and real servers on loopback."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from tests.alerts.delivery.hook_receiver import Receiver, hook_receiver
from tests.alerts.delivery.mail_server import Mailbox, mail_server

NOW = datetime(2026, 3, 10, 9, 42, tzinfo=UTC)  # a Tuesday


@pytest.fixture(autouse=True)
def set_up(settings: Settings, tmp_path: Path) -> None:
    """Nothing of one test is left for the next; no mail server but a closed port."""
    settings.DATA_DIR = tmp_path / "data"
    settings.CHANNEL_KEY = settings.PUBLIC_URL = settings.EMAIL_URL = ""
    settings.UPLOAD_PROXY = settings.NO_PROXY = settings.CA_BUNDLE = ""


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock stands still."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hooks() -> Iterator[Receiver]:
    """A receiver of webhooks."""
    with hook_receiver() as running:
        yield running


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A mail server, and the settings that lead to it."""
    with mail_server() as running:
        lead_to(settings, running.port)
        yield running


def lead_to(settings: Settings, port: int) -> None:
    """The mail server of this installation is at this port."""
    settings.EMAIL_URL, settings.EMAIL_FROM = f"smtp://127.0.0.1:{port}", "licenses@company.example"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
