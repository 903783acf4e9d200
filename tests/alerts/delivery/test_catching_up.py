"""Is a channel that comes late told of what is open, once, and of nothing that arrived, is over or was taken on?"""

from dataclasses import replace
from datetime import timedelta

from accounts.models import User
from alerts.catching_up import OPEN_BEFORE
from alerts.channel_book import ChannelWish, change_channel, disable, enable
from alerts.channel_models import Channel, Delivery, Message
from alerts.delivery import deliver_due, send_test
from alerts.models import Alert, Notice
from alerts.reacting import acknowledge
from alerts.routing import route
from alerts.severity import Severity
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.hook_receiver import Receiver, answers
from tests.alerts.delivery.notices import a_channel, a_notice, an_alert, close
from tests.alerts.delivery.sending import again, tell, verdicts

LATER = NOW + timedelta(days=3)


def subjects(hooks: Receiver) -> list[str]:
    return [hook.data["data"]["subject"] for hook in hooks.seen]


def test_a_new_channel_is_told_what_is_open_by_its_newest_step(ada: User, ben: User, hooks: Receiver) -> None:
    burning, taken, over = an_alert("It burns"), an_alert(), an_alert()
    a_notice(burning, at=NOW - timedelta(days=9))
    newest = a_notice(burning, rung=7)
    close(over)
    a_notice(over)
    a_notice(taken)
    acknowledge([taken], by=ben, now=NOW)
    team = a_channel(ada, target=hooks.url)
    assert sorted(verdicts(team)) == [
        ("skipped", "ben acknowledged it, and it presses no more than it did then."),
        ("waiting", f"{OPEN_BEFORE} It goes at once."),
    ]
    assert Delivery.objects.get(verdict="waiting").notice == newest
    deliver_due(now=NOW)
    assert subjects(hooks) == ["Plan this month: It burns"]


def test_its_choices_count(ada: User) -> None:
    a_notice(an_alert(severity=Severity.WATCH))
    Alert.objects.update(is_muted=False)
    assert verdicts(a_channel(ada, floor=Severity.ACT))[0][0] == "skipped"
    Alert.objects.update(is_muted=True)
    assert verdicts(a_channel(ada, "Other"))[0][1].startswith("Its threshold is muted")


def test_an_escalation_channel_hears_of_the_escalation(ada: User) -> None:
    alert = an_alert(severity=Severity.ACT)
    a_notice(alert)
    assert verdicts(a_channel(ada, "Deputy", is_escalation=True)) == []
    a_notice(alert, reason=Notice.Reason.ESCALATED)
    assert verdicts(a_channel(ada, "Chief", is_escalation=True))[0][0] == "waiting"


def test_a_lower_floor_lets_through_what_it_kept_out(ada: User, hooks: Receiver) -> None:
    channel = a_channel(ada, target=hooks.url, floor=Severity.ACT)
    route([a_notice(an_alert())], now=NOW)
    wish = ChannelWish(name="Team", way="webhook", floor=Severity.ACT)
    change_channel(channel, wish, by=ada, now=NOW)
    assert verdicts(channel)[0][0] == "skipped"
    change_channel(channel, replace(wish, floor=Severity.PLAN), by=ada, now=NOW)
    assert verdicts(channel) == [("waiting", f"{OPEN_BEFORE} It goes at once.")]
    deliver_due(now=NOW)
    change_channel(channel, replace(wish, floor=Severity.WATCH), by=ada, now=NOW)
    deliver_due(now=NOW)
    assert len(hooks.seen) == 1


def test_who_is_enabled_again_hears_what_was_missed(ada: User, hooks: Receiver) -> None:
    channel = a_channel(ada, target=hooks.url)
    disable(channel, by=ada, now=NOW)
    route([a_notice(an_alert())], now=NOW)
    enable(channel, by=ada, now=LATER)
    deliver_due(now=LATER)
    assert len(hooks.seen) == 1


def test_who_is_mended_by_a_test_hears_what_did_not_arrive(ada: User, hooks: Receiver) -> None:
    channel = a_channel(ada, target=hooks.url)
    tell(an_alert("Arrived"))
    hooks.replies = [answers(410)]
    tell(an_alert("Lost"))
    channel.refresh_from_db()
    assert channel.broken_at
    send_test(channel, by=ada, now=LATER)
    deliver_due(now=LATER)
    assert subjects(hooks)[2:] == ["Test of the channel Team", "Plan this month: Lost"]


def test_who_is_back_after_a_day_is_told_what_was_given_up(ada: User, hooks: Receiver) -> None:
    a_channel(ada, target=hooks.url)
    hooks.replies = [answers(503)] * 9
    lost = tell(an_alert("Lost"))
    while lost.state == Message.State.WAITING:
        again(lost)
    assert lost.state == Message.State.FAILED
    tell(an_alert("New"), now=LATER)
    deliver_due(now=LATER)
    assert subjects(hooks)[9:] == ["Plan this month: New", "Plan this month: Lost"]
    deliver_due(now=LATER + timedelta(days=1))
    assert len(hooks.seen) == 11


def test_what_was_refused_is_not_told_again_and_again(ada: User, hooks: Receiver) -> None:
    a_channel(ada, target=hooks.url)
    hooks.replies = [answers(400)]
    tell(an_alert("Refused"))
    tell(an_alert("New"))
    deliver_due(now=LATER)
    assert len(hooks.seen) == 2
    assert Channel.objects.get().broken_at is None
