"""Does only what was agreed leave, with its right type and in its right place?"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payloads.gate import Gate, GateClosed
from payloads.values import Record, Value
from tests.payloads.records import ENVELOPE, NOON, PERMITTED, REPORTS, SERVER, UPLOAD, checked, every, unrolled

EXAMPLES = settings(max_examples=100, deadline=None)
SECRET = "TOP-SECRET-4711"


def feature(*children: Record) -> Record:
    return Record("inventory.feature", {"ID": "XDT"}, children)


def sa_date(**values: Value | None) -> Record:
    return Record("inventory.feature.sa_date", values)


def test_it_lets_permitted_records_through_unchanged() -> None:
    records = [ENVELOPE, SERVER, feature(sa_date(id=date(2027, 6, 30), Active=1, CountInstalled=100))]
    assert checked(*records) == records


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (Record("license_server", {"UserName": SECRET}), "license_server.UserName is not permitted"),
        (Record("license_server", {"fqdn": SECRET}), "license_server.fqdn is not permitted"),
        (Record("license_server", {"UI": SECRET}), "license_server.UI is not permitted"),
        (Record("users", {"Name": SECRET}), "The section users is not declared"),
        (Record("", {"FQDN": SECRET}), "The section  is not declared"),
        (feature(Record("users", {"Name": SECRET})), "The section users is not declared"),
        (sa_date(Active=1), "may not stand inside the document itself"),
        (feature(Record("license_server", {"FQDN": SECRET})), "license_server may not stand inside inventory.feature"),
        (Record("license_server", {}, (feature(),)), "inventory.feature may not stand inside license_server"),
        (feature(Record("inventory.feature.sa_date.ccu_devices", {"DevId": SECRET})), "may not stand inside"),
        (Record("license_server", {"SGPMaxDays": True}), "SGPMaxDays has to be of type int, not bool"),
        (Record("license_server", {"SGPMaxDays": SECRET}), "SGPMaxDays has to be of type int, not str"),
        (Record("license_server", {"FQDN": 7}), "FQDN has to be of type string, not int"),
        (Record("license_server", {"GUID": str(UUID(int=1))}), "GUID has to be of type guid, not str"),
        (Record("license_server", {"InstallUTC": datetime(2026, 1, 1)}), "InstallUTC has to be of type datetime"),
        (Record("license_server", {"InstallUTC": date(2026, 1, 1)}), "InstallUTC has to be of type datetime, not date"),
        (feature(sa_date(id=NOON)), "sa_date.id has to be of type css_date, not datetime"),
        (feature(sa_date(Pool=SECRET)), "sa_date.Pool has to be of type list, not str"),
        (feature(sa_date(Pool=(SECRET, 7))), "sa_date.Pool has to be of type list, not tuple"),  # type: ignore[arg-type]
    ],
)
def test_it_closes_and_names_the_element_but_never_the_value(record: Record, words: str) -> None:
    with pytest.raises(GateClosed) as closed:
        checked(ENVELOPE, record)
    assert words in str(closed.value)
    assert SECRET not in str(closed.value)


@pytest.mark.parametrize("held", [("inventory.feature", "SADate"), ("inventory.feature.sa_date", "Active")])
def test_it_closes_when_an_element_or_its_container_is_held_back(held: tuple[str, str]) -> None:
    permitted = {key: element for key, element in PERMITTED.items() if key != held}
    with pytest.raises(GateClosed, match=rf"^{'.'.join(held)} is not permitted to leave"):
        [unrolled(record) for record in Gate(UPLOAD, permitted).check([feature(sa_date(Active=1))])]


def test_it_closes_when_a_section_that_stands_once_comes_twice() -> None:
    with pytest.raises(GateClosed, match="metadata may stand there only once"):
        checked(ENVELOPE, ENVELOPE)


def test_what_is_not_known_was_never_there() -> None:
    assert checked(Record("license_server", {"GUID": None, "FQDN": "lic1", "Secret": None})) == [
        Record("license_server", {"FQDN": "lic1"})
    ]


@given(REPORTS)
@EXAMPLES
def test_whatever_comes_through_is_permitted_and_known(records: tuple[Record, ...]) -> None:
    for record in every(*checked(*records)):
        assert {(record.section, name) for name in record.values} <= set(PERMITTED)
        assert None not in record.values.values()


@given(REPORTS, st.data())
@EXAMPLES
def test_one_undeclared_element_anywhere_closes_it(records: tuple[Record, ...], data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(list(every(*records))))
    names = st.text(min_size=1).filter(lambda name: (place.section, name) not in PERMITTED)
    place.values[data.draw(names)] = SECRET  # type: ignore[index]  # the strategy made dicts
    with pytest.raises(GateClosed):
        checked(*records)


@given(REPORTS, st.data())
@EXAMPLES
def test_one_value_of_another_type_anywhere_closes_it(records: tuple[Record, ...], data: st.DataObject) -> None:
    wrong = st.sampled_from([b"x", 1.5, ["x"], {"x": 1}, datetime(2026, 1, 1), True])
    filled = [record for record in every(*records) if any(value is not None for value in record.values.values())]
    if filled:
        place = data.draw(st.sampled_from(filled))
        name = data.draw(st.sampled_from([name for name, value in place.values.items() if value is not None]))
        place.values[name] = data.draw(wrong)  # type: ignore[index]
        with pytest.raises(GateClosed):
            checked(*records)


def test_it_checks_one_record_at_a_time() -> None:
    def records() -> Iterator[Record]:
        yield ENVELOPE
        raise AssertionError("the second record was asked for too early")

    assert next(Gate(UPLOAD, PERMITTED).check(records())).values == ENVELOPE.values


def test_times_need_a_zone() -> None:
    assert checked(Record("metadata", {"Date": datetime(2026, 1, 1, tzinfo=UTC)}))
    with pytest.raises(GateClosed):
        checked(Record("metadata", {"Date": datetime(2026, 1, 1)}))
