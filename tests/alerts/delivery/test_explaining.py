"""Is "why was I told?" answered with what a real mail server and a real receiver of webhooks said?"""

from datetime import timedelta

import pytest

from accounts.models import User
from alerts.channel_book import remove_channel
from alerts.channel_models import Channel
from alerts.delivery import deliver_due
from alerts.evaluation import evaluate
from alerts.explain import explain
from alerts.explaining_days import explain_day
from alerts.models import Alert
from alerts.reacting import acknowledge
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.hook_receiver import Receiver, answers
from tests.alerts.delivery.mail_server import Mailbox
from tests.alerts.delivery.notices import a_channel
from tests.alerts.delivery.test_email import ADA, KIM, LEE, THREE
from tests.factories import a_server, increment, license_file, receive

DAY = timedelta(days=1)


@pytest.fixture
def licensed(clock: object, db: None) -> None:
    """A server whose licenses end on 30 March, and whose build is known."""
    server = a_server("ls1.example.org", installed_at=NOW)
    receive(server, license_file(increment(expiry="30-mar-2026", count=25)))


def mail(by: User) -> Channel:
    return a_channel(by, "Mail", way=Channel.Way.EMAIL, target=THREE)


def told() -> Alert:
    """The rules look, and what is due is sent."""
    evaluate(now=NOW)
    deliver_due(now=NOW)
    return Alert.objects.get(rule="license_expiry")


@pytest.mark.usefixtures("licensed")
def test_each_recipient_has_an_answer_of_their_own(ada: User, mailbox: Mailbox) -> None:
    channel = mail(ada)
    mailbox.answers = {KIM: ["550 5.1.1 no such mailbox"], LEE: ["451 4.7.1 greylisted"]}
    alert = told()
    reached, refused, later = (explain(alert, channel=channel, person=one) for one in (ADA, KIM, LEE))
    assert (reached.was_told, refused.was_told, later.was_told) == (True, False, None)
    assert "because the 30-day step was reached" in reached.sentence
    assert refused.sentence == f"{KIM}: not told. {KIM} refuses everything for good: 550 5.1.1 no such mailbox"
    assert later.sentence == f"{LEE}: not told so far. {LEE} did not take it yet; it is tried again."


@pytest.mark.usefixtures("licensed")
def test_a_webhook_that_answers_with_an_error_is_on_its_way(ada: User, hooks: Receiver) -> None:
    channel = a_channel(ada, "Hook", way=Channel.Way.WEBHOOK, target=hooks.url, plain_http=True)
    hooks.replies = [answers(503, b"busy")]
    found = explain(told(), channel=channel)
    assert found.was_told is None
    assert "It is on its way: 1 try so far, next on 2026-03-10 09:4" in found.sentence
    assert any("503" in step.text for step in found.steps if step.title == "Answer")


@pytest.mark.usefixtures("licensed")
def test_a_channel_that_comes_late_is_told_and_says_so(ada: User, mailbox: Mailbox) -> None:
    alert = told()
    channel = mail(ada)
    deliver_due(now=NOW)
    assert explain(alert, channel=channel).was_told is True


@pytest.mark.usefixtures("licensed")
def test_what_was_acknowledged_before_it_went_out_says_so(ada: User, ben: User, mailbox: Mailbox) -> None:
    channel = mail(ada)
    evaluate(now=NOW)
    alert = Alert.objects.get(rule="license_expiry")
    acknowledge([alert], by=ben, now=NOW)
    deliver_due(now=NOW)
    found = explain(alert, channel=channel)
    assert found.sentence == "“Mail”: not told. ben acknowledged it, and it presses no more than it did then."


@pytest.mark.usefixtures("licensed")
def test_a_removed_channel_keeps_what_it_was_answered(ada: User, mailbox: Mailbox) -> None:
    channel = mail(ada)
    alert = told()
    remove_channel(channel, by=ada, now=NOW + DAY)
    assert explain(alert, person=KIM).was_told is True


@pytest.mark.usefixtures("licensed")
def test_a_day_counts_what_arrived(ada: User, mailbox: Mailbox) -> None:
    mail(ada)
    told()
    found = explain_day(NOW.date(), person=ADA)
    assert found.was_told is True
    assert found.sentence.startswith(f"{ADA}: told ")
