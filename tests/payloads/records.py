"""What may come to the gate? Generated records of the telemetry report, right and wrong."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import strategies as st

from payloads.gate import Gate
from payloads.values import Record, Value
from programs.catalog import Section, program

UPLOAD = program("telemetry").upload("compliance")
PERMITTED = {element.key: element for element in UPLOAD.elements()}
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
NESTED = {
    "inventory.feature": "inventory.feature.sa_date",
    "inventory.feature.sa_date": "inventory.feature.sa_date.ccu_devices",
}
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "string": st.text(max_size=20),
    "int": st.integers(0, 10**9),
    "guid": st.uuids(),
    "datetime": st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    "local_datetime": st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    "css_date": st.dates(date(1990, 1, 1)),
    "sha256": st.just("0" * 64),
}
ENVELOPE = Record("metadata", {"UTCDate": NOON})
SERVER = Record("license_server", {"GUID": UUID(int=7), "FQDN": "lic1.example.test"})


def values_of(section: Section) -> st.SearchStrategy[dict[str, Value | None]]:
    """Some of the section's values, some of them unknown."""
    simple = {element.name: VALUES[element.type] for element in section.elements if element.type in VALUES}
    return st.fixed_dictionaries({}, optional={name: st.none() | values for name, values in simple.items()})


def records_of(name: str) -> st.SearchStrategy[Record]:
    """A record of that section, with records inside it where the declaration has some."""
    children: st.SearchStrategy[tuple[Record, ...]] = st.just(())
    if name in NESTED:
        children = st.lists(records_of(NESTED[name]), max_size=2).map(tuple)
    return st.builds(Record, st.just(name), values_of(UPLOAD.section(name)), children)


REPORTS = st.tuples(
    records_of("metadata"), records_of("license_server"), st.lists(records_of("inventory.feature"), max_size=3)
).map(lambda parts: (parts[0], parts[1], *parts[2]))


def checked(*records: Record) -> list[Record]:
    """What comes through the gate, down to the innermost record."""
    return [unrolled(record) for record in Gate(UPLOAD, PERMITTED).check(records)]


def unrolled(record: Record) -> Record:
    """The same record with its children as a tuple."""
    return Record(record.section, record.values, tuple(unrolled(child) for child in record.children))


def every(*records: Record) -> Iterator[Record]:
    """The records and all that stand inside them."""
    for record in records:
        yield record
        yield from every(*record.children)
