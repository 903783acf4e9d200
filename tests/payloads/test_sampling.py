"""Does a sample say what would leave, in the spelling in which it would leave?"""

from datetime import datetime
from pathlib import Path

import pytest

from intake.importing import import_report
from intake.models import Door
from payloads.builder import build_bundle
from payloads.reading import Node, read_tree
from payloads.sampling import samples
from programs.catalog import program
from programs.standing import declared_elements
from servers.models import LicenseServer
from servers.registry import add_server
from tests.dashboard.conftest import LICENSE

AT = datetime.fromisoformat("2026-03-02T10:00:00+00:00")


@pytest.fixture
def server(db: None) -> LicenseServer:
    server = add_server(name="lic-ams-01.corp.example")
    import_report(server, LICENSE, name="desktops.lic", door=Door.SHELL)
    return server


@pytest.mark.parametrize("code", ["call_home", "ceip", "telemetry"])
def test_every_sample_stands_in_the_bundle(server: LicenseServer, tmp_path: Path, code: str) -> None:
    one = program(code)
    found = samples(server, one, list(declared_elements(one)), at=AT)
    leaves: dict[str, set[str]] = {}
    for upload in one.uploads:
        sealed = build_bundle(
            server, one, kind=upload.kind, at=AT, folder=tmp_path, permitted=list(declared_elements(one))
        )
        for node in _values(read_tree(sealed.path, upload)):
            assert node.element is not None
            leaves.setdefault(node.element.path, set()).add(node.text)
    assert len(found) > 5
    assert {path: text for path, text in found.items() if path in leaves and text not in leaves[path]} == {}
    assert found.keys() & leaves.keys()


def test_it_asks_for_no_more_than_what_is_wanted(server: LicenseServer) -> None:
    one = program("telemetry")
    path = next(iter(declared_elements(one)))
    assert samples(server, one, [path], at=AT).keys() <= {path}
    assert samples(server, one, [], at=AT) == {}


def _values(nodes: tuple[Node, ...] | list[Node]) -> list[Node]:
    return [value for node in nodes for value in node.values()]
