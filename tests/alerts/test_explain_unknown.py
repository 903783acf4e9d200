"""Is what was not kept, a day without a word and a single person explained without a guess?"""

from datetime import UTC, date, datetime

import pytest

from alerts.channel_models import Delivery
from alerts.evaluation import evaluate
from alerts.explain import explain
from alerts.models import Alert
from servers.models import LicenseServer
from tests.alerts.explaining import DAY, NOW, a_channel, frozen, look, sent, server, step
from tests.factories import a_server, increment, license_file, receive

__all__ = ["frozen", "server"]


def test_a_channel_that_came_later_was_not_there(server: LicenseServer) -> None:
    alert = look()
    found = explain(alert, channel=a_channel(at=NOW + DAY))
    assert found.sentence == "“Ops”: not told. The channel was added later, on 2026-03-11 08:00 UTC."


def test_a_missing_row_is_not_guessed_at(server: LicenseServer) -> None:
    channel = a_channel()
    alert = look()
    Delivery.objects.all().delete()
    found = explain(alert, channel=channel)
    assert (found.was_told, step(found, "Channel Ops").ok) == (None, None)
    assert found.sentence == (
        "“Ops”: not known whether told. No row says what was decided for this channel, so that is not known."
    )


def test_a_message_that_is_not_kept_any_more_is_not_guessed_at(server: LicenseServer) -> None:
    channel = a_channel()
    alert = look()
    sent(alert, ("eve@example.org", "delivered", "250 OK")).delete()
    found = explain(alert, channel=channel)
    assert found.was_told is None
    assert "what was answered is not known" in found.sentence


def test_a_message_on_its_way_is_not_told_so_far(server: LicenseServer) -> None:
    channel = a_channel()
    alert = look()
    sent(alert, ("eve@example.org", "again", "451 try later"), state="waiting")
    found = explain(alert, channel=channel)
    assert found.was_told is None
    assert found.sentence.endswith("It is on its way: 1 try so far, next on 2026-03-10 08:00 UTC.")
    assert step(found, "Answer").ok is None


def test_a_message_that_was_given_up_was_not_told(server: LicenseServer) -> None:
    channel = a_channel()
    alert = look()
    sent(alert, ("eve@example.org", "gone", "550 no such user"), state="failed")
    found = explain(alert, channel=channel)
    assert (found.was_told, found.sentence) == (False, "“Ops”: not told. It was given up after 1 try.")
    assert step(found, "Answer").text == (
        "eve@example.org refuses everything for good, 2026-03-10 08:00 UTC: 550 no such user"
    )


@pytest.mark.parametrize(
    ("person", "was_told", "words"),
    [
        ("Eve@example.org", True, "told on 2026-03-10 08:00 UTC"),
        ("bob@example.org", False, "bob@example.org refused it for good: 554 spam"),
        ("zoe@example.org", False, "No answer names zoe@example.org"),
    ],
)
def test_it_answers_for_one_person(person: str, was_told: bool, words: str, server: LicenseServer) -> None:
    alert = (a_channel(), look())[1]
    sent(alert, ("eve@example.org", "delivered", "250 OK"), ("bob@example.org", "refused", "554 spam"))
    found = explain(alert, person=person)
    assert found.was_told is was_told
    assert words in found.sentence


def test_the_newest_answer_of_a_person_counts(server: LicenseServer) -> None:
    alert = (a_channel(), look())[1]
    sent(alert, ("eve@example.org", "again", "451 later"), ("eve@example.org", "delivered", "250 OK"))
    assert explain(alert, person="eve@example.org").was_told is True


def test_answers_of_another_shape_are_left_out(server: LicenseServer) -> None:
    alert = (a_channel(), look())[1]
    message = sent(alert)
    message.answers = ["x", {}, {"to": "eve@example.org"}, None]
    message.save()
    found = explain(alert)
    assert found.was_told is True
    assert "gave an answer that nobody knows" in step(found, "Answer").text


def test_a_removed_channel_still_explains_itself(server: LicenseServer) -> None:
    channel = a_channel()
    alert = look()
    sent(alert, ("eve@example.org", "delivered", "250 OK"))
    channel.removed_at = NOW + DAY
    channel.save()
    assert explain(alert).sentence.startswith("“Ops”: told on")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 1), "On 2026-03-01 it was not found yet."),
        (date(2026, 3, 12), "On 2026-03-12 no new step was reached, and it did not end. The last thing said was on "
         "2026-03-10 08:00 UTC: the 30-day step was reached."),
        (date(2026, 4, 30), "On 2026-04-30 it was over already, since 2026-04-01 08:00 UTC."),
    ],
)  # fmt: skip
def test_a_day_without_a_notice_says_why(day: date, words: str, server: LicenseServer) -> None:
    alert = look()
    evaluate(now=datetime(2026, 3, 12, 9, 0, tzinfo=UTC))
    alert.closed_at = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
    alert.save()
    assert explain(alert, day=day).sentence == f"Nobody was told. {words}"


def test_a_day_on_which_nothing_looked_says_so(server: LicenseServer) -> None:
    found = explain(look(), day=date(2026, 3, 11))
    assert step(found, "The rules looked").ok is False
    assert "The rules did not look on 2026-03-11" in step(found, "The rules looked").text


def test_a_day_of_which_nothing_is_kept_is_not_known(server: LicenseServer) -> None:
    look()
    alert = look(at=NOW + 6 * DAY)
    found = step(explain(alert, day=date(2026, 3, 12)), "The rules looked")
    assert found.ok is None
    assert "is not known" in found.text
    assert step(explain(alert, day=date(2026, 3, 16)), "The rules looked").ok is True


@pytest.mark.parametrize("day", [date.min, date.max])
def test_it_survives_the_ends_of_the_calendar(day: date, server: LicenseServer) -> None:
    assert explain(look(), day=day).was_told is False


def test_steps_that_passed_while_nobody_looked_are_named(server: LicenseServer) -> None:
    look()
    alert = look(at=NOW + 19 * DAY)
    assert "Steps that passed while nobody looked: 14, 7." in explain(alert).steps[-2].text


def test_a_thousand_servers_are_named_by_three(server: LicenseServer) -> None:
    for number in range(4):
        other = a_server(f"more{number}.example.org", installed_at=NOW)
        receive(other, license_file(increment(expiry="30-mar-2026", count=25)))
    found = step(explain(look()), "What it saw").text
    assert found.startswith("ls1.example.org: They run")
    assert found.endswith(" And on 2 more.")


def test_what_cannot_be_judged_stands_on_no_ladder(server: LicenseServer) -> None:
    evaluate(now=NOW)
    found = explain(Alert.objects.get(rule="version_age"))
    assert step(found, "Ladder").text == (
        "What cannot be judged stands on no ladder: it is said once, when it is found."
    )
    assert step(found, "Step reached").text.endswith("because it was found.")
