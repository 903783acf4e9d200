"""What says a language of a text that must not be mixed? Every part in that language, or an error.

Django would fill gaps with English, or with the language of the installation. A text that somebody agrees to has no
gaps: it is asked for here, from the catalogs alone, whatever language is in force.
"""

import gettext
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.translation import get_language, to_locale

from programs.telling import DECLARATION

ENGLISH = "en"
DOMAIN = "django"


class Untranslated(Exception):
    """This language has no words for a part of the text, which is named."""


class Words(Protocol):
    """One language."""

    def ours(self, english: str) -> str:
        """A sentence of the program. Raises Untranslated."""

    def declared(self, english: str) -> str:
        """A text of a declaration. Raises Untranslated."""


class English:
    """The language that everything is written in."""

    def ours(self, english: str) -> str:
        """As it is."""
        return english

    def declared(self, english: str) -> str:
        """As it is."""
        return english


class Translated:
    """Another language, from the catalogs in LOCALE_PATHS."""

    def __init__(self, language: str) -> None:
        self._catalogs = _catalogs(language, tuple(str(path) for path in settings.LOCALE_PATHS))

    def ours(self, english: str) -> str:
        """What the catalogs say. Raises Untranslated."""
        return self._catalogs.gettext(english)

    def declared(self, english: str) -> str:
        """What the catalogs say. Raises Untranslated."""
        return self._catalogs.pgettext(DECLARATION, english)


def languages() -> Iterator[str]:
    """Every language that somebody may read in, each once: the one in force, English, and the others."""
    others = (code for code, _name in settings.LANGUAGES)
    yield from dict.fromkeys(ENGLISH if is_english(one) else one for one in (reading(), ENGLISH, *others))


def reading() -> str:
    """The language of whoever reads now."""
    return get_language() or ENGLISH


def is_english(language: str) -> bool:
    """Is it English, of whatever country?"""
    return language.partition("-")[0] == ENGLISH


class _Gap(gettext.NullTranslations):
    """Asked last, for what no catalog has."""

    def gettext(self, message: str) -> str:
        raise Untranslated(message)

    def pgettext(self, context: str, message: str) -> str:
        raise Untranslated(message)


@cache
def _catalogs(language: str, folders: tuple[str, ...]) -> gettext.NullTranslations:
    """The catalogs of a language, earlier folders first; read once, as Django does."""
    found: gettext.NullTranslations = _Gap()
    for folder in reversed(folders):
        for path in gettext.find(DOMAIN, folder, [to_locale(language)], all=True):
            with Path(path).open("rb") as file:
                catalog = gettext.GNUTranslations(file)
            catalog.add_fallback(found)
            found = catalog
    return found
