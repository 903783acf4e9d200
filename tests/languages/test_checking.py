"""Does the check find everything that is wrong in a catalog, and nothing in one that is whole?"""

from typing import Any

import pytest

from languages.catalogs import new_catalog
from languages.checking import faults
from languages.extracting import Sentence

FOUND = [Sentence("Sign in", "", "", "a.html"), Sentence("%(n)d day", "%(n)d days", "", "a.py")]
WHOLE: dict[Any, Any] = {"Sign in": "Anmelden", ("%(n)d day", "%(n)d days"): ("%(n)d Tag", "%(n)d Tage")}


def found_in(translations: dict[Any, Any], *, flags: tuple[str, ...] = (), same: frozenset[str] = frozenset()) -> str:
    catalog = new_catalog("de")
    for words, translation in translations.items():
        catalog.add(words, translation, flags=flags)
    return "\n".join(faults(catalog, FOUND, same=same))


def test_a_whole_catalog_has_no_fault() -> None:
    assert found_in(WHOLE) == ""


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"Sign in": ""}, "'Sign in': not translated"),
        ({"Sign in": "Sign in"}, "the same as in English"),
        ({"Sign in": "Anmelden %(n)s"}, "are filled in"),
        ({"Gone": "Fort"}, "said no more: 'Gone'"),
        ({("%(n)d day", "%(n)d days"): ("%(n)d Tag", "")}, "not translated"),
        ({("%(n)d day", "%(n)d days"): ("%(n)d Tag",)}, "1 plural forms instead of 2"),
        ({("%(n)d day", "%(n)d days"): ("%(n)d Tag", "Tage")}, "are filled in"),
    ],
)
def test_each_fault_is_told(change: dict[Any, Any], fault: str) -> None:
    assert fault in found_in(WHOLE | change)


def test_a_sentence_that_the_catalog_lacks_is_told() -> None:
    assert "not in the catalog: 'Sign in'" in found_in({("%(n)d day", "%(n)d days"): ("%(n)d Tag", "%(n)d Tage")})


def test_an_unsure_translation_does_not_count() -> None:
    assert "'Sign in': marked as unsure" in found_in(WHOLE, flags=("fuzzy",))


def test_a_word_may_be_the_same_where_somebody_looked() -> None:
    assert found_in(WHOLE | {"Sign in": "Sign in"}, same=frozenset({"Sign in"})) == ""
