"""How did each of the last days end? One tick a day, as numbers for a small drawing, as words and as a list."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy, pgettext, pgettext_lazy

from languages.sentences import listed
from servers.models import LicenseServer
from uploads.models import Trigger, Upload
from uploads.states import BY_HAND, State

# class of the stylesheet → (top, bottom) of the line in a drawing 28 high
LINES = {"ok": (4, 26), "late": (10, 26), "bad": (17, 26), "now": (8, 26), "none": (24, 26), "hold": (14, 26)}
DRAWN_AS = {"seen": "gap", "off": "none"}
WORDS = {
    "ok": pgettext_lazy("a day", "delivered"),
    "late": pgettext_lazy("a day", "delivered after retries"),
    "bad": pgettext_lazy("a day", "failed"),
    "hold": pgettext_lazy("a day", "carried or to be carried, no receipt yet"),
    "now": pgettext_lazy("a day", "running"),
    "off": pgettext_lazy("a day", "canceled"),
    "seen": pgettext_lazy("a day", "observed, result not known"),
    "gap": pgettext_lazy("a day", "no record"),
}
COUNTED = {
    "ok": ngettext_lazy("%(days)d delivered", "%(days)d delivered", "days"),
    "late": ngettext_lazy("%(days)d delivered after retries", "%(days)d delivered after retries", "days"),
    "bad": ngettext_lazy("%(days)d failed", "%(days)d failed", "days"),
    "hold": ngettext_lazy(
        "%(days)d carried or to be carried, no receipt yet", "%(days)d carried or to be carried, no receipt yet", "days"
    ),
    "now": ngettext_lazy("%(days)d running", "%(days)d running", "days"),
    "off": ngettext_lazy("%(days)d canceled", "%(days)d canceled", "days"),
    "seen": ngettext_lazy("%(days)d observed, result not known", "%(days)d observed, result not known", "days"),
    "gap": ngettext_lazy("%(days)d no record", "%(days)d no record", "days"),
}
# What stands for a whole day, of all that its kinds of upload came to: whatever wants to be looked at goes first.
RANK = ("now", "bad", "hold", "seen", "late", "ok", "off")
Row = tuple[str, int]  # outcome, attempts


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
class Run:
    """Days in a row that ended alike."""

    first: date
    last: date
    words: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The days of one program, what they come to, and the same as a list, newest first."""

    ticks: tuple[Tick, ...]
    summary: str
    first: date
    last: date
    runs: tuple[Run, ...]

    @property
    def paths(self) -> list[tuple[str, str]]:
        """The lines of each class as one path in a drawing 1,000 wide: a tenth of the bytes of a line each."""
        marks: dict[str, list[str]] = defaultdict(list)
        for tick in self.ticks:
            if tick.css != "gap":
                marks[tick.css].append(f"M{tick.x * 10:.0f} {tick.y1}V{tick.y2}")
        return [(css, "".join(lines)) for css, lines in marks.items()]


def strips_of(
    server: LicenseServer, *, days: int, now: datetime, expected_since: Mapping[str, datetime | None]
) -> dict[str, Strip]:
    """The last `days` days of each program on a server, today included, in the server's zone; from one query.

    A day after `expected_since` of a program without an upload is a gap; with None nothing was due on any day.
    """
    today = now.astimezone(server.zone).date()
    every = [today - timedelta(days=number) for number in reversed(range(days))]
    found = _found(server, since=datetime.combine(every[0], datetime.min.time(), tzinfo=server.zone))
    strips = {}
    for program, expected in expected_since.items():
        known = expected.astimezone(server.zone).date() if expected else today
        kinds = [_day(found[program, day], is_expected=known < day < today) for day in every]
        strips[program] = strip_of(kinds, today=today)
    return strips


def strip_of(kinds: Sequence[str], *, today: date) -> Strip:
    """A strip of days that ended like this, the last of them today."""
    every = [today - timedelta(days=number) for number in reversed(range(len(kinds)))]
    ticks = tuple(_tick(kind, number, len(kinds)) for number, kind in enumerate(kinds))
    return Strip(ticks, _summary(list(kinds)), every[0], today, tuple(_runs(every, list(kinds)))[::-1])


def _found(server: LicenseServer, *, since: datetime) -> dict[tuple[str, date], dict[str, list[Row]]]:
    """By program and day: the uploads of each kind."""
    found: dict[tuple[str, date], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    rows = Upload.objects.filter(server=server, created_at__gte=since)
    for one in rows.only("program", "kind", "created_at", "state", "attempt_count", "result_code", "trigger"):
        day = one.created_at.astimezone(server.zone).date()
        # Carried by hand, sealing is an attempt and the receipt another: that is no retry.
        tries = one.attempt_count - (one.trigger == Trigger.CARRIED)
        found[one.program, day][one.kind].append((one.outcome, tries))
    return found


def _day(kinds: Mapping[str, list[Row]], *, is_expected: bool) -> str:
    """What a day came to. Of one kind of upload the best counts; a kind that failed is not hidden by another."""
    ends = {_end(rows) for rows in kinds.values()}
    return next((one for one in RANK if one in ends), "gap" if is_expected else "none")


def _end(rows: Iterable[Row]) -> str:
    outcomes = {outcome for outcome, _ in rows}
    bad = outcomes & {State.FAILED, State.REFUSED}
    if State.DELIVERED in outcomes:
        at_once = any(outcome == State.DELIVERED and attempts <= 1 for outcome, attempts in rows)
        return "ok" if at_once and not bad else "late"
    if outcomes & {State.QUEUED, State.SENDING}:
        return "now"
    if bad:
        return "bad"
    if outcomes & BY_HAND:
        return "hold"
    return "seen" if State.OBSERVED in outcomes else "off"


def _tick(kind: str, number: int, days: int) -> Tick:
    width = 100 / days
    css = DRAWN_AS.get(kind, kind)
    y1, y2 = LINES.get(css, (4, 26))
    return Tick(css, round((number + 0.5) * width, 2), round(number * width, 2), round(width, 2), y1, y2)


def _summary(kinds: list[str]) -> str:
    counts = Counter(kinds)
    words = [str(said % {"days": counts[kind]}) for kind, said in COUNTED.items() if counts[kind]]
    return listed(words) or _("nothing yet")


def _runs(days: list[date], kinds: list[str]) -> Iterator[Run]:
    for kind, group in groupby(zip(days, kinds, strict=True), key=lambda pair: pair[1]):
        alike = [day for day, _ in group]
        yield Run(alike[0], alike[-1], str(WORDS[kind]) if kind in WORDS else pgettext("a day", "nothing due"))
