"""Do messages reach a real receiver through Apprise, and is what Apprise says kept?"""

import logging

import pytest

from accounts.models import User
from alerts.channel_models import Channel, Message
from alerts.delivery import deliver_due
from alerts.routing import route
from alerts.severity import Severity
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.hook_receiver import Receiver, answers
from tests.alerts.delivery.mail_server import closed_port
from tests.alerts.delivery.notices import a_channel, an_alert, close
from tests.alerts.delivery.sending import again, said, tell


def service(by: User, port: int) -> Channel:
    return a_channel(by, "Chat", way=Channel.Way.APPRISE, target=f"json://ada:s3cret@127.0.0.1:{port}/hook")


@pytest.mark.parametrize(
    ("severity", "kind"), [(Severity.ACT, "failure"), (Severity.PLAN, "warning"), (Severity.WATCH, "info")]
)
def test_title_text_and_kind_arrive(ada: User, hooks: Receiver, severity: Severity, kind: str) -> None:
    service(ada, hooks.server_port)
    message = tell(an_alert(severity=severity))
    assert message.state == Message.State.DELIVERED
    (hook,) = hooks.seen
    assert hook.data["title"] == message.subject
    assert hook.data["type"] == kind
    assert "Do: Renew before the 30-day step on 1 May." in hook.data["message"]
    assert said(message) == [("delivered", "Apprise reports that the service took it.")]


def test_a_failure_is_kept_in_its_words_and_tried_again(ada: User, hooks: Receiver) -> None:
    service(ada, hooks.server_port)
    hooks.replies = [answers(500, b"no")]
    message = tell()
    assert message.state == Message.State.WAITING
    assert "500" in said(message)[0][1]
    assert again(message).state == Message.State.DELIVERED


def test_nobody_there_is_tried_again_without_showing_the_password(
    ada: User, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    service(ada, closed_port())
    with caplog.at_level(logging.DEBUG):
        message = tell()
    assert message.state == Message.State.WAITING
    assert "s3cret" not in str(message.answers) + "".join(capfd.readouterr())


def test_an_end_is_told_as_a_success(ada: User, hooks: Receiver) -> None:
    service(ada, hooks.server_port)
    alert = an_alert()
    tell(alert)
    route([close(alert)], now=NOW)
    deliver_due(now=NOW)
    assert (hooks.seen[1].data["type"], hooks.seen[1].data["title"][:6]) == ("success", "Over: ")
