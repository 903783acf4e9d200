"""What do the pages say that no translator was asked for? A language in which every sentence stands in brackets."""

import re
from html.parser import HTMLParser
from pathlib import Path

from languages.catalogs import new_catalog, sentences, write_catalog
from languages.compiling import compile_catalogs
from languages.extracting import found_sentences, merged
from languages.known import catalog_path
from tests.house.templates_read import QUIET, SAID

OPEN, CLOSE = "⟦", "⟧"
DRAWN = {"x", "y", "x1", "x2", "y1", "y2", "cx", "r", "width", "height"}


def write_pseudo_catalog(locale: Path, code: str = "de") -> None:
    """A catalog in which each sentence, and each of its plural forms, is itself in brackets."""
    catalog = merged(new_catalog(code), found_sentences(), code=code)
    for message in sentences(catalog):
        words = message.id
        message.string = _bracketed(words) if isinstance(words, str) else tuple(_bracketed(one) for one in words)
    write_catalog(catalog_path(code, locale=locale), catalog)
    compile_catalogs(locale)


def _bracketed(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"


class Reader(HTMLParser):
    """Collects what stands outside of brackets, and numbers of drawings that a browser would not understand."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.outside: list[str] = []
        self.not_numbers: list[str] = []
        self.depth = self.quiet = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet += tag in QUIET
        for name, value in attrs:
            if name in SAID and value:
                self._take(value, 0)
            if name in DRAWN and value and not re.fullmatch(r"-?[\d.]+(%|rem|px)?", value):
                self.not_numbers.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self.quiet -= tag in QUIET

    def handle_data(self, data: str) -> None:
        if self.quiet <= 0:
            self.depth = self._take(data, self.depth)

    def _take(self, text: str, depth: int) -> int:
        rest = []
        for letter in text:
            depth += (letter == OPEN) - (letter == CLOSE)
            rest.append(letter if depth == 0 and letter != CLOSE else " ")
        said = " ".join("".join(rest).split())
        if re.search(r"[^\W\d_]{2,}", said):
            self.outside.append(said)
        return max(depth, 0)
