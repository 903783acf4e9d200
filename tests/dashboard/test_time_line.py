"""Can every clock be found on the line, and every word on it be read, however many there are?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.clock import Clock, Shape, State
from dashboard.clock_list import SHOWN, clock_list
from dashboard.time_line import NARROWEST, SMALL, STEPS, WIDE, Mark, TimeLine, pixels, time_line, words_left
from tests.dashboard.clocks import TODAY, a_clock, ten_clocks

LETTER_HEIGHT, FOOT = 12, 4


@dataclass(frozen=True)
class Box:
    """What words take, in pixels."""

    x1: float
    x2: float
    y1: float
    y2: float

    def meets(self, other: "Box") -> bool:
        return self.x1 < other.x2 and other.x1 < self.x2 and self.y1 < other.y2 and other.y1 < self.y2


def box_of(mark: Mark, *, width: float) -> Box:
    """Measured as a browser draws it, from the numbers of the mark alone."""
    label = mark.label
    assert label
    lines = (f"{label.left} {label.name}", label.date)
    wide = max(pixels(line) for line in lines)
    x = mark.x * width / 100
    x1, x2 = (x - 8 - wide, x - 8) if label.is_left else (x + 8, x + 8 + wide)
    return Box(x1, x2, label.y - LETTER_HEIGHT, label.y + 15 + FOOT)


def leader_of(mark: Mark, *, width: float) -> Box:
    assert mark.label
    x = mark.x * width / 100
    return Box(x, x + 1, min(mark.y, mark.label.leader_to), max(mark.y, mark.label.leader_to))


def troubles(line: TimeLine, *, width: float) -> list[str]:
    """What a reader would complain about."""
    labeled = [mark for mark in line.marks if mark.label]
    found = []
    for one, other in combinations(labeled, 2):
        if box_of(one, width=width).meets(box_of(other, width=width)):
            found.append(f"{one.label} on {other.label}")
    for one in labeled:
        box = box_of(one, width=width)
        if box.x1 < 0 or box.x2 > width or box.y1 < 0 or box.y2 > line.height:
            found.append(f"{one.label} leaves the drawing")
        for other in line.marks:
            x = other.x * width / 100
            if other is not one and Box(x - 6, x + 6, other.y - 6, other.y + 6).meets(box):
                found.append(f"the mark at {other.x} % lies on {one.label}")
        others = (other for other in labeled if other is not one and leader_of(other, width=width).meets(box))
        found.extend(f"the leader of {other.label} crosses {one.label}" for other in others)
    return found


titles = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=60)
days = st.one_of(st.integers(-400, 400), st.integers(0, 40), st.integers(-700_000, 2_900_000))


@st.composite
def clocks(draw: Callable[..., object]) -> Clock:
    left: int = draw(days)  # type: ignore[assignment]
    shape: Shape = draw(st.sampled_from(list(Shape)))  # type: ignore[assignment]
    title: str = draw(titles)  # type: ignore[assignment]
    facts = {}
    if shape == Shape.FORECAST and -1000 < left < 1000:
        facts = {"earliest": TODAY + timedelta(days=left - 4), "latest": TODAY + timedelta(days=left + 9)}
    return a_clock(left, title, shape=shape, **facts)


@settings(max_examples=300, deadline=None)
@given(st.lists(clocks(), max_size=60), st.sampled_from([NARROWEST, 1140.0, 1600.0]))
def test_no_line_runs_through_a_label_and_no_two_labels_meet(found: list[Clock], width: float) -> None:
    assert troubles(time_line(found, today=TODAY), width=width) == []


@settings(max_examples=200, deadline=None)
@given(st.lists(clocks(), max_size=60))
def test_every_clock_has_a_mark_on_its_side_of_the_ruler(found: list[Clock]) -> None:
    line = time_line(found, today=TODAY)
    drawn = {(mark.x, mark.shape) for mark in line.marks}
    assert {(WIDE.x(one.days_left or 0), one.shape) for one in found} == drawn
    assert all((mark.y < line.top) == (mark.shape == Shape.FIXED) for mark in line.marks)


@settings(deadline=None)
@given(st.lists(clocks(), min_size=1, max_size=60))
def test_the_nearest_of_each_side_is_always_named(found: list[Clock]) -> None:
    line = time_line(found, today=TODAY)
    for is_above in (True, False):
        side = [mark for mark in line.marks if (mark.shape == Shape.FIXED) is is_above]
        assert not side or side[0].label


@given(days, days, st.sampled_from([WIDE, SMALL]))
def test_what_is_later_never_stands_farther_left(one: int, other: int, scale: object) -> None:
    first, second = sorted((one, other))
    assert 0 < scale.x(first) <= scale.x(second) < 100  # type: ignore[attr-defined]


def test_the_steps_are_equally_far_apart_and_straight_in_between() -> None:
    places = [WIDE.x(step) for step in STEPS]
    assert {round(later - earlier, 1) for earlier, later in pairwise(places)} == {12.3}
    assert (WIDE.x(0), WIDE.x(7), WIDE.x(4), WIDE.x(365)) == (8, 20.29, 15.02, 94)
    assert WIDE.x(45) == pytest.approx((WIDE.x(30) + WIDE.x(60)) / 2, abs=0.01)


def test_what_is_over_stands_in_its_field_and_what_is_beyond_a_year_at_the_edge() -> None:
    assert 1 <= WIDE.x(-1000) == WIDE.x(-30) < WIDE.x(-1) < 8
    assert WIDE.x(366) == WIDE.x(100_000) == 97


def test_all_ten_clocks_of_the_design_have_words() -> None:
    line = time_line(ten_clocks(), today=TODAY)
    titles = [one.title.replace("licenses expire", "expire") for one in sorted_by_side()]
    assert [mark.label.name for mark in line.marks if mark.label] == titles
    assert line.summary == "10 clocks: 1 within 7 days or over, 2 within 30 days, 7 later. The list below gives each."


def sorted_by_side() -> list[Clock]:
    return sorted(ten_clocks(), key=lambda one: (one.shape != Shape.FIXED, one.days_left))


def test_only_marks_within_thirty_days_carry_color() -> None:
    line = time_line([a_clock(left, str(left)) for left in (-3, 7, 8, 30, 31)], today=TODAY)
    assert [mark.sign for mark in line.marks] == ["act", "act", "plan", "plan", ""]


def test_a_clock_that_was_just_set_back_carries_no_color() -> None:
    clocks = [a_clock(left, shape=Shape.RESETS, period=7) for left in (6, 4, 3, -1)]
    assert [mark.sign for mark in time_line(clocks, today=TODAY).marks] == ["act", "act", "", ""]
    assert time_line(clocks, today=TODAY).summary.startswith("4 clocks: 2 within 7 days or over, 2 later.")


def test_a_forecast_shows_its_range() -> None:
    forecast = a_clock(19, shape=Shape.FORECAST, earliest=date(2026, 3, 25), latest=date(2026, 4, 8))
    (mark,) = time_line([forecast], today=TODAY).marks
    assert mark.span == (WIDE.x(15), WIDE.x(29))
    assert mark.label
    assert mark.label.date == "25 Mar to 8 Apr, forecast"


def test_a_hundred_licenses_that_end_on_one_day_are_one_mark() -> None:
    (mark,) = time_line([a_clock(40, f"License {number}") for number in range(100)], today=TODAY).marks
    assert mark.label
    assert mark.label.name == "License 0 and 99 more"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "1 day"),
        (999, "999 days"),
        (-1, "1 day over"),
        (-30, "30 days over"),
        (-6500, "17 years over"),
    ],
)
def test_the_days_are_told_in_words(days: int, words: str) -> None:
    assert words_left(days) == words


def test_a_line_without_clocks_is_still_a_ruler() -> None:
    line = time_line([a_clock(3, days_left=None)], today=TODAY)
    assert (line.marks, line.top, line.summary) == ((), 23, "No clock has a date yet.")
    assert [step.on for step in line.steps][:2] == [TODAY, date(2026, 3, 17)]


def test_the_list_has_every_clock_and_keeps_the_dark_apart_from_the_idle() -> None:
    dark = a_clock(0, "Server version", state=State.UNKNOWN, due=None, days_left=None)
    idle = a_clock(0, "Activation lease", state=State.NOT_APPLICABLE, due=None, days_left=None)
    many = [a_clock(left, str(left)) for left in range(SHOWN, -5, -1)]
    found = clock_list([dark, idle, *many], None, today=TODAY)
    assert [row.clock.days_left for row in found.rows] == list(range(-4, SHOWN + 1))
    assert found.nearest
    assert found.nearest.left == "4 days over"
    assert (found.dark, found.idle, len(found.shown)) == ((dark,), (idle,), SHOWN)
    assert len(clock_list(many, None, today=TODAY, all_of_them=True).shown) == len(many)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"days": -1, "due": None}, "Now"),
        ({"days": -3, "due": None}, "3 days over"),
        ({"days": -1, "due": TODAY, "shape": Shape.FORECAST}, "Now"),
        ({"days": -1, "due": TODAY, "shape": Shape.RESETS}, "1 day over"),
        ({"days": -1}, "1 day over"),
        ({"days": 0}, "today"),
    ],
)
def test_what_stands_still_or_is_full_now_is_not_said_to_be_over_for_a_day(facts: dict[str, Any], words: str) -> None:
    (row,) = clock_list([a_clock(**facts)], None, today=TODAY).rows
    assert row.left == words


def test_a_forecast_of_one_day_names_it_once() -> None:
    (mark,) = time_line([a_clock(19, shape=Shape.FORECAST, earliest=TODAY, latest=TODAY)], today=TODAY).marks
    assert mark.label
    assert mark.label.date == "Sun 29 Mar, forecast"


def test_the_test_of_the_words_would_notice_a_label_on_a_label() -> None:
    one, other = (time_line([a_clock(left)], today=TODAY).marks[0] for left in (40, 41))
    assert troubles(TimeLine((one, other), (), (), 54, 120, ""), width=NARROWEST) != []
