"""Is every encoding recognized, and no byte refused?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licenses.formats.text import decode


@pytest.mark.parametrize(
    ("raw", "encoding", "text"),
    [
        (b"", "ascii", ""),
        (b"SERVER", "ascii", "SERVER"),
        (b"\xef\xbb\xbfSERVER", "utf-8-sig", "SERVER"),
        ("Grün".encode(), "utf-8", "Grün"),
        ("Grün".encode("cp1252"), "cp1252", "Grün"),
        ("Renée Désirée".encode("cp1252"), "cp1252", "Renée Désirée"),
        ("Köln GmbH".encode("cp1252"), "cp1252", "Köln GmbH"),
        (b"\x81\x8d\xe9", "latin-1", "\x81\x8d\xe9"),
        ("株式会社ソフト表".encode("cp932"), "cp932", "株式会社ソフト表"),
        ("SERVER é".encode("utf-16"), "utf-16", "SERVER é"),
        ("SERVER é".encode("utf-16-be"), "cp1252", None),
        (b"\xfe\xff" + "SERVER é".encode("utf-16-be"), "utf-16", "SERVER é"),
        (b"\xef\xbb\xbfGr\xfcn", "cp1252", "Grün"),
    ],
)
def test_it_finds_the_encoding(raw: bytes, encoding: str, text: str | None) -> None:
    decoded = decode(raw)
    assert decoded.encoding == encoding
    assert text is None or decoded.text == text


def test_it_tries_cp932_first_for_a_japanese_server() -> None:
    raw = "ｼﾄﾘｯｸｽ".encode("cp932")
    assert decode(raw, japanese=True).text == "ｼﾄﾘｯｸｽ"
    assert decode(raw).encoding == "cp1252"


@pytest.mark.parametrize(
    ("raw", "eol"),
    [(b"a", "none"), (b"a\nb\n", "LF"), (b"a\r\nb\r\n", "CRLF"), (b"a\rb\r", "CR"), (b"a\nb\r\n", "mixed")],
)
def test_it_names_the_line_ends_and_makes_them_line_feeds(raw: bytes, eol: str) -> None:
    decoded = decode(raw)
    assert decoded.eol == eol
    assert "\r" not in decoded.text


def test_it_tells_a_byte_order_mark() -> None:
    assert decode(b"\xef\xbb\xbfa").had_bom
    assert not decode(b"a").had_bom


@settings(max_examples=200, deadline=None)
@given(st.binary(), st.booleans())
def test_it_never_refuses_a_byte(raw: bytes, japanese: bool) -> None:
    decoded = decode(raw, japanese=japanese)
    assert decoded.text.count("\n") >= raw.count(b"\r\n") or decoded.encoding == "utf-16"
