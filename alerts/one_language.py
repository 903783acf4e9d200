"""How are the clocks of ten thousand servers said in half the time? By asking for the language once, not at each word.

Django asks which language is active at every sentence, and the clocks say half a million of them once a minute.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import translation

OF_ENGLISH = "en"


class _Known(dict[str, str]):
    """Sentences of one language, each looked up at its first use."""

    def __init__(self) -> None:
        super().__init__()
        self.is_english = (translation.get_language() or OF_ENGLISH).startswith(OF_ENGLISH)
        self.counted: dict[tuple[str, int], str] = {}

    def __missing__(self, sentence: str) -> str:
        found = self[sentence] = translation.gettext(sentence)
        return found


_KNOWN: ContextVar[_Known | None] = ContextVar("known sentences", default=None)


@contextmanager
def in_one_language() -> Iterator[None]:
    """Nobody changes the language inside; then `gettext` below is a look into a table."""
    token = _KNOWN.set(_Known())
    try:
        yield
    finally:
        _KNOWN.reset(token)


def gettext(sentence: str) -> str:
    """As Django's."""
    known = _KNOWN.get()
    return translation.gettext(sentence) if known is None else known[sentence]


def ngettext(singular: str, plural: str, number: int) -> str:
    """As Django's."""
    known = _KNOWN.get()
    if known is None:
        return translation.ngettext(singular, plural, number)
    found = known.counted.get((singular, number))
    if found is None:
        found = known.counted[singular, number] = translation.ngettext(singular, plural, number)
    return found


def is_english() -> bool:
    """Is the language of the moment English, of any country?"""
    known = _KNOWN.get()
    if known is None:
        return (translation.get_language() or OF_ENGLISH).startswith(OF_ENGLISH)
    return known.is_english
