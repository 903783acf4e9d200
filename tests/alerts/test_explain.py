"""Why was I told, or not? One sentence and the steps to it, from what looking, routing and sending wrote down."""

from datetime import date, time
from typing import Any

import pytest

from accounts.models import User
from alerts.channel_models import Channel, Delivery
from alerts.explain import explain
from alerts.models import Threshold
from alerts.reacting import acknowledge, snooze
from alerts.thresholds import Scope, save_threshold
from servers.models import LicenseServer
from tests.alerts.explaining import DAY, NOW, a_channel, frozen, look, sent, server, step
from tests.factories import a_server

__all__ = ["frozen", "server"]


def test_it_says_why_somebody_was_told_and_what_was_answered(server: LicenseServer) -> None:
    channel = a_channel()
    alert = look()
    sent(alert, ("eve@example.org", "delivered", "250 OK"), ("bob@example.org", "delivered", "250 OK"))
    found = explain(alert, channel=channel)
    assert (found.was_told, found.question) == (True, "Why was I told?")
    assert found.sentence == "“Ops”: told on 2026-03-10 08:00 UTC, because the 30-day step was reached."
    assert [(one.title, one.ok) for one in found.steps] == [
        ("The rules looked", True),
        ("Rule: License expiry", True),
        ("What it saw", True),
        ("Ladder", True),
        ("Step reached", True),
        ("Channel Ops", True),
        ("Answer", True),
        ("Answer", True),
        ("The message", True),
    ]
    assert step(found, "The message").text == "It arrived: 2 of 2 accepted it."
    assert step(found, "Answer").text == "eve@example.org accepted it, 2026-03-10 08:00 UTC: 250 OK"


def test_the_steps_name_rule_evidence_and_ladder(server: LicenseServer) -> None:
    found = explain(look())
    assert step(found, "The rules looked").text == "The rules looked last on 2026-03-10 08:00 UTC."
    assert step(found, "Rule: License expiry").text == (
        "“License expiry” found it first on 2026-03-10 08:00 UTC and last on 2026-03-10 08:00 UTC."
    )
    assert step(found, "What it saw").text.startswith("ls1.example.org: They run to the end of 2026-03-30")
    assert step(found, "Ladder").text == (
        "Default ladder: at 180, 90, 30, 14, 7, 1, 0 days left, then 1 and 7 days over, and every 7 days. "
        "Last: the 30-day step was reached."
    )


def test_without_a_channel_nobody_was_told(server: LicenseServer) -> None:
    found = explain(look())
    assert (found.was_told, found.question) == (False, "Why was I not told?")
    assert found.sentence == "Nobody was told. There was no channel when this was to be said."


@pytest.mark.parametrize(
    ("facts", "because"),
    [
        ({"floor": "act"}, "“Plan this month” is below the floor of the channel, “Act this week”."),
        ({"rules": ["usage"]}, "The channel does not tell of “License expiry”."),
        ({"is_enabled": False}, "The channel is disabled."),
        ({"is_escalation": True}, "The channel is told only of what nobody reacted to."),
        ({"broken_at": NOW, "broken_because": "550 no such user"}, "The channel is broken: 550 no such user"),
    ],
)
def test_it_says_what_stopped_it(facts: dict[str, Any], because: str, server: LicenseServer) -> None:
    channel = a_channel(**facts)
    found = explain(look(), channel=channel)
    assert found.was_told is False
    assert found.sentence == f"“Ops”: not told. {because}"
    assert step(found, "Channel Ops").ok is False


def test_a_reason_that_several_channels_share_is_said_once(server: LicenseServer) -> None:
    for name in ("Board", "Desk", "Night", "Ops"):
        a_channel(name, floor="act")
    below = "“Plan this month” is below the floor of the channel, “Act this week”."
    assert explain(look()).sentence == f"Nobody was told. “Board”, “Desk”, “Night”, “Ops”: {below}"


def test_it_says_that_no_server_is_in_the_scope(server: LicenseServer) -> None:
    channel = a_channel()
    channel.servers.set([a_server("other.example.org")])
    found = explain(look(), channel=channel)
    assert "None of its servers is among those" in found.sentence


def test_it_says_until_when_quiet_hours_hold_it(server: LicenseServer) -> None:
    channel = a_channel(quiet_from=time(7), quiet_until=time(18))
    found = explain(look(), channel=channel)
    assert found.was_told is None
    assert found.sentence == "“Ops”: not told so far. It waits for the end of the quiet hours, 2026-03-10 18:00 UTC."


def test_it_says_for_which_digest_it_waits(server: LicenseServer) -> None:
    channel = a_channel(digest="daily")
    found = explain(look(), channel=channel)
    assert "It waits for the digest of 2026-03-11 07:00 UTC." in found.sentence


def test_it_says_who_snoozed_it_and_why(server: LicenseServer, ben: User) -> None:
    channel = a_channel()
    alert = look()
    Delivery.objects.all().delete()
    alert.notices.all().delete()
    Channel.objects.update(created_at=NOW - DAY)
    snooze([alert], until=NOW + 12 * DAY, reason="ordered", by=ben, now=NOW)
    later = look(at=NOW + 6 * DAY)
    found = explain(later, channel=channel)
    assert found.sentence == "“Ops”: not told. ben snoozed it until 2026-03-22 08:00 UTC."
    assert step(found, "Snoozed").text == "By ben, until 2026-03-22 08:00 UTC: ordered"
    assert step(found, "Snoozed").ok is False


def test_an_acknowledgement_is_named_where_it_kept_quiet(server: LicenseServer, ben: User) -> None:
    channel = a_channel()
    alert = look()
    sent(alert, ("eve@example.org", "delivered", "250 OK"))
    acknowledge([alert], by=ben, now=NOW)
    found = explain(look(at=NOW + 6 * DAY), channel=channel, day=date(2026, 3, 16))
    assert found.sentence == "“Ops”: not told. ben acknowledged it, and it presses no more than it did then."
    assert step(found, "Acknowledged").text == "By ben."


def test_a_muted_ladder_is_named_with_who_set_it(server: LicenseServer, ada: User) -> None:
    save_threshold(Scope(rule="license_expiry"), is_muted=True, by=ada, now=NOW - DAY)
    channel = a_channel()
    found = explain(look(), channel=channel)
    assert found.sentence == "“Ops”: not told. Its threshold is muted: it opens an alert and tells nobody."
    assert step(found, "Muted").ok is False
    assert step(found, "Ladder").text.startswith("Ladder for License expiry, the installation: at 180, 90,")


def test_a_ladder_that_was_changed_since_is_not_taken_for_that_of_then(server: LicenseServer, ada: User) -> None:
    alert = look()
    save_threshold(Scope(), days=[60, 5], by=ada, now=NOW + DAY)
    found = step(explain(alert), "Ladder")
    assert found.ok is None
    assert found.text.endswith(
        "ada set it on 2026-03-11 08:00 UTC, after the first notice; what counted then is not known."
    )
    assert Threshold.objects.get().changed_by == "ada"
