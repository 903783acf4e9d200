"""Who uses, waits for or reserves a license, by one row of lmstat?"""

import re
from datetime import datetime
from typing import NamedTuple

from licenses.formats.lmstat_row_records import ACTIVATED, BORROWED, PRODUCT_USERS, Checkout, Queued, Reservation
from licenses.formats.records import whole_number

Row = Checkout | Queued | Reservation

START = re.compile(
    r"[A-Za-z]{2,9} ([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}))? ([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?", re.ASCII
)
VERSION_AND_PLACE = re.compile(r"\(v([^)\s]*+)\)\s*+\(([^\s()]++)\s++([0-9]++)\)(.*+)", re.DOTALL)
STARTED = re.compile(r",\s*+start\s++([^,(]*+)(.*+)", re.DOTALL)
QUEUED = re.compile(r",?\s*+queued for ([0-9]{1,9}) licenses?\s*+")
DETAIL = re.compile(
    r"(?:\s*+(?:, ([0-9]{1,9}) licenses?|, PID: ([0-9]{1,18})|\(linger: ([0-9]{1,18})(?: / ([0-9]{1,18}))?\)))(?![0-9])"
)
LINGER = re.compile(r"\s*+(?:\(linger: ([0-9]{1,18})(?: / ([0-9]{1,18}))?\)\s*+)?")
RESERVED = re.compile(r"([0-9]{1,9}) RESERVATIONs? for ([A-Z_]++) (\S.*+)", re.DOTALL)
# A host name has none of these; people's names have an apostrophe or a comma now and then.
NO_HOST_NAME = re.compile(r"[^\w.,'-]")
SCREEN_SUFFIX = "0123456789:."


class Tail(NamedTuple):
    """What may follow the start time. `linger` is the remaining and total seconds; some versions print no total."""

    licenses: int
    pid: int | None
    linger: tuple[int, int | None] | None


class Starts(dict[str, tuple[bool, datetime | None]]):
    """Start times by their text: is it one, and when? Only readable ones are kept.

    lmstat prints no year: it is that of the header, or the one before.
    """

    def __init__(self, header_at: datetime | None) -> None:
        super().__init__()
        self.header_at = header_at

    def __missing__(self, text: str) -> tuple[bool, datetime | None]:
        found = self._read(text)
        if found[0]:
            self[text] = found
        return found

    def _read(self, text: str) -> tuple[bool, datetime | None]:
        match = START.fullmatch(text)
        if match is None:
            return False, None
        month, day, year, hour, minute = match.groups()
        of_day = (int(month), int(day), int(hour), int(minute))
        if year is not None:
            at = _moment(int(year), *of_day)
            return at is not None, at
        if self.header_at is None:
            # Any day of a leap year tells whether the text can be a day at all.
            return _moment(2024, *of_day) is not None, None
        for likely in (self.header_at.year, self.header_at.year - 1):
            at = _moment(likely, *of_day)
            if at is not None and at <= self.header_at:
                return True, at
        return _moment(2024, *of_day) is not None, None


class Places(dict[str, tuple[str, int]]):
    """Host and port by their text "host/port". Only these are kept; anything else has a port below zero."""

    def __missing__(self, text: str) -> tuple[str, int]:
        server, _, port_text = text.rpartition("/")
        port = whole_number(port_text) if server else None
        if port is None:
            return text, -1
        found = self[text] = (server, port)
        return found


def read_row(line: str, *, number: int, starts: Starts, places: Places) -> Row | None:
    """Read one row from the right; None when it is no complete row."""
    text = line.strip()
    opening = text.rfind("(v")
    if opening < 0:
        return _reservation(text, number, places) if " RESERVATION" in text else None
    match = VERSION_AND_PLACE.fullmatch(text, opening)
    if match is None:
        return None
    version, place, handle, rest = match.groups()
    words = text[:opening].split()
    server, port = places[place]
    if port < 0 or len(words) < 2:
        return None
    who = split_who(words, version=version)
    queued = QUEUED.fullmatch(rest)
    if queued:
        return Queued(*who, version, server, port, handle, int(queued[1]), number)
    started = STARTED.fullmatch(rest)
    tail = read_tail(started[2]) if started else None
    if started is None or tail is None:
        return None
    begun = started[1].strip()
    started_at = starts[begun][1]
    licenses, pid, linger = tail
    return Checkout(*who, version, server, port, handle, begun, started_at, licenses, pid, linger, number)


def read_tail(text: str) -> Tail | None:
    """Number of licenses, process and linger time in any order; None for any other text."""
    licenses, at = 1, 0
    pid: int | None = None
    linger: tuple[int, int | None] | None = None
    end = len(text.rstrip())
    while at < end:
        match = DETAIL.match(text, at)
        if match is None:
            return None
        at = match.end()
        if match[1]:
            licenses = int(match[1])
        elif match[2]:
            pid = int(match[2])
        else:
            linger = (int(match[3]), int(match[4]) if match[4] else None)
    return Tail(licenses, pid, linger)


def read_linger(text: str) -> tuple[int, int | None] | None:
    """The seconds of `(linger: remaining / total)`; None when there is none."""
    match = LINGER.fullmatch(text)
    if match is None or match[1] is None:
        return None
    return int(match[1]), int(match[2]) if match[2] else None


def split_who(words: list[str], *, version: str) -> tuple[str, str, str]:
    """User, host and display of some words. User and display may have blanks, the host has none."""
    if len(words) <= 3:
        user, host, display = [*words, "", "", ""][:3]
        return user, host, display
    if " ".join(words[:2]) in {ACTIVATED, BORROWED}:
        at = 2
    elif words[0] in PRODUCT_USERS and words[2] == words[0]:
        at = 1
    else:
        at = _host_position(words, version)
    return " ".join(words[:at]), words[at], " ".join(words[at + 1 :])


def _host_position(words: list[str], version: str) -> int:
    """Ours: where the host stands among four or more words, by the strongest sign there is."""
    # Some daemons print their own version behind the display.
    last = len(words) - 1 if words[-1] == version else len(words)
    for at in range(last - 2, 0, -1):
        if _repeats(words[at], words[at + 1]):
            return at
    for at in range(2, last):
        if NO_HOST_NAME.search(words[at]) and not NO_HOST_NAME.search(words[at - 1]):
            return at - 1
    return last - 2


def _repeats(host: str, display: str) -> bool:
    """The display is the host again, perhaps with a screen: pc1, PC1, pc1:0.0, pc10.0."""
    rest = display[len(host) :]
    return display.lower().startswith(host.lower()) and not rest.strip(SCREEN_SUFFIX)


def _reservation(text: str, number: int, places: Places) -> Reservation | None:
    match = RESERVED.fullmatch(text)
    if match is None:
        return None
    name, opening, inside = match[3].rpartition(" (")
    if opening and inside.endswith(")"):
        server, port = places[inside[:-1].partition(" ")[0]]
        if port >= 0:
            return Reservation(int(match[1]), match[2], name.strip(), server, port, number)
    return Reservation(int(match[1]), match[2], match[3], "", None, number)


def _moment(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001  # the server's own clock, as printed
    except ValueError:
        return None
