"""Do old messages go, and only those that nothing needs any more?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts import forgetting
from alerts.channel_models import Channel, Delivery, Message
from alerts.explaining_channels import heard
from alerts.models import Alert, Notice
from alerts.silent_channels import silent_channels
from tests.dashboard.alerts import a_channel, a_delivery, a_notice, an_alert

pytestmark = pytest.mark.django_db
OLD = timedelta(days=400)


def told(channel: Channel, *, ago: timedelta = OLD, state: str = "delivered", is_over: bool = True) -> Delivery:
    """Somebody was told so long ago, of something that is over."""
    at = timezone.now() - ago
    alert = an_alert(problem=f"p{Alert.objects.count()}", closed_at=at if is_over else None, opened_at=at)
    delivery = a_delivery(a_notice(alert), channel, state=state)
    Message.objects.filter(pk=number(delivery)).update(composed_at=at, finished_at=at)
    return delivery


def kept() -> set[int]:
    forgetting.forget_messages(now=timezone.now())
    return set(Message.objects.values_list("pk", flat=True))


def number(delivery: Delivery) -> int:
    assert delivery.message_id
    return delivery.message_id


def test_a_message_goes_when_a_later_one_arrived() -> None:
    channel = a_channel()
    lost, arrived = told(channel, ago=OLD, state="failed"), told(channel, ago=OLD - timedelta(1))
    young = told(channel, ago=timedelta(days=300), state="failed")
    last = told(channel, ago=timedelta(days=299))
    assert kept() == {number(young), number(last)}
    assert not {number(lost), number(arrived)} & kept()


def test_the_last_that_arrived_and_what_was_lost_since_tell_since_when_a_channel_is_silent() -> None:
    channel = a_channel()
    arrived, lost = told(channel), told(channel, ago=OLD - timedelta(1), state="failed")
    told(a_channel("Another"), ago=timedelta(days=1))
    Message.objects.update(attempts=1)
    before = silent_channels()
    assert {number(arrived), number(lost)} < kept()
    assert silent_channels() == before != []


def test_what_speaks_of_an_open_alert_stays() -> None:
    channel = a_channel()
    open_one = told(channel, is_over=False)
    told(channel, ago=timedelta(days=1))
    assert number(open_one) in kept()


def test_what_is_still_to_be_sent_stays() -> None:
    channel = a_channel()
    waiting = told(channel, state="waiting")
    told(channel, ago=timedelta(days=1))
    assert number(waiting) in kept()


def test_the_delivery_says_that_its_message_is_not_kept() -> None:
    channel = a_channel()
    delivery = told(channel)
    told(channel, ago=timedelta(days=1))
    kept()
    delivery.refresh_from_db()
    assert (delivery.verdict, delivery.message) == ("sent", None)
    found = heard(Notice.objects.get(pk=delivery.notice_id), channel, delivery)
    assert (found.was_told, found.is_known) == (None, False)


def test_it_ends_after_many_portions_and_goes_on_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    monkeypatch.setattr(forgetting, "MOST_BATCHES", 2)
    channel = a_channel()
    for _ in range(5):
        told(channel)
    told(channel, ago=timedelta(days=1))
    assert [forgetting.forget_messages(now=timezone.now()) for _ in range(3)] == [4, 1, 0]
