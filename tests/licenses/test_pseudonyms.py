"""Is a name always the same word, and never readable again?"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from licenses.pseudonyms import at_rest, pseudonym


def test_names_are_clear_unless_somebody_asks_for_pseudonyms(settings: Settings) -> None:
    settings.PSEUDONYMIZE_NAMES = False
    assert at_rest("Ada") == ("Ada", False)


def test_names_are_pseudonyms_where_somebody_asked(settings: Settings) -> None:
    settings.PSEUDONYMIZE_NAMES = True
    assert at_rest("Ada") == (pseudonym("Ada"), True)


@pytest.mark.parametrize("same", ["ADA", "ada", "aDa"])
def test_the_same_person_is_the_same_word_in_any_case(same: str) -> None:
    assert pseudonym(same) == pseudonym("Ada")


@pytest.mark.parametrize(("one", "other"), [("ada", "ada "), ("HARBOR\\ada", "ada"), ("straße", "strase"), ("a", "b")])
def test_other_names_are_other_words(one: str, other: str) -> None:
    assert pseudonym(one) != pseudonym(other)


def test_another_installation_has_another_word(settings: Settings) -> None:
    first = pseudonym("ada")
    settings.SECRET_KEY = "another"
    assert pseudonym("ada") != first


@given(name=st.text(max_size=300) | st.text(alphabet=st.characters(categories=["Cs"]), max_size=5))
def test_any_name_has_a_word_of_one_form(name: str) -> None:
    assert re.fullmatch("anon-[0-9a-f]{24}", pseudonym(name))
