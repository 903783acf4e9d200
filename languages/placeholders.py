"""Can a translation stand where the sentence stood? What is filled in, the markup and the edges have to be the same."""

import re
from collections import Counter
from collections.abc import Sequence

FILLED_IN = re.compile(r"%%|%(?:\(\w+\))?[#0\-+]*\d*(?:\.\d+)?[a-zA-Z]|\{[^{}\s]*\}|</?[a-zA-Z][^<>]*>")

PATTERN = "pattern of a date"  # the context of what languages/dates.py asks for
IN_A_PATTERN = re.compile(r"\\.|[A-Za-z]")
KNOWN = frozenset("DljdnmMbFNYyHGis")  # of Django's date filter: weekday, day, month, year, clock


def parts(text: str) -> Counter[str]:
    """What a sentence has filled in, and its markup, each with how often."""
    return Counter(FILLED_IN.findall(text))


def complaint(text: str, plural: str, forms: Sequence[str], *, context: str = "") -> str:
    """Why these forms cannot stand for the sentence; empty where they can.

    A form that is only for the number one may say "one" in words; every other form has what the plural has.
    """
    if context == PATTERN:
        return _pattern_complaint(forms[0])
    for number, form in enumerate(forms):
        allowed = [parts(plural)] if plural else [parts(text)]
        if plural and number == 0 and len(forms) > 1:
            allowed.append(parts(text))
        if parts(form) not in allowed:
            return f"{sorted(parts(form).elements())} are filled in, and not {sorted(allowed[0].elements())}"
        if _edges(form) != _edges(plural or text):
            return "spaces at the beginning or the end differ"
    return ""


def says_something(text: str) -> bool:
    """Are there words in it, beside what is filled in? Without any, it is the same in every language."""
    return bool(re.search(r"[^\W\d_]{2,}", FILLED_IN.sub(" ", text)))


def _pattern_complaint(pattern: str) -> str:
    letters = [found for found in IN_A_PATTERN.findall(pattern) if len(found) == 1]
    unknown = sorted(set(letters) - KNOWN)
    if unknown:
        return f"{unknown} are no letters of a date here; put a backslash before each letter of a word: \\d\\e"
    return ""


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
