"""Which sentences stand in the declarations of the programs? They are files, no modules, and people read them too."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = "programs/declarations"
CONTEXT = "declaration"  # as `programs.telling` asks for them
# What a person reads, from the program down to its elements. Names of sections and elements are what leaves.
TEXTS = ("name", "purpose", "used_for", "recipient", "cadence")
TEXTS_BELOW = {"upload": ("name",), "section": ("label",), "element": ("description", "purpose", "note")}


def of_declarations(root: Path) -> Iterator[tuple[str, str]]:
    """Each sentence with the file that it stands in."""
    for path in sorted((root / FOLDER).glob("*.toml")):
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from ((text, f"{FOLDER}/{path.name}") for text in _texts(found, TEXTS))


def _texts(table: dict[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        said = table.get(name) or ()
        yield from (said,) if isinstance(said, str) else said
    for below, their_names in TEXTS_BELOW.items():
        for one in table.get(below, ()):
            yield from _texts(one, their_names)
