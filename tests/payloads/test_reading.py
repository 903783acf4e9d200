"""Does every value of a bundle stand beside the element that declares it, and is dangerous XML refused?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from payloads.builder import build_bundle
from payloads.bundle import BundleRefused
from payloads.reading import Node, document_tree, parse_xml, read_tree
from programs.catalog import program
from tests.factories import a_server, increment, license_file, receive

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
UPLOAD = program("telemetry").upload("compliance")
ODD = [
    (),
    (increment(),),
    (increment("LSInfo"), increment("Feature"), increment("SADate", version="12.0"), increment("Manifest")),
    (increment("<b>&amp;</b>"), increment("x" * 300), increment("é𝔸")),
    (increment(version="12.0"), increment(version="13.0"), increment(version="2027.0230")),
    (increment(count=0, extra="HOSTID=ANY"), increment("gui", vendor="other"), increment(expiry="1-jan-2020")),
]


def leaves(node: Node) -> Iterator[Node]:
    if not node.children:
        yield node
    for child in node.children:
        yield from leaves(child)


def tree(folder: Path, *lines: str) -> list[Node]:
    server = a_server(hardware_id="E824", installed_at=NOON)
    if lines:
        receive(server, license_file(*lines))
    return read_tree(build_bundle(server, program("telemetry"), kind="compliance", at=NOON, folder=folder).path, UPLOAD)


def below(nodes: list[Node], *names: str) -> list[tuple[str, str]]:
    for name in names:
        nodes = [child for node in nodes for child in node.children if child.name == name]
    return [(child.name, child.element.path if child.element else "") for node in nodes for child in node.children]


@pytest.mark.django_db
@pytest.mark.parametrize("lines", ODD)
def test_no_value_is_without_the_element_that_declares_it(tmp_path: Path, lines: tuple[str, ...]) -> None:
    found = [leaf for document in tree(tmp_path, *lines) for leaf in leaves(document)]
    assert len(found) > 10
    for leaf in found:
        assert leaf.element, f"{leaf.name} is not labeled"
        assert leaf.element.name == leaf.name.lstrip("@")


@pytest.mark.django_db
def test_every_value_gets_the_element_of_its_own_place(tmp_path: Path) -> None:
    documents = {document.name: document for document in tree(tmp_path, increment())}
    report, manifest = documents["report.xml"], documents["manifest.xml"]
    assert ("ProductVersion", "metadata.ProductVersion") in below([manifest])
    assert {path.partition(".")[0] for _, path in below([report], "LSInfo")} == {"license_server"}
    assert below([report], "Inventory", "Feature") == [
        ("ID", "inventory.feature.ID"),
        ("SADate", "inventory.feature.SADate"),
    ]
    assert [path for _, path in below([report], "Inventory", "Feature", "SADate")] == [
        f"inventory.feature.sa_date.{name}" for name in ("id", "Active", "CountInstalled")
    ]


@pytest.mark.django_db
def test_it_counts_every_value_once(tmp_path: Path) -> None:
    for document in tree(tmp_path, increment(), increment("MPS_ENT_CCU")):
        assert document.count == len(list(leaves(document)))
        assert [node.text for node in document.values()] == [leaf.text for leaf in leaves(document)]


LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><r>&l9;</r>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]><r>&x;</r>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>',
        '<!DOCTYPE r [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><r/>',
        "<!DOCTYPE r><r/>",
        "<r>&undefined;</r>",
        "<r>",
        "",
        "hello",
        "<r>\x00</r>",
        "<r>" + "<d>" * 5000 + "</d>" * 5000 + "</r>",
    ],
)
def test_it_refuses_entities_document_types_and_broken_xml(text: str) -> None:
    with pytest.raises(BundleRefused) as refused:
        parse_xml(text.encode())
    assert "root:" not in str(refused.value)


def test_it_reads_plain_xml() -> None:
    assert parse_xml(b"<?xml version='1.0'?><r><a>1</a></r>").findtext("a") == "1"


def test_it_refuses_a_bundle_that_is_no_zip(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"not a zip")
    with pytest.raises(BundleRefused):
        read_tree(tmp_path / "x.zip", UPLOAD)


EVENTS = program("event_data").upload("inventory")
CALL_HOME = program("call_home").upload("diagnostic")


def labeled(document: Node) -> list[tuple[str, str]]:
    return [(node.text, node.element.path) for node in document.values() if node.element]


def test_it_reads_events_and_labels_them_by_their_place() -> None:
    event = b'{"header": {"ver": 1, "id": "E824"}, "payload": {"feature": [{"PEM": "A"}, {"PEM": "B"}], "id": "x"}}'
    document = document_tree("event.json", event, EVENTS)
    assert labeled(document) == [
        ("1", "header.ver"),
        ("E824", "header.id"),
        ("A", "payload.feature.PEM"),
        ("B", "payload.feature.PEM"),
    ]
    assert [node.name for node in leaves(document) if node.element is None] == ["id"]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"7", b"{", b"\xff", b'{"a": ' * 100_000, b'{"a":' * 900 + b"1" + b"}" * 900]
)
def test_it_refuses_json_that_is_no_object_broken_or_too_deep(data: bytes) -> None:
    with pytest.raises(BundleRefused):
        document_tree("event.json", data, EVENTS)


@pytest.mark.parametrize("name", ["ProductUTCDeployDate", "ProductDeployUTCDate"])
def test_it_reads_both_spellings_of_the_day_of_installation(name: str) -> None:
    data = f"<Manifest><{name}>2026-01-02T03:04:05Z</{name}></Manifest>".encode()
    found = labeled(document_tree("manifest.xml", data, CALL_HOME))
    assert found == [("2026-01-02T03:04:05Z", "metadata.ProductDeployUTCDate")]


def test_it_reads_users_with_their_attribute() -> None:
    users = '<UsersBillable><ID timeLastLogin="2026-01-02T03:04:05Z">ada</ID></UsersBillable>'
    data = f"<Report><Inventory><Feature><SADate>{users}</SADate></Feature></Inventory></Report>".encode()
    place = "report.Inventory.Feature.SADate.UsersBillable.ID"
    found = labeled(document_tree("report.xml", data, CALL_HOME))
    assert found == [("ada", place), ("2026-01-02T03:04:05Z", f"{place}/@timeLastLogin")]
