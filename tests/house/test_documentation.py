"""Can a person find every setting and every command in the documentation?"""

import re

from tests.house.source_tree import PACKAGES, ROOT

READ = re.compile(
    r'\b(?:ENVIRONMENT|environment)\.(?:text|flag|number|number_or_none|path|url|choice|parsed|given)\(\s*"([A-Z_]+)"'
)


def variables_read() -> set[str]:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "licensing_manager").rglob("*.py"))
    return {name for source in sources for name in READ.findall(source)}


def commands() -> set[str]:
    found = (path for package in PACKAGES for path in (ROOT / package / "management" / "commands").glob("*.py"))
    return {path.stem for path in found if not path.stem.startswith("_")}


def documentation() -> str:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages if page.exists())


def test_the_search_for_variables_finds_some() -> None:
    assert {"DATA_DIR", "CIS_URL", "DATABASE_URL", "REDIS_URL"} <= variables_read()


def test_every_variable_is_explained_with_an_example() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    explained = {name for names in re.findall(r"^# ([A-Z_, ]+):", text, re.MULTILINE) for name in names.split(", ")}
    with_example = set(re.findall(r"^#([A-Z_]+?)(?:_FILE)?=", text, re.MULTILINE))
    assert variables_read() - explained == set()
    assert variables_read() - with_example == set()


def test_no_variable_is_explained_that_nothing_reads() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#([A-Z_]+?)(?:_FILE)?=", text, re.MULTILINE)) - variables_read() == set()


def test_every_command_is_in_the_documentation() -> None:
    text = documentation()
    assert {name for name in commands() if not re.search(rf"\b{name}\b", text)} == set()
