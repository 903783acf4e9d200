"""Is a new program a new file? One that exists only here: a declaration, a source of values, a known shape."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree

from payloads import collectors, documents
from payloads.builder import build_bundle
from payloads.bundle import read_members
from payloads.checks import unpaired
from payloads.documents.report_and_manifest import members
from payloads.facts import Facts
from payloads.reading import read_tree
from payloads.scramble import scramble
from payloads.values import Record
from programs import catalog
from programs.catalog import Program, programs
from tests.factories import a_server

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DECLARATION = Path(__file__).parent.parent / "samples" / "declarations" / "weather.toml"


def rain_gauge(facts: Facts) -> Iterator[Record]:
    yield Record("metadata", {"Product": facts.upload.product})
    for day, rain in ((date(2026, 5, 30), 3), (date(2026, 5, 31), 0)):
        yield Record("day", {"date": day, "Rain": rain, "Observer": facts.server.short_name})


@pytest.fixture
def weather(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """The program, declared beside the other four."""
    shutil.copytree(catalog.FOLDER, tmp_path / "declarations")
    shutil.copy(DECLARATION, tmp_path / "declarations")
    monkeypatch.setattr(catalog, "FOLDER", tmp_path / "declarations")
    monkeypatch.setitem(collectors.COLLECTORS, "rain_gauge", rain_gauge)
    monkeypatch.setitem(documents.WRITERS, ("weather", "report"), members)
    catalog.programs_in.cache_clear()
    yield catalog.program("weather")
    catalog.programs_in.cache_clear()


def test_it_stands_beside_the_others_and_passes_the_checks(weather: Program) -> None:
    assert list(programs()) == ["call_home", "ceip", "event_data", "telemetry", "weather"]
    assert unpaired(list(programs().values())) == []


@pytest.mark.django_db
def test_its_bundle_is_collected_scrambled_gated_written_and_read(weather: Program, tmp_path: Path) -> None:
    every = [element.path for element in weather.upload("report").elements()]
    bundle = build_bundle(a_server(), weather, kind="report", at=NOON, folder=tmp_path, permitted=every)
    assert bundle.name == f"weather_{int(NOON.timestamp())}.zip"
    report = etree.fromstring(read_members(bundle.path)["report.xml"])
    assert report.xpath("/Report/Days/Day/@date") == ["2026-05-30", "2026-05-31"]
    assert report.xpath("/Report/Days/Day/Observer/text()") == [scramble("lic1")] * 2
    found = [node for document in read_tree(bundle.path, weather.upload("report")) for node in document.values()]
    assert {node.element.path for node in found if node.element} == set(every)


@pytest.mark.django_db
def test_what_was_not_agreed_to_stays_here(weather: Program, tmp_path: Path) -> None:
    bundle = build_bundle(a_server(), weather, kind="report", at=NOON, folder=tmp_path, permitted=["day.Rain"])
    report, manifest = (read_members(bundle.path)[name] for name in ("report.xml", "manifest.xml"))
    assert etree.fromstring(report).xpath("//Day/*/text()|//Day/@*") == ["3", "0"]
    assert len(etree.fromstring(manifest)) == 0
