"""How are words put together that are known only now? A list, sentences after each other, a label inside of one.

The signs between them are asked of translators: Japanese has 、 where English has a comma and a space, and nothing
between two sentences.
"""

from collections.abc import Iterable

from django.utils.translation import get_language, pgettext

NAMES = ("Licensing Manager",)  # a label that begins with one keeps its capital


def listed(parts: Iterable[object]) -> str:
    """The parts of a list, "a, b, c" in English."""
    return between_parts().join(str(one) for one in parts)


def between_parts() -> str:
    """What stands between two parts of a list: a comma and a space in English."""
    return _between(pgettext("two parts of a list", "%(first)s, %(second)s"))


def listed_apart(parts: Iterable[object]) -> str:
    """The parts of a list in which a part may have commas itself, "a, b; c" in English."""
    return _between(pgettext("two parts of a list", "%(first)s; %(second)s")).join(str(one) for one in parts)


def said_after_each_other(sentences: Iterable[object]) -> str:
    """Whole sentences, one after the other; those that are empty are left out."""
    return between_sentences().join(words for one in sentences if (words := str(one)))


def between_sentences() -> str:
    """What stands between two whole sentences: a space in English, nothing in Japanese."""
    return _between(pgettext("two whole sentences", "%(first)s %(second)s"))


def full_stop() -> str:
    """What stands between words without a full stop and the sentence behind them: the stop and a space in English."""
    return _between(pgettext("two whole sentences", "%(first)s. %(second)s"))


def inside(label: str) -> str:
    """With a small letter first, but for names and abbreviations, and for German, which writes its nouns with a
    capital wherever they stand."""
    is_german, first = (get_language() or "").startswith("de"), label.split(" ", maxsplit=1)[0]
    if is_german or label.startswith(NAMES) or (len(first) > 1 and first.isupper()):
        return label
    return label[:1].lower() + label[1:]


def _between(pattern: str) -> str:
    return pattern % {"first": "", "second": ""}
