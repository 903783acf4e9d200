"""Does a real receiver get signed messages once, and does each of its answers mean what it should?"""

import re
from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.models import User
from alerts import delivery_policy
from alerts.channel_models import Channel, Message
from alerts.channels import webhook
from alerts.channels.answer import Said
from alerts.channels.webhook_address import is_off_limits
from alerts.delivery import deliver_due, send_test
from alerts.severity import Severity
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.hook_receiver import (
    Receiver,
    Reply,
    answers,
    hangs,
    hangs_up,
    never_ends,
    speaks_no_http,
)
from tests.alerts.delivery.mail_server import closed_port
from tests.alerts.delivery.notices import a_channel, an_alert
from tests.alerts.delivery.sending import again, said, tell

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time limits that a test can wait for."""
    monkeypatch.setattr(webhook, "STEP_SECONDS", 0.5)


def test_it_is_signed_over_id_time_and_body(ada: User, hooks: Receiver) -> None:
    secret: list[str] = []
    a_channel(ada, target=hooks.url, secret_to=secret)
    message = tell(an_alert(severity=Severity.ACT))
    (hook,) = hooks.seen
    assert message.state == Message.State.DELIVERED
    assert hook.is_signed_with(secret[0])
    assert not hook.is_signed_with("whsec_AAAA")
    assert (hook.id, hook.headers["webhook-timestamp"]) == (str(message.uid), str(int(NOW.timestamp())))
    assert hook.headers["content-type"] == "application/json"
    assert hook.data["type"] == "licensing_manager.alerts"
    assert hook.data["timestamp"] == NOW.isoformat()
    (part,) = hook.data["data"]["parts"]
    assert (part["severity"], part["title"]) == ("act", "120 Desktops licenses expire on 31 May, in 82 days")
    assert said(message) == [("delivered", "HTTP 204")]


def test_a_second_try_is_the_same_bytes_under_the_same_id_with_a_new_signature(ada: User, hooks: Receiver) -> None:
    secret: list[str] = []
    a_channel(ada, target=hooks.url, secret_to=secret)
    hooks.replies = [answers(500, b"database is away"), answers(200, b"thanks")]
    message = tell()
    assert (message.state, message.attempts) == (Message.State.WAITING, 1)
    assert again(message).state == Message.State.DELIVERED
    first, second = hooks.seen
    assert (first.id, first.body) == (second.id, second.body)
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
    assert second.is_signed_with(secret[0])
    assert said(message) == [("again", "HTTP 500 database is away"), ("delivered", "HTTP 200 thanks")]


@pytest.mark.parametrize("reply", [answers(status) for status in (408, 425, 429, 500, 502, 503)] + [hangs, hangs_up])
def test_what_may_pass_is_tried_again(ada: User, hooks: Receiver, reply: Reply) -> None:
    a_channel(ada, target=hooks.url)
    hooks.replies = [reply]
    message = tell()
    assert (message.state, len(message.answers)) == (Message.State.WAITING, 1)
    assert message.next_try_at is not None
    assert timedelta(seconds=30) <= message.next_try_at - NOW <= timedelta(seconds=33)
    assert again(message).state == Message.State.DELIVERED


def test_nobody_there_is_told_in_words(ada: User) -> None:
    a_channel(ada, target=f"http://127.0.0.1:{closed_port()}")
    message = tell()
    ((meaning, text),) = said(message)
    assert meaning == "again"
    assert text == ("NewConnectionError: Failed to establish a new connection: [Errno 111] Connection refused")


@pytest.mark.parametrize(
    ("retry_after", "waits"),
    [
        ("600", timedelta(minutes=10)),
        ("Tue, 10 Mar 2026 10:42:00 GMT", timedelta(hours=1)),
        ("99999999999999999999", timedelta(days=1)),
        ("nonsense", None),
    ],
)
def test_a_receiver_says_how_long_it_wants_to_be_left_alone(
    ada: User, hooks: Receiver, retry_after: str, waits: timedelta | None
) -> None:
    a_channel(ada, target=hooks.url)
    hooks.replies = [answers(429, Retry_After=retry_after, Date="Tue, 10 Mar 2026 09:42:00 GMT")]
    message = tell()
    assert message.next_try_at is not None
    if waits:
        assert message.next_try_at == NOW + waits
    else:
        assert message.next_try_at <= NOW + timedelta(seconds=33)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422])
def test_an_answer_for_good_is_not_repeated_and_the_channel_stays(ada: User, hooks: Receiver, status: int) -> None:
    channel = a_channel(ada, target=hooks.url)
    hooks.replies = [answers(status, b"no")]
    message = tell()
    assert (message.state, said(message)) == (Message.State.FAILED, [("refused", f"HTTP {status} no")])
    channel.refresh_from_db()
    assert channel.broken_at is None
    assert tell().state == Message.State.DELIVERED


def test_gone_breaks_the_channel_at_once(ada: User, hooks: Receiver) -> None:
    channel = a_channel(ada, target=hooks.url)
    hooks.replies = [answers(410, b"moved out")]
    assert tell().state == Message.State.FAILED
    channel.refresh_from_db()
    assert (channel.broken_at, channel.broken_because) == (NOW, "HTTP 410 moved out")
    assert not tell_again_finds_something_to_send(hooks)
    assert send_test(channel, by=ada, now=NOW).state == Message.State.DELIVERED
    assert Channel.objects.get().broken_at is None


def tell_again_finds_something_to_send(hooks: Receiver) -> bool:
    before = len(hooks.seen)
    tell()
    deliver_due(now=NOW + timedelta(days=2))
    return len(hooks.seen) > before


def test_a_redirect_is_not_followed(ada: User, hooks: Receiver) -> None:
    a_channel(ada, target=hooks.url)
    elsewhere = hooks.url.replace("/hook", "/elsewhere?token=secret")
    hooks.replies = [answers(307, Location=elsewhere)]
    message = tell()
    assert [hook.path for hook in hooks.seen] == ["/hook"]
    assert message.state == Message.State.FAILED
    assert "enter that address instead" in said(message)[0][1]
    assert "/elsewhere." in said(message)[0][1]
    assert "secret" not in str(message.answers)


def test_an_answer_without_end_is_cut_and_counts_by_its_status(ada: User, hooks: Receiver) -> None:
    a_channel(ada, target=hooks.url)
    hooks.replies = [never_ends]
    message = tell()
    assert message.state == Message.State.DELIVERED
    assert len(said(message)[0][1]) < 330


def test_an_answer_is_kept_as_printable_words(ada: User, hooks: Receiver) -> None:
    a_channel(ada, target=hooks.url)
    hooks.replies = [answers(400, b"<b>\x1b[2J\x00no\r\nway</b>\xff")]
    assert said(tell()) == [("refused", "HTTP 400 <b> [2J no way</b>�")]


def test_an_answer_that_cannot_be_read_is_tried_again(ada: User, hooks: Receiver) -> None:
    a_channel(ada, target=hooks.url)
    hooks.replies = [speaks_no_http]
    assert tell().state == Message.State.WAITING


def test_https_to_somebody_without_tls_is_tried_again_and_said(ada: User, hooks: Receiver) -> None:
    a_channel(ada, target=hooks.url.replace("http://", "https://"))
    ((meaning, text),) = said(tell())
    assert meaning == "again"
    assert "SSL" in text


def test_a_name_that_leads_to_a_forbidden_address_gets_nothing(
    ada: User, hooks: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_off_limits("169.254.169.254")
    monkeypatch.setattr(webhook, "is_off_limits", lambda peer: peer == "127.0.0.1")
    a_channel(ada, target=hooks.url)
    message = tell()
    assert (message.state, hooks.seen) == (Message.State.FAILED, [])
    assert said(message) == [("refused", "127.0.0.1 leads to 127.0.0.1, at which no receiver should stand")]


@pytest.mark.django_db
def test_the_proxy_is_used_except_for_this_machine(settings: Settings) -> None:
    settings.UPLOAD_PROXY = "http://ada:p%40ss@proxy.example:3128"
    assert webhook._manager("https://hooks.example/x").proxy.host == "proxy.example"  # type: ignore[union-attr]
    assert webhook._manager("http://localhost:1/x").proxy is None
    settings.NO_PROXY = ".example"
    assert webhook._manager("https://hooks.example/x").proxy is None


@pytest.mark.parametrize(
    ("status", "meaning"),
    [(200, Said.DELIVERED), (299, Said.DELIVERED), (101, Said.REFUSED), (304, Said.REFUSED), (410, Said.GONE)],
)
def test_every_status_has_a_meaning(status: int, meaning: Said) -> None:
    assert webhook.meaning_of(status) == meaning


def test_it_gives_up_after_a_day(ada: User, hooks: Receiver) -> None:
    channel = a_channel(ada, target=hooks.url)
    hooks.replies = [answers(503)] * 50
    message = tell()
    while message.state == Message.State.WAITING:
        message = again(message)
    assert message.state == Message.State.FAILED
    assert len(hooks.seen) == len(delivery_policy.PAUSES) + 1
    assert message.finished_at is not None
    assert timedelta(hours=22) < message.finished_at - NOW < timedelta(hours=26)
    channel.refresh_from_db()
    assert channel.broken_at is None
    assert re.fullmatch(r"HTTP 503", said(message)[-1][1])
