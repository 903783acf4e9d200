"""Does every notice leave one row for every channel, in the same few queries however many there are?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts.channel_book import remove_channel
from alerts.channel_models import Channel, Delivery, Message
from alerts.models import AlertServer, Notice
from alerts.routing import route
from alerts.severity import Severity
from servers.models import ServerGroup
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.notices import a_channel, a_notice, an_alert, close
from tests.factories import a_server


def told(channel: Channel) -> list[tuple[str, str]]:
    return list(Delivery.objects.filter(channel=channel).values_list("verdict", "because"))


@pytest.mark.usefixtures("db")
def test_without_channels_there_is_nothing_to_write() -> None:
    assert route([a_notice(an_alert())], now=NOW) == []


def test_every_channel_has_its_row_also_when_it_is_not_told(ada: User) -> None:
    team, pager = a_channel(ada, "Team"), a_channel(ada, "Pager", floor=Severity.ACT)
    assert len(route([a_notice(an_alert()), a_notice(an_alert())], now=NOW)) == 4
    assert told(team) == [("waiting", "It goes at once.")] * 2
    assert {verdict for verdict, _ in told(pager)} == {"skipped"}


def test_a_second_time_changes_nothing(ada: User) -> None:
    team, notice = a_channel(ada), a_notice(an_alert())
    route([notice], now=NOW)
    Delivery.objects.update(because="As it was.")
    route([notice], now=NOW + timedelta(days=1))
    assert told(team) == [("waiting", "As it was.")]


def test_a_removed_channel_is_told_nothing(ada: User) -> None:
    remove_channel(a_channel(ada), by=ada, now=NOW)
    assert route([a_notice(an_alert())], now=NOW) == []


def test_chosen_servers_and_groups_are_those_in_trouble_now(ada: User) -> None:
    group = ServerGroup.objects.create(name="Amsterdam")
    here, there = a_server("ls1.example.test", group=group), a_server("ls2.example.test")
    by_group, by_server = a_channel(ada, "G", groups=[group]), a_channel(ada, "S", servers=[there])
    alert = an_alert(servers=[here, there])
    AlertServer.objects.filter(server=here).update(gone_at=NOW)
    route([a_notice(alert)], now=NOW)
    assert told(by_group)[0][0] == "skipped"
    assert told(by_server)[0][0] == "waiting"


def test_who_was_told_of_the_begin_is_told_of_the_end(ada: User) -> None:
    group = ServerGroup.objects.create(name="Amsterdam")
    server, alert = a_server(group=group), an_alert()
    AlertServer.objects.create(alert=alert, server=server, since=NOW)
    team, pager = a_channel(ada, "Team", groups=[group]), a_channel(ada, "Pager", floor=Severity.ACT)
    route([a_notice(alert)], now=NOW)
    AlertServer.objects.update(gone_at=NOW)
    route([close(alert)], now=NOW)
    assert [verdict for verdict, _ in told(team)] == ["waiting", "waiting"]
    assert told(pager)[1] == ("skipped", "It is over, and the channel was never told that it began.")


def test_who_never_got_the_message_is_not_told_of_the_end(ada: User) -> None:
    team, alert = a_channel(ada), an_alert()
    route([a_notice(alert)], now=NOW)
    lost = Message.objects.create(channel=team, subject="x", content={}, composed_at=NOW, state=Message.State.FAILED)
    Delivery.objects.update(verdict="sent", message=lost)
    route([close(alert)], now=NOW)
    assert told(team)[1][0] == "skipped"


def test_what_nobody_reacted_to_goes_up_where_there_is_an_above(ada: User) -> None:
    team, deputy = a_channel(ada, "Team"), a_channel(ada, "Deputy", is_escalation=True, floor=Severity.ACT)
    for severity, up in ((Severity.ACT, True), (Severity.PLAN, False)):
        Delivery.objects.all().delete()
        route([a_notice(an_alert(severity=severity), reason=Notice.Reason.ESCALATED)], now=NOW)
        assert (told(deputy)[0][0] == "waiting", told(team)[0][0] == "skipped") == (up, up)


def test_a_muted_threshold_tells_nobody(ada: User) -> None:
    team, muted, loud = a_channel(ada), an_alert(), an_alert()
    route([a_notice(muted), a_notice(loud)], now=NOW, muted=[muted.pk])
    assert [verdict for verdict, _ in told(team)] == ["skipped", "waiting"]


def test_the_questions_to_the_database_do_not_grow(ada: User) -> None:
    group = ServerGroup.objects.create(name="Amsterdam")
    server = a_server(group=group)
    for name in range(3):
        a_channel(ada, f"Channel {name}", groups=[group])

    def asked(number: int) -> int:
        alerts = [an_alert(servers=[server]) for _ in range(number)]
        notices = [a_notice(alert) for alert in alerts] + [close(alert) for alert in alerts]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(route(notices, now=NOW)) == number * 6
        return sum(query["sql"].startswith("SELECT") for query in queries.captured_queries)

    assert asked(2) == asked(40) == asked(300) == 5
