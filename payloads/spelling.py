"""How is a value spelled? As documented, which differs from program to program and within a single upload."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from payloads.values import Value
from programs.catalog import Element

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # whatever the locale
DATES: dict[str, Callable[[date], str]] = {
    "M/D/YYYY": lambda day: f"{day.month}/{day.day}/{day.year:04}",
    "D-Mon-YY": lambda day: f"{day.day}-{MONTHS[day.month - 1]}-{day.year % 100:02}",
    "DD-Mon-YYYY": lambda day: f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year:04}",
    "YYYY-MM-DD": lambda day: day.isoformat(),
}


def spell(value: Value, element: Element) -> str:
    """The value as a text, in the type and the format that its element declares."""
    if isinstance(value, datetime):
        return _moment(value, element)
    if isinstance(value, date):
        return DATES[element.format](value) if element.type == "date" else f"{value:%Y.%m%d}"
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def json_value(value: Value, element: Element) -> str | int | bool | list[str]:
    """The value as JSON has it: numbers and truth values as themselves, everything else as a text."""
    if isinstance(value, tuple):
        return [writable(one) for one in value]
    return value if isinstance(value, int) else writable(spell(value, element))


def writable(text: str) -> str:
    """The text with every character that XML cannot carry replaced by U+FFFD, so that it is seen, not lost.

    JSON could carry some of them; one rule for both keeps what people see the same.
    """
    return "".join(sign if _is_xml(ord(sign)) else "\ufffd" for sign in text)


def _moment(value: datetime, element: Element) -> str:
    """ISO 8601 with Z, or MM/DD/YYYY on the local clock. Not every strftime pads a year, so it is done here."""
    if element.type == "local_datetime":
        return f"{value:%m/%d}/{value.year:04}{value: %H:%M:%S}"
    precision = next((one for one in ("microseconds", "milliseconds") if one in element.format), "seconds")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def _is_xml(code: int) -> bool:
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
