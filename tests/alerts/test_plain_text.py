"""Is text of others fit for calendars, feeds and metrics?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from alerts.plain_text import lines, one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ls1", "ls1"),
        ("a\x00b\x1b[31m", "a b [31m"),
        ("one\r\ntwo\u2028three\u0085four", "one two three four"),
        ("\ud800x", "x"),
        ("\ufffe\uffff\U0001ffff\ufdd0x", "x"),
        ("Zürich 東京 😀", "Zürich 東京 😀"),
        ("", ""),
    ],
)
def test_it_leaves_nothing_that_ends_a_line_or_is_no_text(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_it_keeps_lines_where_lines_are_meant() -> None:
    assert lines("a\x07 b\r\nc\rd\n") == "a b\nc\nd"


@given(st.text(alphabet=st.characters(codec=None)))
def test_an_xml_parser_takes_whatever_is_left(text: str) -> None:
    shown = lines(text)
    root = etree.Element("x")
    root.text = shown
    assert (etree.fromstring(etree.tostring(root, encoding="utf-8")).text or "") == shown
    assert len(one_line(text).splitlines()) <= 1
