"""Who holds a user or device license? Bytes of `udadmin -list` in, a frozen list of assignments out.

A row is an assignment, not a live connection: the server keeps it for 90 days after the last use.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Literal

from licenses.formats.dates import MONTHS, css_date
from licenses.formats.inventory_lines import LineAccount, LineBook
from licenses.formats.problems import Problem
from licenses.formats.saying import say
from licenses.formats.statements import physical_lines
from licenses.formats.text import decode

Kind = Literal["user", "device"]

HEADINGS: dict[str, Kind] = {"users:": "user", "devices:": "device"}
AGE = re.compile(
    r"Usage data is ([0-9]{1,6}) minutes? old\.(?:\s{1,3}Next update in ([0-9]{1,6}) minutes?\.?)?", re.IGNORECASE
)
PROMPT = re.compile(
    r"(?:[^<>|*?$#]{0,200}+[>$#]\s{0,3})?(?:sudo\s)?(?:\S{0,200}[/\\\"])?udadmin(?:\.exe)?\"?(?:\s|$)", re.I
)
BARE_PROMPT = re.compile(r"(?:PS\s)?[A-Za-z]:\\[^<>|*?]*+>\s*+")
FEATURE = re.compile(r"[A-Za-z][\w.+-]*+")
CSS_TEXT = re.compile(r"[0-9]{4}\.[0-9]{4}")
MOMENT = re.compile(r"[A-Za-z]{3} ([A-Za-z]{3})\s{1,2}([0-9]{1,2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([0-9]{4})")

# How much of a text is enough to tell its kind.
WINDOW = 65_536

NO_HEADING = say(
    "This row stands under neither “Users:” nor “Devices:”, so it is unknown what holds the license. Copy the "
    "output again with its headings.",
)
NO_ROW = say("This is no row of a udadmin list: a name, a license code and a date such as 2027.0630 are expected.")
TWO_ROWS = say(
    "This line may hold two assignments, so the name is not certain. Run udadmin again and redirect it to a file.",
)
UNKNOWN_HEADING = say(
    "This heading is unknown, so it is not said what the rows below it are. Only “Users:” and “Devices:” are read.",
)
NO_CSS_DATE = say("This support date does not exist in the calendar; the assignment is counted without it.")
NO_MOMENT = say("The time in brackets cannot be read; the assignment is counted without it.")


@dataclass(frozen=True, slots=True)
class UserDeviceAssignment:
    """One row. `assigned_at` is the local time of the license server, and only there with -times."""

    kind: Kind
    name: str
    feature: str
    css_date: date | None
    css_text: str
    assigned_at: datetime | None
    line: int


@dataclass(frozen=True, slots=True)
class HolderCounts:
    """Distinct users and devices; together they are the licenses in use."""

    users: int = 0
    devices: int = 0

    @property
    def total(self) -> int:
        return self.users + self.devices


@dataclass(frozen=True, slots=True)
class UdadminList:
    """What `udadmin -list` said. Where `is_udadmin` is False nothing is known, which is not zero."""

    age_minutes: int | None
    next_update_minutes: int | None
    assignments: tuple[UserDeviceAssignment, ...]
    is_udadmin: bool
    lines: LineAccount
    problems: tuple[Problem, ...]

    def counts(self) -> dict[str, HolderCounts]:
        """Distinct names per feature; two CSS dates of one feature are one license (ours: names in any case)."""
        names: dict[str, dict[Kind, set[str]]] = {}
        for one in self.assignments:
            by_kind = names.setdefault(one.feature, {"user": set(), "device": set()})
            by_kind[one.kind].add(one.name.casefold())
        return {name: HolderCounts(len(found["user"]), len(found["device"])) for name, found in names.items()}


@dataclass(slots=True)
class _Found:
    book: LineBook = field(default_factory=LineBook)
    assignments: list[UserDeviceAssignment] = field(default_factory=list)
    age: int | None = None
    next_update: int | None = None
    kind: Kind | None = None
    is_udadmin: bool = False


def parse(raw: bytes, *, japanese: bool = False) -> UdadminList:
    """Read any bytes; `japanese` allows cp932 for names."""
    text = decode(raw, japanese=japanese).text.replace("\ufeff", "").replace("\0", "\ufffd")
    physical, found = physical_lines(text), _Found()
    for index, line in enumerate(physical.lines):
        stripped = line.strip()
        if stripped:
            _take(stripped, physical.number(index), found)
    return UdadminList(
        age_minutes=found.age,
        next_update_minutes=found.next_update,
        assignments=tuple(found.assignments),
        is_udadmin=found.is_udadmin,
        lines=found.book.account(),
        problems=found.book.problems(),
    )


def looks_like_udadmin(text: str) -> bool:
    """Is there a line about the age of the usage data, or a heading with a row below it?"""
    lines = [line.strip() for line in text[:WINDOW].split("\n") if line.strip()]
    if any(AGE.fullmatch(line) for line in lines):
        return True
    pairs = pairwise(lines)
    return any(line.lower() in HEADINGS and _words(following)[2] != "" for line, following in pairs)


def _take(line: str, number: int, found: _Found) -> None:
    age = AGE.fullmatch(line)
    if age:
        found.age, found.next_update = int(age[1]), int(age[2]) if age[2] else None
        found.is_udadmin = True
        found.book.understand(number)
    elif line.lower() in HEADINGS:
        found.kind, found.is_udadmin = HEADINGS[line.lower()], True
        found.book.understand(number)
    elif _words(line)[2]:
        _take_row(line, number, found)
    elif line[0] == "#" or PROMPT.match(line) or BARE_PROMPT.fullmatch(line):
        found.book.comment(number)
    elif line[-1] in ":：" and len(line.split(None, 3)) <= 3:
        found.kind = None
        found.book.refuse(number, line, UNKNOWN_HEADING)
    else:
        found.book.refuse(number, line, NO_ROW)


def _take_row(line: str, number: int, found: _Found) -> None:
    name, feature, css_text, moment = _words(line)
    if found.kind is None or _holds_another(name):
        found.book.refuse(number, line, TWO_ROWS if found.kind else NO_HEADING)
        return
    found.book.understand(number)
    assigned_at = _moment(moment) if moment is not None else None
    if moment is not None and assigned_at is None:
        found.book.remark(number, line, NO_MOMENT)
    if css_date(css_text) is None:
        found.book.remark(number, line, NO_CSS_DATE)
    found.assignments.append(
        UserDeviceAssignment(found.kind, name, feature, css_date(css_text), css_text, assigned_at, number)
    )


def _holds_another(name: str) -> bool:
    """Does the name hold a license code and a date, so that two rows may have run together?"""
    words = name.split()
    pairs = pairwise(words)
    return any(CSS_TEXT.fullmatch(second) and FEATURE.fullmatch(first) for first, second in pairs)


def _words(line: str) -> tuple[str, str, str, str | None]:
    """Name, feature, date and the text in brackets, taken from the right: names may hold blanks."""
    moment = None
    if line.endswith(")") and "(" in line:
        line, _, inside = line.rpartition("(")
        moment = inside[:-1].strip()
    words = line.rsplit(None, 2)
    if len(words) < 3 or not CSS_TEXT.fullmatch(words[2]) or not FEATURE.fullmatch(words[1]):
        return "", "", "", None
    return words[0].strip(), words[1], words[2], moment


def _moment(text: str) -> datetime | None:
    """The `ctime` form: Thu Sep 14 13:41:07 2017."""
    match = MOMENT.fullmatch(text)
    if match is None or match[1].lower() not in MONTHS:
        return None
    day, hour, minute, second, year = (int(match[group]) for group in (2, 3, 4, 5, 6))
    try:
        return datetime.combine(date(year, MONTHS[match[1].lower()], day), time(hour, minute, second))
    except ValueError:
        return None
