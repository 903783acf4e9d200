"""Can a translation stand where the sentence stood? What is filled in, the markup and the edges have to be the same."""

import re
from collections import Counter
from collections.abc import Sequence

FILLED_IN = re.compile(r"%%|%(?:\(\w+\))?[#0\-+]*\d*(?:\.\d+)?[a-zA-Z]|\{[^{}\s]*\}|</?[a-zA-Z][^<>]*>")


def parts(text: str) -> Counter[str]:
    """What a sentence has filled in, and its markup, each with how often."""
    return Counter(FILLED_IN.findall(text))


def complaint(text: str, plural: str, forms: Sequence[str]) -> str:
    """Why these forms cannot stand for the sentence; empty where they can.

    A form that is only for the number one may say "one" in words; every other form has what the plural has.
    """
    for number, form in enumerate(forms):
        allowed = [parts(plural)] if plural else [parts(text)]
        if plural and number == 0 and len(forms) > 1:
            allowed.append(parts(text))
        if parts(form) not in allowed:
            return f"{sorted(parts(form).elements())} are filled in, and not {sorted(allowed[0].elements())}"
        if _edges(form) != _edges(plural or text):
            return "spaces at the beginning or the end differ"
    return ""


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
