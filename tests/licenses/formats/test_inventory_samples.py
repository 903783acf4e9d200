"""Does every sample of udadmin, options file and inventory give the facts that were counted by hand?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licenses.formats import inventory_export, options_file, udadmin
from licenses.formats.inventory_export import looks_like_inventory
from licenses.formats.inventory_facts import inventory_facts, options_file_facts, udadmin_facts
from licenses.formats.options_file import looks_like_options_file
from licenses.formats.udadmin import looks_like_udadmin
from tests.licenses.formats.line_accounting import assert_every_line_is_accounted_for

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "tests" / "samples"
BESIDE = ROOT.parent / "shared" / "fixtures"
SECRET = "5EED"

PARSERS: dict[str, Callable[[bytes], Any]] = {
    "udadmin": udadmin.parse,
    "opt": options_file.parse,
    "inventory": inventory_export.parse,
}
FACTS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "udadmin": udadmin_facts,
    "opt": options_file_facts,
    "inventory": inventory_facts,
}
EXPECTED: dict[str, dict[str, Any]] = {
    f"{folder}/{name}": facts
    for folder in PARSERS
    for name, facts in json.loads((SAMPLES / folder / "facts.json").read_text(encoding="utf-8")).items()
}
BESIDE_FACTS = json.loads((BESIDE / "facts.json").read_text(encoding="utf-8")) if BESIDE.exists() else {}
SIBLINGS = {name: facts for name, facts in BESIDE_FACTS.items() if name.partition("/")[0] in PARSERS}
LICENSE_FILES = sorted((SAMPLES / "lic").glob("*.lic"))
OTHERS = [name for name in BESIDE_FACTS if "/" in name and name not in SIBLINGS]


def _facts(name: str, raw: bytes) -> dict[str, Any]:
    folder = name.partition("/")[0]
    parsed = PARSERS[folder](raw)
    facts = FACTS[folder](parsed)
    facts["problem_lines"] = [[problem["line"], problem["severity"]] for problem in facts["problems"]]
    facts["comments"] = [list(span) for span in parsed.lines.comments]
    facts["names"] = [one.name for one in getattr(parsed, "assignments", ())]
    facts["statements"] = len(getattr(parsed, "statements", ()))
    facts["source"] = getattr(parsed, "source", None)
    facts["certain"] = getattr(parsed, "date_order_certain", None)
    return facts


def _claims(text: str) -> set[str]:
    found = {
        "udadmin": looks_like_udadmin(text),
        "opt": looks_like_options_file(text),
        "inventory": looks_like_inventory(text) is not None,
    }
    return {kind for kind, claimed in found.items() if claimed}


def test_it_has_facts_for_every_sample() -> None:
    files = [path for folder in PARSERS for path in (SAMPLES / folder).iterdir() if path.name != "facts.json"]
    assert sorted(EXPECTED) == sorted(f"{path.parent.name}/{path.name}" for path in files)


@pytest.mark.parametrize("name", EXPECTED)
def test_it_reads_the_sample(name: str) -> None:
    found = _facts(name, (SAMPLES / name).read_bytes())
    assert {key: found.get(key) for key in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_it_accounts_for_every_line_of_the_sample(name: str) -> None:
    raw = (SAMPLES / name).read_bytes()
    parsed = PARSERS[name.partition("/")[0]](raw)
    assert_every_line_is_accounted_for(raw, parsed.lines, parsed.problems)
    assert SECRET not in repr(parsed)


@pytest.mark.parametrize("name", EXPECTED)
def test_it_claims_the_sample_for_one_kind_only(name: str) -> None:
    assert _claims((SAMPLES / name).read_text(encoding="utf-8")) == {name.partition("/")[0]}


@pytest.mark.parametrize("path", LICENSE_FILES, ids=lambda path: path.name)
def test_it_leaves_license_files_to_others(path: Path) -> None:
    assert _claims(path.read_bytes().decode("latin-1").replace("\r\n", "\n")) == set()


@pytest.mark.parametrize("name", SIBLINGS)
def test_it_agrees_with_the_reference_fixtures_beside_the_repository(name: str) -> None:
    raw = (BESIDE / name).read_bytes()
    found = _facts(name, raw)
    expected = {key: value for key, value in SIBLINGS[name].items() if key != "must"}
    assert {key: found.get(key) for key in expected} == expected
    assert found["problems"] == []
    assert _claims(raw.decode()) == {name.partition("/")[0]}


@pytest.mark.parametrize("name", OTHERS)
def test_it_leaves_the_other_fixtures_beside_the_repository_alone(name: str) -> None:
    assert _claims((BESIDE / name).read_bytes().decode("latin-1").replace("\r\n", "\n")) == set()
