"""Is every word that a person reads translated? A language that no one speaks, in which each sentence looks foreign.

Every letter of a sentence becomes a wide one, what is filled in stays as it is, and a sentence that the catalogs would
not hold stays English. So whatever plain letters are left are data, or were forgotten.
"""

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.utils import translation
from django.utils.translation import trans_real

from languages.extracting import found_sentences

CODE = "de"  # stands for any other language: its forms of dates and numbers are real
GAP = re.compile(r"%\([a-z_0-9]+\)[sd]|%%|\{[a-z_0-9]*\}|<[^>]*>")
WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}
PLAIN = re.compile(r"\b[A-Za-z]{2,}\b")


@cache
def _known() -> frozenset[str]:
    return frozenset(text for one in found_sentences() for text in (one.text, one.plural))


def foreign(sentence: str) -> str:
    """The sentence in the language that no one speaks; its gaps stay."""
    parts, rest = [], 0
    for gap in GAP.finditer(sentence):
        parts += [sentence[rest : gap.start()].translate(WIDE), gap.group()]
        rest = gap.end()
    return "".join([*parts, sentence[rest:].translate(WIDE)])


class _Pseudo(gettext.NullTranslations):
    """What Django asks for the words of a language."""

    def __init__(self, real: gettext.NullTranslations) -> None:
        super().__init__()
        self.real = real

    def gettext(self, message: str) -> str:
        """Foreign where the catalogs would hold it. Django's own words are its own catalogs' business."""
        context, _, text = message.rpartition("\x04")
        if context == "pattern of a date":
            return text
        return foreign(text) if text in _known() else self.real.gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Singular or plural, as in English."""
        return self.gettext(msgid1 if n == 1 else msgid2)

    def language(self) -> str:
        """The code under which it is active."""
        return CODE

    to_language = language


@contextmanager
def pseudo_language() -> Iterator[str]:
    """Inside, the language of this code is the one that no one speaks."""
    before = trans_real.translation(CODE)
    trans_real._translations[CODE] = _Pseudo(before)  # type: ignore[attr-defined]
    try:
        yield CODE
    finally:
        trans_real._translations[CODE] = before  # type: ignore[attr-defined]
        translation.deactivate()


def plain_words(text: str, *, but: str = "") -> list[str]:
    """Words in plain letters, without those of `but`: what of it is data is for the test to say."""
    data = set(PLAIN.findall(but))
    return [word for word in PLAIN.findall(text) if word not in data]
