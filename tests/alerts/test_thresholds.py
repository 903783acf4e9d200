"""Does the narrowest ladder count, is nonsense refused, and does a preview tell what would come true?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from alerts import ladder
from alerts.channel_book import add_channel
from alerts.channel_wish import ChannelWish
from alerts.clock import Kind
from alerts.evaluation import evaluate
from alerts.ladder import passed_over, rung_of, steps_of
from alerts.models import Alert, Condition, Notice, Threshold
from alerts.preview import preview, proposed
from alerts.thresholds import (
    USAGE,
    Ladders,
    Scope,
    ThresholdRefused,
    in_words,
    remove_threshold,
    save_threshold,
    steps_from_words,
)
from licenses.models import License
from servers.models import ServerGroup
from tests.factories import a_server, increment, license_file, receive

NOW = datetime(2026, 3, 10, 9, 42, tzinfo=UTC)


class TestLadder:
    """Pure numbers."""

    @pytest.mark.parametrize(
        ("left", "rung"),
        [(181, None), (180, 180), (91, 180), (90, 90), (31, 90), (8, 14), (7, 7), (1, 1), (0, 0), (-1, -1), (-6, -1),
         (-7, -7), (-13, -7), (-14, -14), (-700, -700), (-701, -700)],
    )  # fmt: skip
    def test_the_step_that_was_reached_last(self, left: int, rung: int | None) -> None:
        assert rung_of(left, ladder.DEFAULT) == rung

    @pytest.mark.parametrize(
        ("period", "steps"), [(None, ladder.DEFAULT), (90, (30, 14, 7, 1, 0)), (30, (14, 7, 1, 0)), (7, (1, 0))]
    )
    def test_what_success_sets_back_has_the_lower_steps(self, period: int | None, steps: tuple[int, ...]) -> None:
        assert steps_of(ladder.DEFAULT, period=period) == steps

    def test_an_empty_ladder_still_speaks_when_it_is_over(self) -> None:
        assert (rung_of(5, ()), rung_of(-3, ())) == (None, -1)

    @pytest.mark.parametrize(
        ("before", "rung", "between"),
        [
            (90, 30, ()),
            (90, 1, (30, 14, 7)),
            (1, -14, (0, -1, -7)),
            (None, 30, (180, 90)),
            (-7, -21, (-14,)),
            (0, -1, ()),
        ],
    )  # fmt: skip
    def test_what_was_passed_over(self, before: int | None, rung: int, between: tuple[int, ...]) -> None:
        assert passed_over(before, rung, ladder.DEFAULT) == between


@pytest.mark.django_db
class TestScopes:
    """Product on a server, product, group, installation."""

    def test_the_narrowest_counts(self, ada: User) -> None:
        group, server = ServerGroup.objects.create(name="North"), a_server()
        scopes: list[tuple[Scope, int]] = [
            (Scope(), 1), (Scope(rule=Kind.CSS_DATE), 2), (Scope(group=group), 3), (Scope(feature="XDT"), 4),
            (Scope(feature="XDT", server=server), 5), (Scope(rule=Kind.LICENSE_EXPIRY, feature="XDT"), 6),
        ]  # fmt: skip
        for scope, day in scopes:
            save_threshold(scope, days=[day], by=ada, now=NOW)
        found = Ladders.read()

        def days(rule: str, **place: Any) -> int:
            return found.find(rule, **place).days[0]

        assert days(Kind.GRACE) == 1
        assert days(Kind.CSS_DATE) == 2
        assert days(Kind.CSS_DATE, group=group.pk) == 3
        assert days(Kind.CSS_DATE, group=group.pk, feature="XDT") == 4
        assert days(Kind.LICENSE_EXPIRY, group=group.pk, feature="XDT", server=server.pk + 1) == 6
        assert days(Kind.LICENSE_EXPIRY, group=group.pk, feature="XDT", server=server.pk) == 5
        assert days(Kind.LICENSE_EXPIRY, feature="MPS") == 1

    def test_what_is_left_empty_is_the_default(self, ada: User) -> None:
        save_threshold(Scope(rule=Condition.USAGE), is_muted=True, by=ada, now=NOW)
        found = Ladders.read().find(Condition.USAGE)
        assert (found.percent, found.is_muted, found.source) == (
            USAGE,
            True,
            "Ladder for Licenses in use, the installation",
        )

    def test_removing_it_lets_the_wider_count(self, ada: User) -> None:
        row = save_threshold(Scope(), days=[5], by=ada, now=NOW)
        remove_threshold(row)
        assert Ladders.read().find(Kind.GRACE).days == ladder.DEFAULT

    @pytest.mark.parametrize(
        ("facts", "word"),
        [
            ({"days": [-1]}, "0 to 3650 days"),
            ({"days": [4000]}, "0 to 3650 days"),
            ({"days": list(range(30))}, "At most 20 steps"),
            ({"percent": [5000]}, "percent"),
            ({"escalate_after_days": 400}, "1 to 365 days"),
        ],
    )
    def test_nonsense_is_refused(self, ada: User, facts: dict[str, Any], word: str) -> None:
        with pytest.raises(ThresholdRefused, match=word):
            save_threshold(Scope(), **facts, by=ada, now=NOW)
        assert not Threshold.objects.exists()

    def test_a_scope_that_means_nothing_is_refused(self, ada: User) -> None:
        group, server = ServerGroup.objects.create(name="North"), a_server()
        for scope in (Scope(rule="moon"), Scope(server=server), Scope(group=group, feature="XDT"), Scope(group=group, server=server, feature="XDT")):  # noqa: E501  # fmt: skip
            with pytest.raises(ThresholdRefused):
                save_threshold(scope, by=ada, now=NOW)

    def test_words(self, ada: User) -> None:
        row = save_threshold(Scope(feature="XDT", server=a_server()), days=[5], by=ada, now=NOW)
        assert in_words(row) == "Every clock, XDT on lic1.example.test"

    @pytest.mark.parametrize(("text", "steps"), [("90, 30/7;1 0", [90, 30, 7, 1, 0]), ("", []), (" 5 ", [5])])
    def test_steps_are_read_from_words(self, text: str, steps: list[int]) -> None:
        assert steps_from_words(text) == steps

    @pytest.mark.parametrize("text", ["a week", "-3", "1.5", "٣", "9999999"])
    def test_other_words_are_refused(self, text: str) -> None:
        with pytest.raises(ThresholdRefused, match="whole numbers"):
            steps_from_words(text)


@pytest.mark.django_db
class TestPreview:
    """What it says of the next year comes true; what it says of the last was so."""

    @pytest.fixture(autouse=True)
    def licensed(self) -> Any:
        with time_machine.travel(NOW, tick=False):
            server = a_server(product_version="11.17.2.0 build 54100")
            receive(server, license_file(increment(version="2099.0101", expiry="31-may-2026", count=120)))
            yield

    def lines(self, ladders: Ladders, now: datetime = NOW) -> tuple[list[tuple[date, int]], list[tuple[date, int]]]:
        found = preview(ladders, now=now)
        return tuple(  # type: ignore[return-value]
            [(one.day, one.step) for one in year if "expire" in one.title] for year in (found.last, found.next)
        )

    def test_the_next_year_comes_true(self) -> None:
        evaluate(now=NOW)
        last, coming = self.lines(Ladders.read())
        assert last == [(date(2026, 3, 10), 90)]
        said = []
        for day in range(1, 115):
            done = evaluate(now=NOW + timedelta(days=day))
            said += [(one.at.date(), one.rung) for one in done.notices if one.alert.rule == Kind.LICENSE_EXPIRY and one.reason == "step"]  # noqa: E501  # fmt: skip
        assert coming == [one for one in said if one[1] >= -28]
        again, _ = self.lines(Ladders.read(), now=NOW + timedelta(days=115))
        assert sorted(again) == sorted([*last, *coming])

    def test_what_is_over_is_told_no_longer(self) -> None:
        evaluate(now=NOW)
        License.objects.all().delete()
        evaluate(now=NOW + timedelta(days=60))
        last, coming = self.lines(Ladders.read(), now=NOW + timedelta(days=200))
        assert (min(step for _, step in last), coming) == (30, [])

    def test_a_proposal_changes_nothing(self) -> None:
        ladders = proposed(Scope(rule=Kind.LICENSE_EXPIRY), days=[45])
        assert self.lines(ladders)[1][0] == (date(2026, 4, 16), 45)
        assert not Threshold.objects.exists()
        assert not Alert.objects.exists()
        assert not Notice.objects.exists()

    def test_it_names_who_would_hear(self, ada: User) -> None:
        assert preview(Ladders.read(), now=NOW).next[0].why_nobody == "There is no channel."
        add_channel(ChannelWish(name="Team", way="email", target="team@example.org"), by=ada, now=NOW)
        found = preview(Ladders.read(), now=NOW).next
        expiry = {one.step: (one.channels, one.why_nobody) for one in found if "expire" in one.title}
        assert expiry[30] == (("Team",), "")
        assert expiry[30] == expiry[0]
        muted = preview(proposed(Scope(rule=Kind.LICENSE_EXPIRY), is_muted=True), now=NOW).next
        assert {one.channels for one in muted if "expire" in one.title} == {()}
