"""How is text of others shown where a format allows no control characters? With a space in the place of each. Pure.

Server names, license files and answers of other machines end up in calendars, feeds and metrics. None of the three has
a way to write a control character, half of a surrogate pair, or what XML and Unicode set apart as no character.
"""

import unicodedata

NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, halves of a pair, and separators that end a line


def one_line(text: str) -> str:
    """The text on one line, without gaps."""
    if not text.isprintable():  # what is printable has none of them, and nearly everything is
        text = "".join(" " if _is_no_text(sign) else sign for sign in text)
    return " ".join(text.split())


def lines(text: str) -> str:
    """The same, and its lines stay."""
    return "\n".join(one_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def _is_no_text(sign: str) -> bool:
    return unicodedata.category(sign) in NO_TEXT or (ord(sign) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF
