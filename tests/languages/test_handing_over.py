"""Does what translators hand back reach the catalog, and nothing that would break a page?"""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from languages.catalogs import new_catalog, read_catalog, write_catalog
from languages.handing_over import missing, take
from languages.known import catalog_path
from languages.same_words import add_same, same_words


@pytest.fixture(autouse=True)
def same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of same words that no test leaves behind."""
    file = tmp_path / "same_words.txt"
    file.write_text("# What is the same.\nfr: Sign in\n")
    monkeypatch.setattr("languages.handing_over.same_words", partial(same_words, file=file))
    monkeypatch.setattr("languages.handing_over.add_same", partial(add_same, file=file))
    return file


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """A German and a Japanese catalog with three sentences, none translated."""
    for code in ("de", "ja"):
        catalog = new_catalog(code)
        catalog.add("Sign in", locations=[("b.html", 0)])
        catalog.add("Hello <strong>%(name)s</strong>, {n}", locations=[("a.html", 0)], context="greeting")
        catalog.add(("One day", "%(n)d days"), locations=[("c.py", 0)], auto_comments=["of the calendar"])
        write_catalog(catalog_path(code, locale=tmp_path), catalog)
    return tmp_path


def test_it_hands_out_what_is_missing_in_the_order_of_its_places(locale: Path) -> None:
    first, second, third = missing("de", locale=locale)
    assert (first["n"], first["text"], first["context"]) == (1, "Hello <strong>%(name)s</strong>, {n}", "greeting")
    assert (second["text"], second["places"]) == ("Sign in", ["b.html"])
    assert (third["plural"], third["forms"], third["comment"]) == ("%(n)d days", 2, "of the calendar")
    assert missing("ja", locale=locale)[2]["forms"] == 1


def test_what_comes_back_is_in_the_catalog_and_missing_no_more(locale: Path) -> None:
    hello, sign_in, days = (one["key"] for one in missing("de", locale=locale))
    given: list[dict[str, Any]] = [
        {"key": hello, "text": "{n}: Hallo <strong>%(name)s</strong>"},
        {"key": sign_in, "text": "Anmelden"},
        {"key": days, "forms": ["Ein Tag", "%(n)d Tage"]},
    ]
    assert take("de", given, locale=locale) == (3, [])
    assert missing("de", locale=locale) == []
    everything = missing("de", everything=True, locale=locale)
    assert [one["translation"] for one in everything][1:] == ["Anmelden", ("Ein Tag", "%(n)d Tage")]
    assert read_catalog(catalog_path("de", locale=locale), "de").get("Sign in").string == "Anmelden"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Hallo <strong>%(nome)s</strong>, {n}", "are filled in"),
        ("Hallo %(name)s, {n}", "are filled in"),
        ("Hallo <strong>%(name)s</strong>", "are filled in"),
        ("Hallo <strong>%(name)s</strong>, {n} %(name)s", "are filled in"),
        ("Hallo <strong onclick=x>%(name)s</strong>, {n}", "are filled in"),
        (" Hallo <strong>%(name)s</strong>, {n}", "spaces"),
        ("  ", "empty"),
    ],
)
def test_what_would_break_the_page_is_refused_with_the_reason(locale: Path, text: str, wrong: str) -> None:
    hello, sign_in, _ = (one["key"] for one in missing("de", locale=locale))
    taken, (reason,) = take("de", [{"key": hello, "text": text}, {"key": sign_in, "text": "Anmelden"}], locale=locale)
    assert taken == 1
    assert wrong in reason
    assert len(missing("de", locale=locale)) == 2


@pytest.mark.parametrize(
    ("language", "forms", "wrong"),
    [
        ("de", ["Ein Tag"], "1 forms were given, 2 are needed"),
        ("de", ["Ein Tag", "Tage"], "are filled in"),
        ("ja", ["1日", "%(n)d日"], "2 forms were given, 1 are needed"),
        ("ja", ["1日"], "are filled in"),  # the only form is for every number
    ],
)
def test_every_plural_form_has_to_be_there_with_its_number(
    locale: Path, language: str, forms: list[str], wrong: str
) -> None:
    days = missing(language, locale=locale)[2]["key"]
    taken, (reason,) = take(language, [{"key": days, "forms": forms}], locale=locale)
    assert (taken, wrong in reason) == (0, True)


def test_a_sentence_that_is_said_no_more_is_refused(locale: Path) -> None:
    taken, (reason,) = take("de", [{"key": "000000000000", "text": "Fort"}], locale=locale)
    assert (taken, "no sentence has this key" in reason) == (0, True)


def test_what_stays_english_has_to_be_meant_so_and_is_noted(locale: Path, same: Path) -> None:
    key = missing("de", locale=locale)[1]["key"]
    taken, (reason,) = take("de", [{"key": key, "text": "Sign in"}], locale=locale)
    assert (taken, "the same as in English" in reason) == (0, True)
    assert take("de", [{"key": key, "text": "Sign in", "same": True}], locale=locale) == (1, [])
    assert same.read_text() == "# What is the same.\nde: Sign in\nfr: Sign in\n"
    assert take("de", [{"key": key, "text": "Sign in"}], locale=locale) == (1, [])


@pytest.mark.parametrize(
    ("pattern", "is_right"), [("j. M Y", True), ("Y年n月j日 (D)", True), (r"j \d\e M", True), ("j de M", False)]
)
def test_a_word_in_a_pattern_of_a_date_is_no_letter_of_it(locale: Path, pattern: str, is_right: bool) -> None:
    catalog = read_catalog(catalog_path("de", locale=locale), "de")
    catalog.add("j M Y", context="pattern of a date")
    write_catalog(catalog_path("de", locale=locale), catalog)
    key = next(one["key"] for one in missing("de", locale=locale) if one["text"] == "j M Y")
    taken, _ = take("de", [{"key": key, "text": pattern}], locale=locale)
    assert taken == is_right
