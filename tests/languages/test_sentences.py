"""Are words put together by the signs of the reader's language, and in English as ever?"""

from pathlib import Path

import pytest
from django.test import override_settings
from django.utils.translation import override

from languages import sentences
from languages.catalogs import new_catalog, write_catalog
from languages.compiling import compile_catalogs
from languages.known import catalog_path


@pytest.mark.parametrize(("language", "said"), [("en", "page"), ("fr", "page"), ("de", "Page"), ("ja", "page")])
def test_a_label_inside_of_a_sentence_is_small_but_in_german(language: str, said: str) -> None:
    with override(language):
        assert sentences.inside("Page") == said


@pytest.mark.parametrize("name", ["REST", "REST API", "Licensing Manager itself", "日報", ""])
def test_a_name_inside_of_a_sentence_keeps_its_capitals(name: str) -> None:
    assert sentences.inside(name) == name


@pytest.mark.parametrize(
    ("parts", "list_of_them", "apart", "after"),
    [
        ([], "", "", ""),
        (["a"], "a", "a", "a"),
        (["a", 2, "c"], "a, 2, c", "a; 2; c", "a 2 c"),
        (["50 %", "%(first)s"], "50 %, %(first)s", "50 %; %(first)s", "50 % %(first)s"),
    ],
)
def test_words_are_joined_as_english_does(parts: list[object], list_of_them: str, apart: str, after: str) -> None:
    said = (sentences.listed(parts), sentences.listed_apart(parts), sentences.said_after_each_other(parts))
    assert said == (list_of_them, apart, after)


def test_a_sentence_that_is_not_there_leaves_no_gap() -> None:
    assert sentences.said_after_each_other(["One.", "", "Two."]) == "One. Two."


def test_words_are_joined_by_the_signs_of_the_catalog(tmp_path: Path) -> None:
    catalog = new_catalog("ja")
    catalog.add("%(first)s, %(second)s", "%(first)s、%(second)s", context="two parts of a list")
    catalog.add("%(first)s %(second)s", "%(first)s%(second)s", context="two whole sentences")
    write_catalog(catalog_path("ja", locale=tmp_path), catalog)
    compile_catalogs(tmp_path)
    with override_settings(LOCALE_PATHS=[tmp_path]), override("ja"):
        assert sentences.listed(["甲", "乙", "丙"]) == "甲、乙、丙"
        assert sentences.said_after_each_other(["甲。", "乙。"]) == "甲。乙。"
