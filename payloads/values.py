"""What does a payload consist of? Records of values, before they become a document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

Value = str | int | bool | UUID | datetime | date | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """The values of one place in a document, by element name, and the records inside it.

    A value that is None is not known: it is left out of the document, never written as zero. `children` may be a
    generator, so that a hundred thousand licensees never stand in memory at once.
    """

    section: str
    values: Mapping[str, Value | None]
    children: Iterable["Record"] = ()


TYPES: dict[str, type] = {
    "string": str,
    "int": int,
    "bool": bool,
    "guid": UUID,
    "datetime": datetime,
    "local_datetime": datetime,
    "date": date,
    "css_date": date,
    "sha256": str,
    "list": tuple,
}


def has_type(value: Value, type_name: str) -> bool:
    """Is this value of the declared type? A truth value is no number, a moment is no date, times carry a zone."""
    if isinstance(value, bool):
        return type_name == "bool"
    if isinstance(value, datetime):
        return type_name in {"datetime", "local_datetime"} and value.tzinfo is not None
    if isinstance(value, tuple):
        return type_name == "list" and all(isinstance(one, str) for one in value)
    return isinstance(value, TYPES.get(type_name, ()))
