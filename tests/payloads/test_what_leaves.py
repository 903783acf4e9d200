"""Does only what was agreed leave, from any server and for every program? And would the tests notice if not?"""

import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from payloads import builder, collectors
from payloads.builder import members_of
from payloads.bundle import write_bundle
from payloads.documents.declared import DocumentUnknown
from payloads.facts import Facts
from payloads.gate import Gate, GateClosed
from payloads.keeping import permitted_of
from payloads.reading import Node, document_tree
from payloads.values import Record
from programs.catalog import Program, UploadKind
from servers.models import LicenseServer
from tests.payloads.worlds import UPLOADS, World, worlds

SCHEMAS = Path(builder.__file__).parent / "schemas"
KINDS = pytest.mark.parametrize(
    ("program", "upload"), UPLOADS, ids=lambda one: one.code if isinstance(one, Program) else one.kind
)
EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SECRET = "TOP-SECRET-4711"


def files_of(facts: Facts, permitted: Iterable[str] | None = None) -> dict[str, bytes]:
    allowed = permitted_of(facts.upload, None if permitted is None else set(permitted))
    files = {}
    for member in members_of(facts, allowed=allowed):
        file = io.BytesIO()
        member.write(file)
        files[member.name] = file.getvalue()
    return files


def zipped(facts: Facts) -> bytes:
    file = io.BytesIO()
    write_bundle(file, members_of(facts, allowed=permitted_of(facts.upload, None)))
    return file.getvalue()


def plain(program: Program, upload: UploadKind) -> Facts:
    """The smallest world: a server, nothing more."""
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    server = LicenseServer(name="zq.example.test", service_started_at=noon, hardware_id="zq1", installed_at=noon)
    return Facts(server, program, upload, noon)


def some_paths(upload: UploadKind) -> st.SearchStrategy[set[str]]:
    """None, all, all but one, or any of the upload's elements: one bit for each."""
    every = [element.path for element in upload.elements()]
    full = 2 ** len(every) - 1
    but_one = st.integers(0, len(every) - 1).map(lambda bit: full - 2**bit)
    masks = st.sampled_from([0, full]) | but_one | st.integers(0, full)
    return masks.map(lambda mask: {path for bit, path in enumerate(every) if mask >> bit & 1})


def texts(node: Node) -> Iterator[Node]:
    """Whatever says something; an empty container says nothing."""
    if node.text:
        yield node
    for child in node.children:
        yield from texts(child)


def objections(facts: Facts, permitted: set[str]) -> list[str]:
    """What is wrong with what would leave: nothing, if the gate closed or everything in it may leave."""
    try:
        files = files_of(facts, permitted)
    except GateClosed:
        return []
    except DocumentUnknown as error:
        return [f"not stopped by the gate: {error}"]
    allowed = {element.path for element in permitted_of(facts.upload, permitted).values()}
    trees = [document_tree(name, data, facts.upload) for name, data in files.items()]
    found = [leaf for tree in trees for child in tree.children for leaf in texts(child)]
    return [leaf.name for leaf in found if not leaf.element or leaf.element.path not in allowed]


def is_valid(program: Program, upload: UploadKind, files: dict[str, bytes]) -> bool:
    stem = SCHEMAS / f"{program.code}_{upload.kind}"
    if stem.with_suffix(".xsd").exists():
        schema = etree.XMLSchema(file=str(stem.with_suffix(".xsd")))
        return all(schema.validate(etree.fromstring(data)) for data in files.values())
    checker = jsonschema.Draft202012Validator(json.loads(stem.with_suffix(".schema.json").read_text()))
    return all(checker.is_valid(json.loads(data)) for data in files.values())


@KINDS
@given(st.data())
@EXAMPLES
def test_only_what_is_permitted_leaves_in_a_valid_document(
    program: Program, upload: UploadKind, data: st.DataObject
) -> None:
    facts = data.draw(worlds()).for_upload(program, upload)
    permitted = data.draw(some_paths(upload))
    assert objections(facts, permitted) == []
    assert is_valid(program, upload, files_of(facts, permitted))


@KINDS
@given(worlds())
@EXAMPLES
def test_the_same_facts_give_the_same_bytes(program: Program, upload: UploadKind, world: World) -> None:
    facts = world.for_upload(program, upload)
    assert zipped(facts) == zipped(facts)


@KINDS
def test_what_is_not_agreed_to_is_not_even_collected(
    program: Program, upload: UploadKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(_facts: Facts) -> Iterator[Record]:
        raise AssertionError("nothing was permitted")

    for name in collectors.COLLECTORS:
        monkeypatch.setitem(collectors.COLLECTORS, name, asked)
    assert all(b"zq" not in data for data in files_of(plain(program, upload), []).values())


@given(worlds())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_ceip_leads_to_no_user_device_server_or_organization(world: World) -> None:
    program, upload = next(pair for pair in UPLOADS if pair[0].code == "ceip")
    text = b"".join(files_of(world.for_upload(program, upload)).values()).decode().casefold()
    assert [secret for secret in world.identifying if secret.casefold() in text] == []


@given(worlds())
@EXAMPLES
def test_the_search_would_notice_a_name_in_ceip(world: World) -> None:
    program, upload = next(pair for pair in UPLOADS if pair[0].code == "call_home")
    text = b"".join(files_of(world.for_upload(program, upload)).values()).decode()
    assert any(secret in text for secret in world.identifying)


def leaky(upload: UploadKind, *, undeclared: bool) -> tuple[str, Record]:
    """A collector's name, and a record with one value that may not leave."""
    section = next(one for one in upload.sections if one.document and not one.is_other_name)
    element = section.elements[0]
    return element.collector, Record(section.name, {"AdminPassword" if undeclared else element.name: SECRET})


@KINDS
@pytest.mark.parametrize("undeclared", [True, False])
def test_a_collector_that_leaks_closes_the_gate(
    program: Program, upload: UploadKind, undeclared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, record = leaky(upload, undeclared=undeclared)
    facts = plain(program, upload)
    monkeypatch.setitem(collectors.COLLECTORS, name, lambda _facts: iter([record]))
    if not undeclared:  # then keeping would take it out before the gate sees it
        monkeypatch.setattr(builder, "keep_permitted", lambda records, _upload, _permitted: records)
    held = f"{record.section}.{next(iter(record.values))}"
    permitted = {element.path for element in upload.elements()} - {held}
    with pytest.raises(GateClosed) as closed:
        files_of(facts, permitted)
    assert held in str(closed.value)
    assert SECRET not in str(closed.value)


@KINDS
@pytest.mark.parametrize("undeclared", [True, False])
def test_a_gate_that_lets_everything_through_is_noticed(
    program: Program, upload: UploadKind, undeclared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, record = leaky(upload, undeclared=undeclared)
    monkeypatch.setitem(collectors.COLLECTORS, name, lambda _facts: iter([record]))
    monkeypatch.setattr(builder, "keep_permitted", lambda records, _upload, _permitted: records)
    permitted = {element.path for element in upload.elements()} - {f"{record.section}.{next(iter(record.values))}"}
    assert objections(plain(program, upload), permitted) == []
    monkeypatch.setattr(Gate, "check", lambda _self, records: iter(records))
    assert objections(plain(program, upload), permitted) != []
    # And with writers that do not look either:
    monkeypatch.setattr(builder, "narrowed", lambda upload, _permitted: upload)
    assert objections(plain(program, upload), permitted) != []


@KINDS
def test_each_schema_knows_every_element_of_its_documents(program: Program, upload: UploadKind) -> None:
    (path,) = SCHEMAS.glob(f"{program.code}_{upload.kind}.*")
    text = path.read_text(encoding="utf-8")
    told = [one for one in upload.elements() if not one.same_as and not _is_elsewhere(upload, one.section)]
    assert [one.path for one in told if f'"{one.name.rpartition("@")[2]}"' not in text] == []


def _is_elsewhere(upload: UploadKind, section: str) -> bool:
    """Does it stand in a file of events, which nobody writes so far?"""
    one = upload.section(section)
    return _is_elsewhere(upload, one.parent) if one.parent else one.document.endswith(".zip")
