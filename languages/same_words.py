"""What is the same in English and in another language? Names, codes and units; whoever adds one has looked."""

from collections.abc import Iterable
from pathlib import Path

FILE = Path(__file__).with_suffix(".txt")
MARK = ": "


def same_words(code: str, *, file: Path = FILE) -> frozenset[str]:
    """The sentences of one language that may be as they are in English."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(line.partition(MARK)[2] for line in lines if line.startswith(f"{code}{MARK}"))


def add_same(code: str, words: Iterable[str], *, file: Path = FILE) -> None:
    """Note them, sorted; the lines of other languages and the comments stay."""
    fresh = sorted(set(words) - same_words(code, file=file))
    if not fresh:
        return
    lines = file.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    others = [line for line in lines if line and not line.startswith("#")]
    noted = sorted([*others, *(f"{code}{MARK}{text}" for text in fresh)])
    file.write_text("\n".join([*comments, *noted]) + "\n", encoding="utf-8")
