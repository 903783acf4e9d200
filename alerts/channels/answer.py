"""What did the other side say? One type for every way, and for each recipient one of its own."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST = 300  # signs of an answer that are kept


class Said(StrEnum):
    """What it means."""

    DELIVERED = "delivered"
    AGAIN = "again"  # may pass by itself
    REFUSED = "refused"  # this message, for good
    GONE = "gone"  # every message to this address, for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who said what, in its own words. `wait` are the seconds that it asked us to wait."""

    to: str
    said: Said
    text: str
    wait: float | None = None


def words_of(data: bytes | str) -> str:
    """What was answered as one printable line of bounded length."""
    text = data.decode("utf-8", errors="replace") if isinstance(data, bytes) else data
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= LONGEST else line[:LONGEST] + " …"
