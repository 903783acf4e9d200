"""Is a server told when to move, only as surely as the dates are known?"""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override
from pytest_django import Settings

from servers.releases import (
    SHIPPED,
    SHIPPED_SOURCES,
    Release,
    TableUnreadable,
    VersionLimit,
    edited_table,
    limit_of,
    months_after,
    releases,
)

SURE = Release(200, date(2026, 1, 31), None, "vendor")
BOUND = Release(300, None, date(2026, 3, 1), "a page")
UNKNOWN = Release(250, None, None, "a list")


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_the_next_build_sets_the_limit() -> None:
    assert limit_of(100, table=[SURE, BOUND]).due == date(2026, 7, 31)
    assert limit_of(100, table=[SURE, BOUND]).is_sure


def test_a_bound_is_not_sure() -> None:
    limit = limit_of(200, table=[SURE, UNKNOWN, BOUND])
    assert (limit.newer, limit.due, limit.is_sure) == (250, date(2026, 9, 1), False)


def test_an_unknown_date_is_no_verdict() -> None:
    assert limit_of(200, table=[SURE, UNKNOWN]).due is None


def test_the_newest_build_has_no_limit() -> None:
    assert limit_of(300, table=[SURE, BOUND]).newer is None


def test_a_build_that_is_not_listed_is_measured_by_the_next_that_is() -> None:
    assert limit_of(199, table=[SURE]).newer == 200


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 29), date(2028, 2, 29)),
        (date(2026, 6, 1), date(2026, 12, 1)),
    ],
)
def test_months_end_where_the_month_ends(day: date, later: date) -> None:
    assert months_after(day, 6) == later


def test_the_shipped_table_is_whole(folder: Path) -> None:
    table = releases()
    assert [one.build for one in table] == sorted(one.build for one in table)
    assert all(one.source for one in table)


def test_the_own_table_replaces_single_builds_and_is_read_anew(folder: Path) -> None:
    edited_table().write_text('[[build]]\nnumber = 54100\nreleased = 2026-06-01\nsource = "mail"\n')
    assert limit_of(53100, table=releases()).due == date(2026, 12, 1)
    assert len(releases()) > 10


@pytest.mark.parametrize(
    "text",
    [
        "[[build]]\nnumber = 1.5",
        "[[build]]\nnumber = 5\nreleased = 9999-01-01",
        "[[build",
        "build = 3",
        '[[build]]\nnumber = 5\nby = "soon"',
        "\x00",
    ],
)
def test_a_table_that_cannot_be_used_says_so(folder: Path, text: str) -> None:
    edited_table().write_text(text)
    with pytest.raises(TableUnreadable, match=r"releases\.toml in the data folder cannot be used"):
        releases()


def test_every_source_of_the_shipped_table_can_be_translated() -> None:
    rows = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["build"]
    assert {row["source"] for row in rows} == set(SHIPPED_SOURCES)


def test_a_source_is_said_in_the_language_of_the_reader_and_ones_own_as_it_was_typed() -> None:
    shipped, own = (
        VersionLimit(1, None, is_sure=False, source=words) for words in (SHIPPED_SOURCES[1], "Our own notes")
    )
    with override("de"):
        assert shipped.source_words != shipped.source
        assert own.source_words == "Our own notes"
