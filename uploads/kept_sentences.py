"""How is a sentence kept in a row, so that everybody reads it in their own language later?

It is text in the language of the installation, and beside it stands what it was made from: the English sentence with
its gaps, and what fills them. Whoever reads it makes it anew; where that fails, the text itself is shown.
"""

from typing import Any

from django.utils.translation import gettext

from languages.sentences import said_after_each_other


class KeptSentence(str):
    """One sentence or several. `parts` is what they were made from, ready for JSON: English words, what fills them."""

    parts: list[list[Any]]


def kept(english: str, **facts: str | float) -> KeptSentence:
    """The sentence now. Whoever calls has marked `english` for the catalogs, with `gettext_noop`."""
    return _as_kept([[english, facts]] if english else [])


def and_then(first: KeptSentence, second: KeptSentence) -> KeptSentence:
    """One after the other."""
    return _as_kept([*first.parts, *second.parts])


def again(parts: list[list[Any]]) -> KeptSentence:
    """From the parts that somebody else has."""
    return _as_kept(parts)


def said(parts: Any, *, text: str) -> str:
    """The sentence for whoever reads now; `text` where nothing usable was kept beside it."""
    try:
        return _filled(parts) or text
    except (TypeError, ValueError, KeyError, AttributeError):
        return text


def _as_kept(parts: list[list[Any]]) -> KeptSentence:
    sentence = KeptSentence(_filled(parts))
    sentence.parts = parts
    return sentence


def _filled(parts: list[list[Any]]) -> str:
    return said_after_each_other(gettext(english) % facts if facts else gettext(english) for english, facts in parts)
