"""In which encoding is this file, and what does it say?"""

import re
from dataclasses import dataclass

BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

# Everything cp932 yields for real Japanese text; private use and Western letters are not in it.
FOREIGN_TO_JAPANESE = re.compile("[^\x00-\x7f\u2010-\u25ff\u3000-\u30ff\u3400-\u9fff\uff01-\uffe5]")
JAPANESE_WORD = re.compile("[\u3041-\u30fe\u4e00-\u9fff]{2}")
# A Western accent followed by a letter decodes to one ideograph glued to the word before it.
LONE_IDEOGRAPH = re.compile("[A-Za-z][\u3041-\u9fff\uff61-\uff9f](?![\u3041-\u9fff\uff61-\uff9f])")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Text with every line end written as a line feed; `eol` names what the file had."""

    text: str
    encoding: str
    had_bom: bool
    eol: str


def decode(raw: bytes, *, japanese: bool = False) -> DecodedText:
    """Decode any bytes: byte order mark, strict UTF-8, cp932 where it fits, then Western."""
    text, encoding, had_bom = _decoded(raw, japanese=japanese)
    eol = line_ends(text)
    if eol not in {"LF", "none"}:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return DecodedText(text=text, encoding=encoding, had_bom=had_bom, eol=eol)


def line_ends(text: str) -> str:
    """Name the line ends of a text: LF, CRLF, CR, mixed or none."""
    if "\r" not in text:
        return "LF" if "\n" in text else "none"
    pairs = text.count("\r\n")
    counts = {
        "CRLF": pairs,
        "LF": text.count("\n") - pairs,
        "CR": text.count("\r") - pairs,
    }
    present = [name for name, count in counts.items() if count]
    if not present:
        return "none"
    return present[0] if len(present) == 1 else "mixed"


def _decoded(raw: bytes, *, japanese: bool) -> tuple[str, str, bool]:
    for mark, encoding in BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return _after_mark(raw, mark, encoding, japanese=japanese)
    text, encoding = _without_mark(raw, japanese=japanese)
    return text, encoding, False


def _after_mark(raw: bytes, mark: bytes, encoding: str, *, japanese: bool) -> tuple[str, str, bool]:
    if encoding == "utf-16":
        return raw.decode("utf-16", errors="replace"), encoding, True
    try:
        return raw.decode("utf-8-sig"), "utf-8-sig", True
    except UnicodeDecodeError:
        text, fallback = _without_mark(raw[len(mark) :], japanese=japanese)
        return text, fallback, True


def _without_mark(raw: bytes, *, japanese: bool) -> tuple[str, str]:
    if raw.isascii():
        return raw.decode("ascii"), "ascii"
    for encoding in ("utf-8", "cp932", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "cp932" or japanese or _looks_japanese(text):
            return text, encoding
    return raw.decode("latin-1"), "latin-1"


def _looks_japanese(text: str) -> bool:
    return (
        FOREIGN_TO_JAPANESE.search(text) is None
        and JAPANESE_WORD.search(text) is not None
        and LONE_IDEOGRAPH.search(text) is None
    )
