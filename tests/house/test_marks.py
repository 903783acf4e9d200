"""Do all tests with real processes stand where `script/test` looks for them?"""

import re

import pytest

from tests.house.source_tree import ROOT, tracked_files

PLACES = {"stories", "browser"}
MARK = re.compile(r"\bmark\.(stack|browser)\b")


def marked(text: str) -> bool:
    """Does a file ask for the real processes or a browser?"""
    return MARK.search(text) is not None


def test_only_stories_and_the_browser_start_real_processes() -> None:
    tests = [path.relative_to(ROOT / "tests") for path in tracked_files() if path.is_relative_to(ROOT / "tests")]
    found = {path for path in tests if path.suffix == ".py" and marked((ROOT / "tests" / path).read_text())}
    assert {path.parts[0] for path in found} == PLACES


@pytest.mark.parametrize(("text", "is_marked"), [("@pytest.mark." + "stack\n", True), ("pytest.mark.django_db", False)])
def test_the_search_finds_an_injected_example(text: str, *, is_marked: bool) -> None:
    assert marked(text) is is_marked
