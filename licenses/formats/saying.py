"""How is a finding said, so that everybody reads it in their own language later? English, with what it was made from.

The readers of files are pure and know of no language. They give each sentence to `say`, where the workshop of the
catalogs finds it (`languages/extracting.py`); whoever shows it makes it anew from its parts.
"""

from typing import Any


class Sentence(str):
    """One sentence in English. `parts` is ready for JSON: a list of English words with gaps, and what fills them."""

    parts: list[list[Any]]


def say(english: str, **facts: str | int) -> Sentence:
    """The sentence, its gaps written as `%(name)s`; without facts there is no gap, and a percent sign is one."""
    sentence = Sentence(english % facts if facts else english)
    sentence.parts = [[english, facts]]
    return sentence


def say_both(first: str, second: str) -> Sentence:
    """One after the other, as one."""
    sentence = Sentence(f"{first} {second}")
    sentence.parts = [*_parts(first), *_parts(second)]
    return sentence


def parts_of(sentence: str) -> list[list[Any]]:
    """What it was made from; empty for a text that nobody gave to `say`."""
    return getattr(sentence, "parts", [])


def _parts(sentence: str) -> list[list[Any]]:
    return parts_of(sentence) or [["%(words)s", {"words": sentence}]]
