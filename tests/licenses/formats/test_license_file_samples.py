"""Does every sample file give the facts that were counted by hand?"""

import json
from pathlib import Path
from typing import Any

import pytest

from licenses.formats.facts import license_file_facts
from licenses.formats.license_file import parse

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "tests" / "samples" / "lic"
EXPECTED = json.loads((SAMPLES / "facts.json").read_text(encoding="utf-8"))
BESIDE = ROOT.parent / "shared" / "fixtures"
SECRET = "5EED"


def _sibling_facts() -> dict[str, dict[str, object]]:
    if not (BESIDE / "facts.json").exists():
        return {}
    every = json.loads((BESIDE / "facts.json").read_text(encoding="utf-8"))
    return {name: facts for name, facts in every.items() if name.startswith("lic/")}


SIBLINGS = _sibling_facts()


def _facts(name: str) -> dict[str, Any]:
    facts: dict[str, Any] = license_file_facts(parse((SAMPLES / name).read_bytes()))
    facts["problem_lines"] = [[problem["line"], problem["severity"]] for problem in facts["problems"]]
    facts["notices"] = [feature["NOTICE"] for feature in facts["features"] if "NOTICE" in feature]
    facts["expiries"] = [feature["expiry"] for feature in facts["features"]]
    return facts


def test_it_has_facts_for_every_sample() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in SAMPLES.glob("*.lic"))


@pytest.mark.parametrize("name", EXPECTED)
def test_it_reads_the_sample(name: str) -> None:
    found = _facts(name)
    assert {key: found.get(key) for key in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_it_keeps_no_signature_of_the_sample(name: str) -> None:
    parsed = parse((SAMPLES / name).read_bytes())
    assert SECRET not in repr(parsed)
    assert SECRET not in json.dumps(license_file_facts(parsed))


@pytest.mark.parametrize("name", EXPECTED)
def test_it_takes_every_sample_for_a_license_file(name: str) -> None:
    assert parse((SAMPLES / name).read_bytes()).is_license_file


@pytest.mark.parametrize("name", SIBLINGS)
def test_it_agrees_with_the_reference_fixtures_beside_the_repository(name: str) -> None:
    found = license_file_facts(parse((BESIDE / name).read_bytes()))
    expected = {key: value for key, value in SIBLINGS[name].items() if key != "must"}
    assert {key: found.get(key) for key in expected} == expected
