"""Which words stand in the declarations? All of them, for the catalogs: `script/messages extract` asks here.

The files are English and the ones that count; what other languages say of them stands in the catalogs, with the
context DECLARATION.
"""

from collections.abc import Iterator

from programs.catalog import ENGLISH, programs_in
from programs.telling import DECLARATION, told


def declared_words() -> Iterator[tuple[str, str]]:
    """Context and English text of every sentence of every declaration, each once, in the order of the files."""
    found: dict[str, None] = {}

    def note(text: str) -> str:
        found[text] = None
        return text

    for program in programs_in(ENGLISH).values():
        told(program, note)
    yield from ((DECLARATION, text) for text in found)
