"""Which moment does a date of an export mean? Consoles write it in their own culture, often without saying which.

The order of day and month is decided once, from all dates of a file together. Where they prove nothing, the reading is
marked as not certain. A time of day other than midnight shows that the console's time zone has moved the date.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from licenses.formats.dates import css_date, read_date

NUMERIC = re.compile(r"([0-9]{1,4})\s?([./-])\s?([0-9]{1,2})\s?\2\s?([0-9]{1,4})\.?(?:(?:T|[\s\u202f]+)(.{1,40}))?")
CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?")
CIM = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{6}|\*{6})\.(?:[0-9]{6}|\*{6})([+-][0-9]{3}|[+-]?\*{3,4})")
BEFORE_NOON = ("am", "a.m.", "午前", "上午", "오전", "π.μ.", "πμ")
AFTER_NOON = ("pm", "p.m.", "午後", "下午", "오후", "μ.μ.", "μμ")
NEVER_WORDS = frozenset(["permanent", "never"])
LONGEST_TEXT = 64


@dataclass(frozen=True, slots=True)
class DateOrder:
    """`certain` when the dates of the file prove the order, or when there is none that needs it."""

    day_first: bool = False
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Moment:
    """`on` is None for "never" (`known`) and for no date at all (not `known`). `at` is as written, without a zone."""

    on: date | None = None
    at: datetime | None = None
    known: bool = False
    order_certain: bool = True
    utc_offset_minutes: int | None = None

    @property
    def tolerance_days(self) -> int:
        """How far the date may lie from the one in the license file: one day where a time zone moved it."""
        moved = self.at is not None and self.utc_offset_minutes is None and self.at.time() != time()
        return 1 if moved else 0


UNKNOWN = Moment()
NEVER = Moment(known=True)


def order_of(texts: Iterable[str], *, day_first: bool | None = None) -> DateOrder:
    """Decide from all dates of a file; `day_first` is what a person knows about the console.

    Numbers above 12 prove the order, and so do points: no culture writes the month first with them. Without a proof the
    reading is month first where the clock has AM or PM, day first otherwise, and not certain (ours).
    """
    if day_first is not None:
        return DateOrder(day_first=day_first)
    proofs: set[bool] = set()
    is_open = has_noon_mark = False
    for text in texts:
        match = _numeric(text)
        if match is None or len(match[1]) > 2:
            continue
        has_noon_mark = has_noon_mark or _noon_mark(match[5] or "") is not None
        proof = _proof(match)
        if proof is not None:
            proofs.add(proof)
        is_open = is_open or (proof is None and int(match[1]) != int(match[3]))
    if len(proofs) == 1:
        return DateOrder(day_first=proofs.pop())
    return DateOrder(day_first=not has_noon_mark, certain=not is_open)


def read_moment(text: str, *, order: DateOrder) -> Moment:
    """Read a culture's date, `YYYY.MMDD`, `dd-mmm-yyyy`, a CIM datetime or a word for never."""
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        return UNKNOWN
    on = css_date(text)
    if on is not None:
        return Moment(on=on, known=True)
    if text.lower() in NEVER_WORDS:
        return NEVER
    written = read_date(text)
    if written.known:
        return Moment(on=written.on, known=True)
    return _cim(text) or _culture(text, order) or UNKNOWN


def _numeric(text: str) -> re.Match[str] | None:
    text = text.strip()
    return NUMERIC.fullmatch(text) if len(text) <= LONGEST_TEXT else None


def _proof(match: re.Match[str]) -> bool | None:
    """True: the day stands first. False: the month. None: this date proves nothing."""
    first, second = int(match[1]), int(match[3])
    if match[2] == "." or (first > 12 >= second):
        return True
    return False if second > 12 >= first else None


def _culture(text: str, order: DateOrder) -> Moment | None:
    match = _numeric(text)
    clock = _clock(match[5] or "") if match else None
    if match is None or clock is None:
        return None
    first, second, last = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4:
        year, month, day, certain = first, second, last, True
    elif len(match[1]) <= 2 and len(match[4]) in {2, 4}:
        proof = _proof(match)
        day_first = order.day_first if proof is None else proof
        certain = order.certain or proof is not None or first == second
        year = last if len(match[4]) == 4 else last + (1900 if last >= 70 else 2000)
        day, month = (first, second) if day_first else (second, first)
    else:
        return None
    return _moment(year, month, day, clock, certain=certain, has_clock=match[5] is not None)


def _moment(
    year: int, month: int, day: int, clock: tuple[time, int | None], *, certain: bool, has_clock: bool
) -> Moment | None:
    try:
        on = date(year, month, day)
    except ValueError:
        return None
    at = datetime.combine(on, clock[0]) if has_clock else None
    return Moment(on=on, at=at, known=True, order_certain=certain, utc_offset_minutes=clock[1])


def _clock(text: str) -> tuple[time, int | None] | None:
    """The time of day and the offset in minutes; midnight for ""."""
    if not text:
        return time(), None
    mark = _noon_mark(text)
    bare = _without_mark(text) if mark is not None else text
    match = CLOCK.fullmatch(bare.strip())
    if match is None:
        return None
    hour = int(match[1])
    if mark is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if mark else 0)
    try:
        return time(hour, int(match[2]), int(match[3] or 0)), _offset(match[4])
    except ValueError:
        return None


def _noon_mark(text: str) -> bool | None:
    """True for after noon, False for before; the mark stands before or after the time."""
    lowered = text.strip().lower()
    if lowered.startswith(AFTER_NOON) or lowered.endswith(AFTER_NOON):
        return True
    return False if lowered.startswith(BEFORE_NOON) or lowered.endswith(BEFORE_NOON) else None


def _without_mark(text: str) -> str:
    lowered = text.strip().lower()
    for mark in (*AFTER_NOON, *BEFORE_NOON):
        lowered = lowered.removeprefix(mark).removesuffix(mark)
    return lowered


def _offset(text: str | None) -> int | None:
    if not text:
        return None
    if text == "Z":
        return 0
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return -minutes if text[0] == "-" else minutes


def _cim(text: str) -> Moment | None:
    """`yyyymmddHHMMSS.ffffff±zzz`, the offset in minutes; asterisks stand for what is not given."""
    match = CIM.fullmatch(text)
    if match is None:
        return None
    has_clock = match[4][0] != "*"
    digits = match[4] if has_clock else "000000"
    try:
        clock = time(int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None
    offset = None if "*" in match[5] else int(match[5])
    return _moment(int(match[1]), int(match[2]), int(match[3]), (clock, offset), certain=True, has_clock=has_clock)
