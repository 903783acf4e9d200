"""Does one message hold what is due, the most pressing first, and nothing that is over or that somebody took on?"""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from accounts.models import User
from alerts.channel_book import disable
from alerts.channel_models import Channel, Delivery, Message
from alerts.composing import MOST_PARTS, compose, compose_due
from alerts.content import Content, content_from
from alerts.models import Alert, Notice
from alerts.reacting import acknowledge, snooze
from alerts.routing import route
from alerts.severity import Severity
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.notices import a_channel, a_notice, an_alert, close
from tests.alerts.delivery.sending import verdicts
from tests.factories import a_server, at_once

SEVEN = NOW.replace(day=11, hour=7, minute=0)


def composed(*notices: Notice) -> Content:
    """The content of the one message that these notices make now."""
    route(notices, now=NOW)
    (message,) = compose_due(now=NOW)
    return content_from(message.content)


def test_one_alert_is_one_message_with_its_title(ada: User) -> None:
    team = a_channel(ada)
    content = composed(a_notice(an_alert(servers=[a_server()])))
    assert content.subject == "Plan this month: 120 Desktops licenses expire on 31 May, in 82 days"
    (part,) = content.parts
    assert (part.word, part.due, part.names) == ("Plan this month", "2026-05-31", ["lic1.example.test"])
    assert part.why == "The 30-day step was reached: no more than 30 days left."
    assert verdicts(team) == [("sent", "It went into the message of 2026-03-10 09:42 UTC.")]
    assert compose_due(now=NOW) == []


def test_several_alerts_come_in_the_order_in_which_they_press(ada: User) -> None:
    a_channel(ada)
    over = an_alert("Over")
    notices = [
        a_notice(an_alert("Watch", severity=Severity.WATCH)),
        a_notice(an_alert("Later", severity=Severity.ACT, due=date(2026, 3, 16))),
        a_notice(an_alert("Sooner", severity=Severity.ACT, due=date(2026, 3, 14))),
        a_notice(an_alert("No date", severity=Severity.ACT, due=None)),
        a_notice(over),
        close(over),
    ]
    content = composed(*notices)
    assert [part.title for part in content.parts] == ["Sooner", "Later", "No date", "Watch", "Over"]
    assert content.subject == "5 alerts: 3 act this week, 1 watch, 1 over"


def test_what_is_over_meanwhile_is_told_as_over(ada: User) -> None:
    a_channel(ada, digest="daily")
    alert = an_alert()
    route([a_notice(alert)], now=NOW)
    route([close(alert, at=NOW + timedelta(hours=3))], now=NOW + timedelta(hours=3))
    (message,) = compose_due(now=SEVEN)
    (part,) = content_from(message.content).parts
    assert (part.is_over, part.word, part.due, part.action) == (True, "Over", "", "Nothing is left to do.")
    assert part.detail.startswith("It began 2026-03-10 09:42 UTC and was over 2026-03-10 12:42 UTC. The new license")
    assert message.subject == "Digest, 1 alert: 1 over"


def test_who_does_not_want_ends_is_not_told_of_what_is_over(ada: User) -> None:
    team, alert = a_channel(ada, digest="daily", tells_end=False), an_alert()
    route([a_notice(alert)], now=NOW)
    close(alert)
    assert compose_due(now=SEVEN) == []
    assert verdicts(team)[0][1].startswith("It was over before it was told")


def test_what_somebody_took_on_meanwhile_is_not_told(ada: User, ben: User) -> None:
    team = a_channel(ada, digest="daily")
    seen, later, loud = an_alert(), an_alert(), an_alert("Loud")
    route([a_notice(alert) for alert in (seen, later, loud)], now=NOW)
    acknowledge([seen], by=ben, now=NOW)
    snooze([later], until=SEVEN + timedelta(days=1), reason="ordered", by=ben, now=NOW)
    (message,) = compose_due(now=SEVEN)
    assert [part.title for part in content_from(message.content).parts] == ["Loud"]
    assert [because for verdict, because in verdicts(team) if verdict == "skipped"] == [
        "ben acknowledged it, and it presses no more than it did then.",
        "ben snoozed it until 2026-03-12 07:00 UTC.",
    ]


def test_an_end_without_a_begin_is_not_told(ada: User, ben: User) -> None:
    team, alert = a_channel(ada, digest="daily"), an_alert()
    route([a_notice(alert)], now=NOW)
    acknowledge([alert], by=ben, now=NOW)
    route([close(Alert.objects.get())], now=NOW)
    assert compose_due(now=SEVEN) == []
    assert verdicts(team)[1] == ("skipped", "It is over, and the channel was never told that it began.")


def test_an_end_after_a_begin_that_was_sent_is_told(ada: User) -> None:
    team, alert = a_channel(ada), an_alert()
    composed(a_notice(alert))
    content = composed(close(alert))
    assert content.subject == "Over: 120 Desktops licenses expire on 31 May, in 82 days"
    assert [verdict for verdict, _ in verdicts(team)] == ["sent", "sent"]


@pytest.mark.parametrize("broken", [True, False])
def test_a_channel_that_went_off_meanwhile_leaves_nothing_waiting(ada: User, *, broken: bool) -> None:
    team = a_channel(ada, digest="daily")
    route([a_notice(an_alert())], now=NOW)
    if broken:
        Channel.objects.update(broken_at=NOW, broken_because="410 Gone")
    else:
        disable(team, by=ada, now=NOW)
    assert compose_due(now=SEVEN) == []
    why = "The channel broke before it was told: 410 Gone" if broken else "The channel was disabled before it was told."
    assert verdicts(team) == [("skipped", why)]


def test_steps_of_one_alert_make_one_part(ada: User) -> None:
    a_channel(ada, digest="weekly")
    alert = an_alert()
    early, late = a_notice(alert), a_notice(alert, rung=14)
    Notice.objects.filter(pk=late.pk).update(passed_over=[21])
    route([early, late], now=NOW)
    (message,) = compose_due(now=NOW + timedelta(days=7))
    (part,) = content_from(message.content).parts
    assert part.why == (
        "The 14-day step was reached: no more than 14 days left. Not told here before: the steps of 30, 21 days."
    )
    assert Delivery.objects.filter(message=message).count() == 2


@pytest.mark.parametrize(
    ("facts", "reason", "why"),
    [
        ({"rung": 1}, "step", "The 1-day step was reached: no more than 1 day left."),
        ({"rung": 0}, "step", "This is the last day."),
        ({"rung": -1}, "step", "It is overdue."),
        ({"rung": -7}, "step", "It has been overdue for 7 days or longer."),
        ({"rung": 0, "due": None}, "step", "It has just been found."),
        ({"rung": -7, "due": None}, "step", "It has lasted for 7 days or longer."),
        ({"rung": 10, "due": None, "rule": "usage"}, "step", "The step of 90 % in use was reached."),
        ({"rung": 0, "due": None, "rule": "usage"}, "step", "The step of 100 % in use was reached."),
        ({}, "woken", "It was snoozed until now."),
        ({}, "escalated", "Nobody acknowledged it since it opened on 2026-03-10."),
    ],
)
def test_it_says_why_it_is_told_now(ada: User, facts: dict[str, object], reason: str, why: str) -> None:
    a_channel(ada)
    (part,) = composed(a_notice(an_alert(**facts), reason=reason)).parts  # type: ignore[arg-type]
    assert part.why == why


def test_an_escalation_is_said_in_the_subject(ada: User) -> None:
    a_channel(ada, is_escalation=True)
    content = composed(a_notice(an_alert("It burns"), reason=Notice.Reason.ESCALATED))
    assert content.subject == "Nobody reacted: It burns"


def test_of_many_the_most_pressing_are_shown_and_the_rest_is_counted(ada: User) -> None:
    team = a_channel(ada)
    pressing = [a_notice(an_alert(severity=Severity.ACT)) for _ in range(2)]
    content = composed(*(a_notice(an_alert(severity=Severity.WATCH)) for _ in range(30)), *pressing)
    assert [part.severity for part in content.parts] == ["act"] * 2 + ["watch"] * (MOST_PARTS - 2)
    assert content.left_out == {"watch": 12}
    assert content.subject == "32 alerts: 2 act this week, 30 watch"
    assert [verdict for verdict, _ in verdicts(team)] == ["sent"] * 32


def test_of_many_servers_a_few_are_named(ada: User) -> None:
    a_channel(ada)
    servers = [a_server(f"ls{number:02}.example.test") for number in range(12)]
    (part,) = composed(a_notice(an_alert(servers=servers))).parts
    assert part.servers == 12
    assert part.names == [f"ls{number:02}.example.test" for number in range(5)]


def test_links_lead_to_the_public_address(ada: User, settings: Settings) -> None:
    a_channel(ada)
    alert = an_alert()
    assert composed(a_notice(alert)).parts[0].link == ""
    settings.PUBLIC_URL = "https://licenses.example"
    content = composed(a_notice(alert, rung=14))
    assert content.parts[0].link == f"https://licenses.example/alerts/{alert.pk}/"
    assert content.where == "https://licenses.example/alerts/"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_message(ada: User) -> None:
    team = a_channel(ada)
    route([a_notice(an_alert()) for _ in range(5)], now=NOW)
    made = at_once(lambda: compose(team.pk, now=NOW), times=4)
    assert sorted(str(one is not None) for one in made) == ["False", "False", "False", "True"]
    assert Message.objects.count() == 1
    assert Delivery.objects.filter(message=Message.objects.get()).count() == 5
