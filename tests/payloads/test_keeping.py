"""Does what is not permitted stay here, with the places that would be left empty?"""

from datetime import date

import pytest

from payloads.gate import Gate
from payloads.keeping import keep_permitted, narrowed, permitted_of
from payloads.values import Record
from programs.catalog import program
from tests.payloads.records import ENVELOPE, NOON, PERMITTED, SERVER, UPLOAD, unrolled

FEATURE, DATE = "inventory.feature", "inventory.feature.sa_date"
REPORT = [ENVELOPE, SERVER, Record(FEATURE, {"ID": "XDT"}, [Record(DATE, {"id": date(2027, 6, 30), "Active": 1})])]
CALL_HOME = program("call_home").upload("diagnostic")


def kept(*paths: str, records: list[Record] = REPORT) -> list[Record]:
    permitted = permitted_of(UPLOAD, paths)
    return [unrolled(one) for one in keep_permitted(records, UPLOAD, permitted)]


def test_without_a_choice_everything_stays() -> None:
    assert kept(*(element.path for element in UPLOAD.elements())) == [unrolled(one) for one in REPORT]


def test_a_value_that_is_not_permitted_goes_and_its_record_stays() -> None:
    assert kept("license_server.GUID", "license_server.InstallUTC") == [
        Record("license_server", {"GUID": SERVER.values["GUID"]})
    ]


@pytest.mark.parametrize("paths", [(), ("nothing.Declared",), (f"{DATE}.Active",)])
def test_a_record_goes_where_nothing_may_stand_or_its_container_may_not(paths: tuple[str, ...]) -> None:
    assert kept(*paths) == []


def test_a_record_stays_for_what_is_inside() -> None:
    assert kept(f"{FEATURE}.SADate", f"{DATE}.Active") == [Record(FEATURE, {}, (Record(DATE, {"Active": 1}),))]


def test_what_no_declaration_knows_is_left_for_the_gate() -> None:
    leak = [Record("license_server", {"Secret": 1}), Record("users", {"Name": "ada"})]
    assert kept("license_server.GUID", records=leak) == leak


def test_what_was_kept_always_passes_the_gate() -> None:
    permitted = permitted_of(UPLOAD, [f"{FEATURE}.ID", "metadata.UTCDate"])
    passed = Gate(UPLOAD, permitted).check(keep_permitted(REPORT, UPLOAD, permitted))
    assert [one.values for one in passed] == [{"UTCDate": NOON}, {"ID": "XDT"}]


def test_a_value_with_two_names_leaves_only_while_both_may() -> None:
    every = {element.path for element in CALL_HOME.elements()}
    assert ("report.LSInfo", "GUID") in permitted_of(CALL_HOME, every)
    assert ("report.LSInfo", "GUID") not in permitted_of(CALL_HOME, every - {"license_server.GUID"})
    assert ("report.LSInfo", "FQDN") in permitted_of(CALL_HOME, every - {"license_server.GUID"})


def test_a_document_is_told_of_nothing_but_what_is_permitted() -> None:
    permitted = permitted_of(UPLOAD, ["metadata.UTCDate"])
    assert [element.path for element in narrowed(UPLOAD, permitted).elements()] == ["metadata.UTCDate"]
    assert narrowed(UPLOAD, PERMITTED) == UPLOAD
