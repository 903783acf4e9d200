"""How do rows become CSV? A block at a time, however many there are, and no cell can become a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # how one begins, or what is skipped before it
BLOCK = 32 * 1024  # characters


def blocks(*parts: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The rows of all parts as bytes in UTF-8; no more of them is held than one block. None is an empty cell."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    for part in parts:
        for row in part:
            writer.writerow([cell(value) for value in row])
            if text.tell() >= BLOCK:
                yield text.getvalue().encode()
                text.seek(0)
                text.truncate()
    yield text.getvalue().encode()


def cell(value: object) -> object:
    """Text that begins like a formula gets an apostrophe and stays text; numbers and dates are not touched."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
