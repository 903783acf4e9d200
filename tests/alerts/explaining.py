"""How do the tests of explanations come to an alert, and to what was said of it?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from alerts.channel_models import Channel, Delivery, Message
from alerts.evaluation import evaluate
from alerts.explanation import Explanation, Step
from alerts.models import Alert
from servers.models import LicenseServer
from tests.factories import a_server, increment, license_file, receive

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server whose licenses end on 30 March."""
    server = a_server("ls1.example.org", installed_at=NOW)
    receive(server, license_file(increment(expiry="30-mar-2026", count=25)))
    return server


def a_channel(name: str = "Ops", *, at: datetime = NOW - DAY, **facts: Any) -> Channel:
    values = {"way": "email", "target": "sealed", "shown": "2 addresses", "created_at": at}
    return Channel.objects.create(name=name, **(values | facts))


def look(*, at: datetime = NOW) -> Alert:
    """The rules look; the alert of the licenses."""
    evaluate(now=at)
    return Alert.objects.get(rule="license_expiry")


def sent(alert: Alert, *answers: tuple[str, str, str], state: str = "delivered", at: datetime = NOW) -> Message:
    """What was due went into one message, and this was answered: to whom, what it means, the words."""
    rows = [{"at": at.isoformat(), "try": 1, "to": to, "said": said, "text": text} for to, said, text in answers]
    waiting = Delivery.objects.filter(notice__alert=alert).exclude(verdict="skipped")
    message = Message.objects.create(
        channel=waiting.get().channel, subject="1 alert", content={}, composed_at=at, attempts=1, answers=rows,
        state=state, finished_at=at if state in {"delivered", "failed"} else None,
        next_try_at=at if state == "waiting" else None,
    )  # fmt: skip
    waiting.update(verdict="sent", message=message, because="It went into the message.")
    return message


def step(found: Explanation, title: str) -> Step:
    return next(one for one in found.steps if one.title == title)
