"""What would a template say in English to everybody? Its text and attributes outside of what is translated."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, TokenType

SAID = {"aria-label", "title", "placeholder", "alt", "aria-description", "label"}
QUIET = {"code", "pre", "script", "style", "kbd", "samp"}  # what stands in them is typed or quoted as it is
FILLED_IN = " "
LETTERS = re.compile(r"[^\W\d_]{2,}")
# A word in a tag that ends on the page: `default:"none yet"`, `with label="Name"`, `state x "Revoked"`.
LITERAL = re.compile(r""""([^"]*)"|'([^']*)\'""")
SENTENCE = re.compile(r"[A-Z][a-z]+|[^\W\d_]+ [^\W\d_]+")
SILENT_TAGS = {"load", "url", "extends", "static", "glyph", "icon", "if", "elif", "translate", "trans", "now", "cycle"}


class Reader(HTMLParser):
    """Collects what people would read, by its line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet += tag in QUIET
        values = dict(attrs)
        said = [text for name, text in attrs if name in SAID or (name == "value" and _is_button(tag, values))]
        for text in said:
            self._take(text or "")

    def handle_endtag(self, tag: str) -> None:
        self.quiet -= tag in QUIET

    def handle_data(self, data: str) -> None:
        if self.quiet <= 0:
            self._take(data)

    def _take(self, text: str) -> None:
        if LETTERS.search(text):
            self.found.append(" ".join(text.split()))


def untranslated(source: str) -> list[str]:
    """Every text of a template that no `translate` or `blocktranslate` stands around."""
    reader, tags = Reader(), []
    html = []
    is_translated = is_comment = False
    for token in Lexer(source).tokenize():
        words = token.contents.split()
        name = words[0] if words else ""
        if token.token_type == TokenType.BLOCK and name in {"blocktranslate", "endblocktranslate"}:
            is_translated = name == "blocktranslate"
            html.append(FILLED_IN)
        elif token.token_type == TokenType.BLOCK and name in {"comment", "endcomment"}:
            is_comment = name == "comment"
        elif is_translated or is_comment or token.token_type == TokenType.COMMENT:
            continue
        elif token.token_type == TokenType.TEXT:
            html.append(token.contents)
        else:
            html.append(FILLED_IN)
            tags += list(_literals(token.contents, name))
    reader.feed("".join(html))
    reader.close()
    return reader.found + tags


def _literals(contents: str, name: str) -> Iterator[str]:
    if name in SILENT_TAGS:
        return
    for found in LITERAL.finditer(contents):
        text = found[1] or found[2] or ""
        is_marked = contents[: found.start()].endswith("_(")
        if not is_marked and not text.endswith(".html") and SENTENCE.search(text):
            yield text


def _is_button(tag: str, values: dict[str, str | None]) -> bool:
    return tag == "input" and values.get("type") in {"submit", "button", "reset"}
