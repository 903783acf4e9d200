"""Does somebody hear, by another way, of a channel at which nothing arrives, and only as long as that is so?"""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts.channel_book import ChannelWish, change_channel, disable, remove_channel
from alerts.channel_models import Channel, Message
from alerts.delivery import deliver_due, send_test
from alerts.evaluation import evaluate
from alerts.models import Alert, Condition
from alerts.severity import Severity
from alerts.silent_channels import silent_channels
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.hook_receiver import Receiver, answers
from tests.alerts.delivery.mail_server import closed_port
from tests.alerts.delivery.notices import a_channel
from tests.alerts.delivery.sending import tell

HOUR = timedelta(hours=1)


def look(now: datetime) -> list[tuple[str, str]]:
    """What is open about channels after a look."""
    evaluate(now=now)
    return list(
        Alert.objects.open().filter(rule=Condition.CHANNEL_SILENT).values_list("title", "severity").order_by("title")
    )


def test_a_channel_that_works_is_no_trouble(ada: User, hooks: Receiver) -> None:
    a_channel(ada, "Never used", rules=["grace"])
    a_channel(ada, target=hooks.url)
    tell()
    assert silent_channels() == []
    assert look(NOW) == []


def test_a_broken_one_is_told_to_the_others_until_it_is_mended(ada: User, hooks: Receiver) -> None:
    broken = a_channel(ada, "Pager", target=hooks.url)
    hooks.replies = [answers(410, b"moved out")]
    tell()
    a_channel(ada, "Team", target=hooks.url, rules=[Condition.CHANNEL_SILENT])
    assert look(NOW) == [("The channel Pager is broken: nobody is told there", Severity.ACT)]
    deliver_due(now=NOW)
    ((part),) = hooks.seen[-1].data["data"]["parts"]
    assert part["detail"] == "Since 2026-03-10 09:42 UTC. The other side said: HTTP 410 moved out"
    assert part["action"].startswith("Correct its address and send a test")
    assert send_test(broken, by=ada, now=NOW + HOUR).state == Message.State.DELIVERED
    assert look(NOW + HOUR) == []
    deliver_due(now=NOW + HOUR)
    assert "Over: The channel Pager is broken: nobody is told there" in [
        one.data["data"]["subject"] for one in hooks.seen
    ]


def test_silence_is_a_trouble_after_an_hour_and_over_with_the_first_arrival(ada: User, hooks: Receiver) -> None:
    port = closed_port()
    channel = a_channel(ada, target=f"http://127.0.0.1:{port}")
    tell()
    tell(now=NOW + HOUR / 2)
    assert look(NOW + HOUR - timedelta(minutes=1)) == []
    assert look(NOW + HOUR) == [("The channel Team is not reached: nobody is told there", Severity.PLAN)]
    assert "Connection refused" in Alert.objects.get(rule=Condition.CHANNEL_SILENT).detail
    wish = ChannelWish(name="Team", way="webhook", target=hooks.url)
    change_channel(channel, wish, by=ada, now=NOW + HOUR)
    assert look(NOW + HOUR * 2) == []


def test_what_is_off_or_gone_is_no_trouble(ada: User) -> None:
    for act in (disable, remove_channel):
        channel = a_channel(ada, f"Channel {act.__name__}", target=f"http://127.0.0.1:{closed_port()}")
        tell()
        act(channel, by=ada, now=NOW)
    assert silent_channels() == []


@pytest.mark.parametrize("number", [1, 8])
def test_it_asks_twice_however_many_there_are(ada: User, number: int) -> None:
    for one in range(number):
        channel = a_channel(ada, f"Channel {one}")
        Message.objects.create(channel=channel, subject="x", content={}, composed_at=NOW, attempts=1)
    with CaptureQueriesContext(connection) as queries:
        assert len(silent_channels()) == Channel.objects.count() == number
    assert len(queries) == 3  # one of them is ours, to count
