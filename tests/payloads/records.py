"""What may come to the gate? Generated records of every upload, right and wrong."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import strategies as st

from payloads.gate import Gate
from payloads.values import Record, Value
from programs.catalog import Section, UploadKind, program

UPLOAD = program("telemetry").upload("compliance")
PERMITTED = {element.key: element for element in UPLOAD.elements()}
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "string": st.text(max_size=20),
    "int": st.integers(0, 10**9),
    "bool": st.booleans(),
    "guid": st.uuids(),
    "datetime": st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    "local_datetime": st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    "date": st.dates(date(1990, 1, 1)),
    "css_date": st.dates(date(1990, 1, 1)),
    "sha256": st.just("0" * 64),
}
ENVELOPE = Record("metadata", {"UTCDate": NOON})
SERVER = Record("license_server", {"GUID": UUID(int=7), "FQDN": "lic1.example.test"})


def values_of(section: Section) -> st.SearchStrategy[dict[str, Value | None]]:
    """Some of the section's values, some of them unknown."""
    simple = {element.name: VALUES[element.type] for element in section.elements if element.type in VALUES}
    return st.fixed_dictionaries({}, optional={name: st.none() | values for name, values in simple.items()})


def records_of(section: Section, upload: UploadKind = UPLOAD) -> st.SearchStrategy[list[Record]]:
    """Records of that section: one, or several where it repeats, with records inside them where some are declared."""
    inside = [records_of(one, upload) for one in upload.sections if one.parent == section.name]
    children = st.tuples(*inside).map(lambda lists: tuple(record for records in lists for record in records))
    record = st.builds(Record, st.just(section.name), values_of(section), children)
    return st.lists(record, max_size=2 if section.repeats else 1)


def reports_of(upload: UploadKind) -> st.SearchStrategy[tuple[Record, ...]]:
    """The records of a whole bundle, in the order of the declaration."""
    tops = [one for one in upload.sections if one.document and one.document[-4:] != ".zip" and not one.is_other_name]
    lists = st.tuples(*(records_of(section, upload) for section in tops))
    return lists.map(lambda found: tuple(record for records in found for record in records))


REPORTS = reports_of(UPLOAD).filter(bool)


def checked(*records: Record, upload: UploadKind = UPLOAD) -> list[Record]:
    """What comes through the gate, down to the innermost record."""
    permitted = {element.key: element for element in upload.elements()}
    return [unrolled(record) for record in Gate(upload, permitted).check(records)]


def unrolled(record: Record) -> Record:
    """The same record with its children as a tuple."""
    return Record(record.section, record.values, tuple(unrolled(child) for child in record.children))


def every(*records: Record) -> Iterator[Record]:
    """The records and all that stand inside them."""
    for record in records:
        yield record
        yield from every(*record.children)
