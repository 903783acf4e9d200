"""How does a value become XML? One record at a time, so that memory does not grow with the report."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from lxml import etree

from payloads.values import Record, Value


def text_of(value: Value, type_name: str) -> str:
    """The documented spelling of a value: ISO 8601 with Z, MM/DD/YYYY for local times, YYYY.MMDD for CSS dates."""
    if isinstance(value, datetime):
        return (
            f"{value:%m/%d/%Y %H:%M:%S}"
            if type_name == "local_datetime"
            else f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        )
    if isinstance(value, date):
        return f"{value:%Y.%m%d}"
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def writable(text: str) -> str:
    """The text with every character that XML cannot carry replaced by U+FFFD, so that it is seen, not lost."""
    return "".join(sign if _is_xml(ord(sign)) else "\ufffd" for sign in text)


def write_values(
    xml: "etree._IncrementalFileWriter", record: Record, type_of: Callable[[str, str], str], *, skip: frozenset[str]
) -> None:
    """One element for each value of the record, in the order of the record."""
    for name, value in record.values.items():
        if value is None or name in skip:
            continue
        element = etree.Element(name)
        element.text = writable(text_of(value, type_of(record.section, name)))
        xml.write(element)


def _is_xml(code: int) -> bool:
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
