"""Do report and manifest look as documented, whatever their texts hold?"""

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from io import BytesIO
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from payloads.documents.declared import DocumentUnknown
from payloads.documents.report_and_manifest import members
from payloads.gate import Gate
from payloads.keeping import narrowed
from payloads.scramble import scramble_declared
from payloads.spelling import writable
from payloads.values import Record
from tests.payloads.records import ENVELOPE, NOON, PERMITTED, REPORTS, SERVER, UPLOAD, checked

EXAMPLES = settings(max_examples=100, deadline=None)
HOSTILE = "\x00\x0b\x1f\t\n\r &<>\"'\ufffe\uffff\ud800𝔸é]"
ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.text(HOSTILE, max_size=9)
SA_DATE = "inventory.feature.sa_date"


def documents(records: Iterable[Record]) -> dict[str, bytes]:
    found = {}
    for member in members(records, UPLOAD):
        file = BytesIO()
        member.write(file)
        found[member.name] = file.getvalue()
    return found


def report(*records: Record) -> "etree._Element":
    return etree.fromstring(documents([ENVELOPE, *records])["report.xml"])


def paths(root: "etree._Element") -> list[str]:
    tree = root.getroottree()
    return [f"{tree.getpath(one)} {one.text or ''}".strip() for one in root.iter("*") if one is not root]


def test_the_report_has_the_documented_shape() -> None:
    date_record = Record(SA_DATE, {"id": date(2027, 6, 30), "Active": 1, "CountInstalled": 100})
    root = report(SERVER, Record("inventory.feature", {"ID": "XDT_PLT_UD"}, [date_record]))
    assert paths(root) == [
        "/Report/LSInfo",
        f"/Report/LSInfo/GUID {UUID(int=7)}",
        "/Report/LSInfo/FQDN lic1.example.test",
        "/Report/Inventory",
        "/Report/Inventory/Feature",
        "/Report/Inventory/Feature/ID XDT_PLT_UD",
        "/Report/Inventory/Feature/SADate",
        "/Report/Inventory/Feature/SADate/Active 1",
        "/Report/Inventory/Feature/SADate/CountInstalled 100",
    ]
    assert root.xpath("//SADate/@id") == ["2027.0630"]


def test_all_products_stand_in_one_inventory() -> None:
    root = report(SERVER, *(Record("inventory.feature", {"ID": name}) for name in "abc"))
    assert root.xpath("/Report/Inventory/Feature/ID/text()") == ["a", "b", "c"]


def test_a_product_without_support_date_has_no_id() -> None:
    root = report(Record("inventory.feature", {"ID": "x"}, [Record(SA_DATE, {"id": None, "Active": 1})]))
    assert root.xpath("count(//SADate/@*)") == 0


def test_the_manifest_carries_the_envelope_and_the_digest_of_the_report() -> None:
    found = documents([ENVELOPE, SERVER])
    assert list(found) == ["report.xml", "manifest.xml"]
    manifest = etree.fromstring(found["manifest.xml"])
    assert [(one.tag, one.text) for one in manifest] == [
        ("UTCDate", "2026-06-01T12:00:00Z"),
        ("UI", sha256(found["report.xml"]).hexdigest()),
    ]


def test_a_digest_that_may_not_leave_is_not_added() -> None:
    permitted = {key: element for key, element in PERMITTED.items() if key != ("metadata", "UI")}
    files: dict[str, BytesIO] = {}
    for member in members([ENVELOPE, SERVER], narrowed(UPLOAD, permitted)):
        member.write(files.setdefault(member.name, BytesIO()))
    assert [one.tag for one in etree.fromstring(files["manifest.xml"].getvalue())] == ["UTCDate"]


def test_without_an_envelope_the_manifest_is_empty_but_for_the_digest() -> None:
    found = documents([SERVER])
    assert [one.tag for one in etree.fromstring(found["manifest.xml"])] == ["UI"]
    assert b"lic1.example.test" in found["report.xml"]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (Record("metadata", {"UTCDate": NOON}), "metadata does not stand in report.xml"),
        (Record("license_server", {"Secret": "x"}), "license_server.Secret has no place in the document"),
    ],
)
def test_nothing_is_left_out_without_a_word(record: Record, words: str) -> None:
    with pytest.raises(DocumentUnknown, match=words):
        documents([ENVELOPE, record])


@given(ANY_TEXT)
@EXAMPLES
def test_any_text_makes_well_formed_xml_and_comes_back(text: str) -> None:
    server = Record("license_server", {"FQDN": text, "HardwareId": text})
    root = report(server, Record("inventory.feature", {"ID": text}))
    assert [one.text or "" for one in root.iter("FQDN", "HardwareId", "ID")] == [writable(text)] * 3


@given(ANY_TEXT)
@EXAMPLES
def test_what_xml_cannot_carry_is_seen_and_everything_else_stays(text: str) -> None:
    shown = writable(text)
    assert len(shown) == len(text)
    assert all(new in (old, "\ufffd") for old, new in zip(text, shown, strict=True))
    assert writable(shown) == shown


@given(REPORTS)
@EXAMPLES
def test_every_report_that_passes_the_gate_can_be_written(records: tuple[Record, ...]) -> None:
    for data in documents(checked(*records)).values():
        assert etree.fromstring(data) is not None


def test_fifty_thousand_records_are_written_while_they_are_made() -> None:
    made, seen_by_writer, count = [0], [], 50_000

    class Watching(BytesIO):
        def write(self, data: object) -> int:
            seen_by_writer.append(made[0])
            return super().write(data)  # type: ignore[arg-type]

    def dates() -> Iterator[Record]:
        for _ in range(count):
            made[0] += 1
            yield Record(SA_DATE, {"Active": 1})

    records = scramble_declared([ENVELOPE, Record("inventory.feature", {"ID": "x"}, dates())], PERMITTED)
    next(members(Gate(UPLOAD, PERMITTED).check(records), UPLOAD)).write(Watching())
    assert made == [count]
    steps = [later - earlier for earlier, later in zip([0, *seen_by_writer], seen_by_writer, strict=False)]
    assert max(steps) < count / 20, "the writer never waits for more than a small part of the records"


def test_the_reports_records_are_read_once_and_in_order() -> None:
    assert paths(report(SERVER, Record("inventory.feature", {"ID": str(NOON)})))[-1].endswith(str(NOON))
