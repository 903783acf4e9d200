"""Does everything stay small enough to be read, and named after its work?"""

import ast
from pathlib import Path

import pytest

from tests.house.source_tree import ROOT, python_files, tracked_files

MOST_LINES = 300
MOST_FUNCTION_LINES = 40
MOST_TEMPLATE_LINES = 120
LAYER_NAMES = {"utils", "helpers", "common", "services", "misc"}


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def long_functions(source: str) -> list[str]:
    functions = (
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return [node.name for node in functions if (node.end_lineno or 0) - node.lineno + 1 > MOST_FUNCTION_LINES]


def test_no_module_is_too_long() -> None:
    written = [path for path in tracked_files() if path.suffix == ".py" and "migrations" not in path.parts]
    assert [_name(path) for path in written if line_count(path) > MOST_LINES] == []


def test_no_function_is_too_long() -> None:
    found = {_name(path): long_functions(path.read_text(encoding="utf-8")) for path in python_files()}
    assert {name: functions for name, functions in found.items() if functions} == {}


def test_no_template_is_too_long() -> None:
    templates = [path for folder in (ROOT / "templates", *ROOT.glob("*/templates")) for path in folder.rglob("*.html")]
    assert [_name(path) for path in templates if line_count(path) > MOST_TEMPLATE_LINES] == []


def test_no_module_is_named_after_a_layer() -> None:
    assert [_name(path) for path in python_files() if {path.stem, path.parent.name} & LAYER_NAMES] == []


def test_every_module_opens_with_a_sentence() -> None:
    modules = [path for path in python_files() if path.read_text(encoding="utf-8").strip()]
    assert [_name(path) for path in modules if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(("lines", "found"), [(40, []), (41, ["work"])])
def test_the_measure_of_functions_notices_the_first_line_too_much(lines: int, found: list[str]) -> None:
    assert long_functions("def work():\n" + "    pass\n" * (lines - 1)) == found


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))
