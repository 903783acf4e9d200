"""Does each message leave at least once and under one id, whoever is killed, however many send, and never for ever?"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from time_machine import Traveller

from accounts.models import User
from alerts import delivery, delivery_policy
from alerts.channel_book import disable, remove_channel
from alerts.channel_models import Channel, Delivery, Message
from alerts.composing import compose_due
from alerts.delivery import claim, deliver, deliver_due, send_test
from alerts.routing import route
from servers.sealed_secrets import key_path
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.hook_receiver import Receiver, answers
from tests.alerts.delivery.mail_server import closed_port
from tests.alerts.delivery.notices import a_channel, a_notice, an_alert
from tests.alerts.delivery.sending import again, said, tell
from tests.factories import at_once
from tests.uploads.killed_worker import Order, Step, Workshop, workshop
from uploads.models import Tick

State = Message.State
LATER = NOW + delivery_policy.LEASE
STEPS = {  # how often the receiver is asked in all
    Step("alerts.delivery:compose_due", "before"): 1,
    Step("alerts.composing:compose", "after"): 1,
    Step("alerts.delivery:claim", "before"): 1,
    Step("alerts.delivery:claim", "after"): 1,
    Step("alerts.delivery:_send", "after"): 2,
    Step("alerts.delivery:_judge_channel", "after"): 2,  # before the commit
    Step("alerts.delivery:_write_down", "after"): 1,
}


@pytest.fixture(scope="module")
def forge() -> Iterator[Workshop]:
    with workshop() as running:
        yield running


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", STEPS, ids=str)
def test_whoever_is_killed_wherever_it_arrives_under_one_id(
    ada: User, hooks: Receiver, forge: Workshop, settings: Settings, step: Step
) -> None:
    a_channel(ada, target=hooks.url)
    route([a_notice(an_alert()), a_notice(an_alert())], now=NOW)
    order = Order(
        "deliver", 0, NOW.isoformat(), step, database=str(connection.settings_dict["NAME"]),
        settings={"DATA_DIR": str(settings.DATA_DIR)},
    )  # fmt: skip
    assert forge.run(order) == -9
    deliver_due(now=LATER)
    message = Message.objects.get()
    assert message.state == State.DELIVERED
    assert {(hook.id, hook.body) for hook in hooks.seen} == {(str(message.uid), hooks.seen[0].body)}
    assert len(hooks.seen) == STEPS[step]
    assert list(Delivery.objects.values_list("verdict", "message")) == [("sent", message.pk)] * 2
    deliver_due(now=LATER + timedelta(days=2))
    assert len(hooks.seen) == STEPS[step]


def test_a_try_that_was_killed_is_named(ada: User, hooks: Receiver) -> None:
    a_channel(ada, target=hooks.url)
    route([a_notice(an_alert())], now=NOW)
    compose_due(now=NOW)
    message = Message.objects.get()
    assert claim(message.pk, now=NOW)
    assert deliver(message.pk, now=NOW) is None  # somebody else has it
    assert deliver(message.pk, now=LATER)
    message.refresh_from_db()
    assert [(row["try"], row["said"]) for row in message.answers] == [(1, "unknown"), (2, "delivered")]
    assert message.answers[0]["text"].startswith("The program ended before")


def test_an_answer_that_comes_after_the_lease_changes_nothing(ada: User, hooks: Receiver) -> None:
    a_channel(ada, target=hooks.url)
    route([a_notice(an_alert())], now=NOW)
    compose_due(now=NOW)
    late = claim(Message.objects.get().pk, now=NOW)
    assert late
    assert deliver(late.pk, now=LATER)
    delivery._write_down(late, [], now=LATER)
    assert (late.state, Message.objects.get().state) == (State.DELIVERED, State.DELIVERED)


@pytest.mark.django_db(transaction=True)
def test_many_deliverers_at_once_send_once(ada: User, hooks: Receiver) -> None:
    for number in range(3):
        a_channel(ada, f"Channel {number}", target=hooks.url)
    route([a_notice(an_alert()) for _ in range(4)], now=NOW)
    ended = at_once(lambda: deliver_due(now=NOW), times=6)
    assert [one for one in ended if isinstance(one, Exception)] == []
    assert sum(one for one in ended if isinstance(one, int)) == 3
    assert len({hook.id for hook in hooks.seen}) == len(hooks.seen) == 3


def test_what_kills_every_time_is_given_up(ada: User, hooks: Receiver) -> None:
    a_channel(ada, target=hooks.url)
    route([a_notice(an_alert())], now=NOW)
    compose_due(now=NOW)
    message, now = Message.objects.get(), NOW
    for _ in range(delivery.MOST_BEGUN):
        assert claim(message.pk, now=now)
        now += delivery_policy.LEASE
    assert not deliver_due(now=now)
    message.refresh_from_db()
    assert (message.state, hooks.seen) == (State.FAILED, [])
    assert said(message)[-1][1].startswith("Given up: the program ended")


@pytest.mark.parametrize("way", list(Channel.Way))
def test_a_lost_key_asks_for_the_address_again(ada: User, way: Channel.Way, settings: Settings) -> None:
    target = {"email": "ada@x.org", "webhook": "https://h.example/x", "apprise": "json://127.0.0.1:9"}[way]
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    channel = a_channel(ada, way=way, target=target)
    key_path().unlink()
    assert tell().state == State.FAILED
    channel.refresh_from_db()
    assert "enter the addresses of all channels again" in channel.broken_because


@pytest.mark.parametrize("off", [disable, remove_channel])
def test_what_waits_for_a_channel_that_went_off_is_given_up(ada: User, hooks: Receiver, off: object) -> None:
    channel = a_channel(ada, target=hooks.url)
    hooks.replies = [answers(503)]
    message = tell()
    assert message.state == State.WAITING
    off(channel, by=ada, now=NOW)  # type: ignore[operator]
    deliver_due(now=NOW + timedelta(hours=1))
    message.refresh_from_db()
    assert (message.state, len(hooks.seen)) == (State.FAILED, 1)


def test_a_channel_that_does_not_answer_does_not_keep_the_others_waiting(ada: User, hooks: Receiver) -> None:
    a_channel(ada, "Away", target=f"http://127.0.0.1:{closed_port()}")
    a_channel(ada, "There", target=hooks.url)
    for minutes in range(3):  # each minute a message that finds nobody
        now = NOW + timedelta(minutes=10 * minutes)
        route([a_notice(an_alert(), at=now)], now=now)
        compose_due(now=now)
    deliver_due(now=NOW + timedelta(hours=1))
    away = Message.objects.filter(channel__name="Away")
    assert sorted(message.attempts for message in away) == [0, 0, 1]
    assert len(hooks.seen) == 3


def test_a_run_ends_in_time(ada: User, hooks: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_policy, "RUN_SECONDS", -1.0)
    a_channel(ada, target=hooks.url)
    route([a_notice(an_alert())], now=NOW)
    assert deliver_due(now=NOW) == 0
    assert Message.objects.get().state == State.WAITING


def test_a_defect_of_ours_ends_the_try_and_not_the_run(
    ada: User, hooks: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_channel(ada, target=hooks.url)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "send_webhook", lambda *_, **__: 1 / 0)
        message = tell()
    assert said(message) == [("again", "A defect of this program: ZeroDivisionError.")]
    assert again(message).state == State.DELIVERED


def test_a_run_leaves_a_sign_of_life(ada: User) -> None:
    deliver_due(now=NOW)
    assert Tick.objects.get(name="messages").at == NOW


def test_a_test_is_sent_at_once_and_waits_for_nobody(ada: User, hooks: Receiver, clock: Traveller) -> None:
    secret: list[str] = []
    channel = a_channel(ada, target=hooks.url, secret_to=secret, digest="weekly")
    hooks.replies = [answers(500, b"away")]
    failed = send_test(channel, by=ada, now=timezone.now())
    assert (failed.state, said(failed)) == (State.FAILED, [("again", "HTTP 500 away")])
    assert send_test(channel, by=ada, now=timezone.now()).state == State.DELIVERED
    assert hooks.seen[1].is_signed_with(secret[0])
    assert hooks.seen[1].data["type"] == "licensing_manager.test"
    deliver_due(now=NOW + timedelta(days=2))
    assert len(hooks.seen) == 2
