"""How did each of the last days end? One tick a day, as numbers for a small drawing and as words."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from servers.models import LicenseServer
from uploads.models import Upload
from uploads.states import BY_HAND, State

# class of the stylesheet → (top, bottom) of the line in a drawing 28 high
LINES = {"ok": (4, 26), "late": (10, 26), "bad": (17, 26), "now": (8, 26), "none": (24, 26), "held": (14, 26)}
WORDS = {
    "ok": "delivered",
    "late": "delivered after retries",
    "bad": "failed",
    "now": "running",
    "held": "to be carried",
    "gap": "no record",
}


@dataclass(frozen=True, slots=True)
class Tick:
    """One day: its class, and where it stands, in percent of the width."""

    css: str
    x: float
    left: float
    width: float
    y1: int
    y2: int


@dataclass(frozen=True, slots=True)
class Strip:
    """The days of one program, and what they come to."""

    ticks: tuple[Tick, ...]
    summary: str
    first: date
    last: date


def strip_of(
    server: LicenseServer, *, program: str, days: int, now: datetime, expected_since: datetime | None = None
) -> Strip:
    """The last `days` days of a program on a server, today included, in the server's zone.

    A day after `expected_since` without an upload is a gap; with None nothing was due on any day.
    """
    today = now.astimezone(server.zone).date()
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, datetime.min.time(), tzinfo=server.zone)
    rows = Upload.objects.filter(server=server, program=program, created_at__gte=since)
    by_day: dict[date, list[tuple[str, int]]] = defaultdict(list)
    for upload in rows.only("created_at", "state", "attempt_count", "result_code"):
        by_day[upload.created_at.astimezone(server.zone).date()].append((upload.outcome, upload.attempt_count))
    known_since = expected_since.astimezone(server.zone).date() if expected_since else today
    kinds = [
        _kind(by_day.get(day, []), is_expected=known_since < day < today)
        for day in (first + timedelta(days=number) for number in range(days))
    ]
    return Strip(tuple(_tick(kind, number, days) for number, kind in enumerate(kinds)), _summary(kinds), first, today)


def _kind(rows: Iterable[tuple[str, int]], *, is_expected: bool) -> str:
    states = dict(rows)
    if State.DELIVERED in states:
        return "ok" if states[State.DELIVERED] == 1 else "late"
    if states.keys() & {State.QUEUED, State.SENDING}:
        return "now"
    if states.keys() & BY_HAND:
        return "held"
    if states.keys() & {State.FAILED, State.REFUSED}:
        return "bad"
    return "gap" if is_expected and not states else "none"


def _tick(kind: str, number: int, days: int) -> Tick:
    width = 100 / days
    y1, y2 = LINES.get(kind, (4, 26))
    return Tick(kind, round((number + 0.5) * width, 2), round(number * width, 2), round(width, 2), y1, y2)


def _summary(kinds: list[str]) -> str:
    counts = Counter(kinds)
    words = [f"{counts[kind]} {word}" for kind, word in WORDS.items() if counts[kind]]
    return ", ".join(words) or "nothing yet"
