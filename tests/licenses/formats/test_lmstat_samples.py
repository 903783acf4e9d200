"""Does every lmstat sample give the facts that were counted by hand?"""

import json
from pathlib import Path
from typing import Any

import pytest

from licenses.formats.lmstat import looks_like_lmstat, parse
from licenses.formats.lmstat_facts import lmstat_facts

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "tests" / "samples" / "lmstat"
EXPECTED = json.loads((SAMPLES / "facts.json").read_text(encoding="utf-8"))
BESIDE = ROOT.parent / "shared" / "fixtures"


def _sibling_facts() -> dict[str, dict[str, object]]:
    if not (BESIDE / "facts.json").exists():
        return {}
    every: dict[str, dict[str, object]] = json.loads((BESIDE / "facts.json").read_text(encoding="utf-8"))
    return {name: facts for name, facts in every.items() if "/" in name}


SIBLINGS = _sibling_facts()
LMSTAT_SIBLINGS = [name for name in SIBLINGS if name.startswith("lmstat/")]
OTHER_SIBLINGS = [name for name in SIBLINGS if not name.startswith("lmstat/")]


def _facts(name: str) -> dict[str, Any]:
    facts: dict[str, Any] = lmstat_facts(parse((SAMPLES / name).read_bytes()))
    facts["problem_lines"] = [[problem["line"], problem["severity"]] for problem in facts["problems"]]
    return facts


def test_it_has_facts_for_every_sample() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in SAMPLES.glob("*.txt"))


@pytest.mark.parametrize("name", EXPECTED)
def test_it_reads_the_sample(name: str) -> None:
    found = _facts(name)
    assert {key: found.get(key) for key in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_it_recognizes_every_sample_by_its_content(name: str) -> None:
    raw = (SAMPLES / name).read_bytes()
    assert looks_like_lmstat(raw)
    assert looks_like_lmstat(raw.decode().encode("utf-16"))
    assert parse(raw).is_lmstat


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "samples" / "lic").glob("*.lic")), ids=lambda path: path.name)
def test_it_takes_no_license_file_for_lmstat(path: Path) -> None:
    assert not looks_like_lmstat(path.read_bytes())
    assert not parse(path.read_bytes()).is_lmstat


@pytest.mark.parametrize("name", LMSTAT_SIBLINGS)
def test_it_agrees_with_the_reference_fixtures_beside_the_repository(name: str) -> None:
    raw = (BESIDE / name).read_bytes()
    found = lmstat_facts(parse(raw))
    expected = {key: value for key, value in SIBLINGS[name].items() if key != "must"}
    assert {key: found.get(key) for key in expected} == expected
    assert looks_like_lmstat(raw)


@pytest.mark.parametrize("name", LMSTAT_SIBLINGS)
def test_it_leaves_no_line_of_a_reference_fixture_unread(name: str) -> None:
    assert [span for span in parse((BESIDE / name).read_bytes()).spans if span.kind == "problem"] == []


@pytest.mark.parametrize("name", OTHER_SIBLINGS)
def test_it_takes_no_other_reference_fixture_for_lmstat(name: str) -> None:
    assert not looks_like_lmstat((BESIDE / name).read_bytes())
