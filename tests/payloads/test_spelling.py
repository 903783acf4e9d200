"""Is every value spelled as documented, on any machine?"""

import json
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payloads.spelling import DATES, json_value, spell
from payloads.values import Value
from programs.catalog import DATE_FORMATS, Element

MICRO, MILLI = "in UTC with microseconds", "in UTC with milliseconds"
NEW_YORK = ZoneInfo("America/New_York")


def element(type_name: str, format_: str = "") -> Element:
    words = dict.fromkeys(("section", "name", "description", "purpose", "collector", "since", "source"), "x")
    return Element(
        **words, type=type_name, format=format_, identifies="none", scrambled=False, evidence="ours"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "type_name", "format_", "text"),
    [
        (datetime(2022, 10, 10, 6, 11, 14, 999, tzinfo=UTC), "datetime", "", "2022-10-10T06:11:14Z"),
        (datetime(2022, 10, 10, 2, 11, 14, tzinfo=NEW_YORK), "datetime", "", "2022-10-10T06:11:14Z"),
        (datetime(2021, 8, 27, 4, 22, 56, 745631, tzinfo=UTC), "datetime", MICRO, "2021-08-27T04:22:56.745631Z"),
        (datetime(2021, 8, 27, 4, 22, 56, tzinfo=UTC), "datetime", MICRO, "2021-08-27T04:22:56.000000Z"),
        (datetime(2011, 8, 12, 20, 17, 46, 384999, tzinfo=UTC), "datetime", MILLI, "2011-08-12T20:17:46.384Z"),
        (datetime(2022, 1, 2, 2, 11, 14, tzinfo=NEW_YORK), "local_datetime", "", "01/02/2022 02:11:14"),
        (date(2022, 12, 31), "css_date", "", "2022.1231"),
        (date(2020, 12, 1), "date", "M/D/YYYY", "12/1/2020"),
        (date(2003, 12, 1), "date", "D-Mon-YY", "1-Dec-03"),
        (date(2014, 12, 31), "date", "DD-Mon-YYYY", "31-Dec-2014"),
        (date(2025, 1, 5), "date", "YYYY-MM-DD", "2025-01-05"),
        (UUID(int=1), "guid", "", "00000000-0000-0000-0000-000000000001"),
        (1203, "int", "", "1203"),
        (True, "bool", "", "1"),
        (False, "bool", "", "0"),
        ("", "string", "", ""),
    ],
)  # fmt: skip
def test_it_spells_values_as_documented(value: Value, type_name: str, format_: str, text: str) -> None:
    assert spell(value, element(type_name, format_)) == text


def test_it_knows_every_format_that_can_be_declared() -> None:
    assert set(DATES) == DATE_FORMATS


@pytest.mark.parametrize(
    ("value", "type_name", "found"),
    [
        (7, "int", 7),
        (True, "bool", True),
        (("a", "\ud800"), "list", ["a", "\ufffd"]),
        ("\x00", "string", "\ufffd"),
        (UUID(int=1), "guid", "00000000-0000-0000-0000-000000000001"),
        (date(2022, 12, 31), "css_date", "2022.1231"),
    ],
)
def test_json_has_numbers_truth_values_and_lists(value: Value, type_name: str, found: object) -> None:
    assert json_value(value, element(type_name)) == found


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_written_as_json(text: str) -> None:
    assert json.dumps(json_value(text, element("string")), ensure_ascii=False).encode()
