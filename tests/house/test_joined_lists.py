"""Is every list that people read joined with the signs of their language? And not with the comma of English."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source_tree import ROOT, python_files

SIGNS = {", ", "; "}
ASKED = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
JOINED = re.compile(r"""\|join:["'][,;] ?["']""")
SENTENCE = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}", re.DOTALL)
GLUED = re.compile(r"(?:%}|}}), (?=[{<])")


def joined_in_sentences(source: str) -> Iterator[int]:
    """The lines at which a sentence for people is filled with words that English signs join."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _is_asked(node.left):
            yield from (one.lineno for one in ast.walk(node.right) if isinstance(one, ast.Call) and _joins(one))


def _is_asked(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKED


def _joins(node: ast.AST) -> bool:
    """Is it `", ".join(…)`?"""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "join":
        return False
    return isinstance(node.func.value, ast.Constant) and node.func.value.value in SIGNS


def test_sentences_are_filled_by_lists_of_their_language() -> None:
    found = {path: list(joined_in_sentences(path.read_text(encoding="utf-8"))) for path in python_files()}
    assert {path: lines for path, lines in found.items() if lines} == {}


def glued(page: str) -> bool:
    """Does a comma of English stand between two things that a template fills in, outside of any sentence?"""
    return GLUED.search(SENTENCE.sub("{{ sentence }}", page)) is not None


def test_no_comma_stands_between_what_is_filled_in() -> None:
    """`{% comma %}` is the one of the reader's language. The style guide shows examples."""
    pages = [one for one in sorted((ROOT / "templates").rglob("*.html")) if "style_guide" not in str(one)]
    assert [page for page in pages if glued(page.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("page", "is_glued"),
    [
        ("{{ person }}, {% ago at %}", True),
        ("{% if of %}{{ name }}{% endif %}, {{ role }}", True),
        ("{% translate 'By' %}, {% blocktranslate %}{{ name }}{% endblocktranslate %}", True),
        ("{% blocktranslate %}{{ name }}, {{ role }}{% endblocktranslate %}", False),
        ("{{ person }}{% comma %}{% ago at %}", False),
    ],
)
def test_the_search_finds_an_injected_comma(page: str, *, is_glued: bool) -> None:
    assert glued(page) is is_glued


def test_pages_take_words_together_by_the_same_list() -> None:
    """`listed` joins them; a module of the pages has no sign of its own either."""
    pages = sorted((ROOT / "templates").rglob("*.html"))
    assert [page for page in pages if JOINED.search(page.read_text(encoding="utf-8"))] == []
    modules = [path for path in python_files() if path.is_relative_to(ROOT / "dashboard")]
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules}
    assert [path for path, tree in trees.items() if any(_joins(node) for node in ast.walk(tree))] == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('_("There are: %(names)s.") % {"names": ", ".join(known)}', [1]),
        ('x = 1\nngettext("%(a)s", "%(a)s", 1) % {"a": "; ".join(known)}', [2]),
        ('_("There are: %(names)s.") % {"names": listed(known)}', []),
        ('help_text = "One of " + ", ".join(known)', []),
    ],
)
def test_the_search_finds_an_injected_example(source: str, lines: list[int]) -> None:
    assert list(joined_in_sentences(source)) == lines
    assert JOINED.search('{{ names|join:", " }}')
