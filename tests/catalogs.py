"""A language that a test makes up: a compiled catalog in a folder of its own, read as a real one is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.test import override_settings

from languages.known import folder_name
from programs.catalog import programs_in
from programs.declared_words import declared_words
from programs.texts import CADENCE, DOES, ELEMENTS, RECIPIENT, SHARING, USED_FOR, VERSIONS

OURS: tuple[str, ...] = (*DOES.values(), *SHARING, ELEMENTS, USED_FOR, RECIPIENT, CADENCE, VERSIONS)
Words = Mapping[str | tuple[str, str], str | tuple[str, str]]


@contextmanager
def speaking(folder: Path, **languages: Words) -> Iterator[None]:
    """Inside, these languages say these things, and nothing else; a pair is a context and a sentence.

    Where a pair is said as a pair, both are a singular and a plural.
    The folder has to be a new one: what was read once is not read again.
    """
    for code, words in languages.items():
        name = folder_name(code.replace("_", "-"))
        made = Catalog(locale=name, domain="django", charset="utf-8", fuzzy=False)
        for key, said in words.items():
            if isinstance(said, tuple):
                made.add(key, said)
                continue
            context, text = key if isinstance(key, tuple) else (None, key)
            made.add(text, said, context=context)
        path = folder / name / "LC_MESSAGES" / "django.mo"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            write_mo(file, made)
    programs_in.cache_clear()
    with override_settings(LOCALE_PATHS=[folder]):
        yield
    programs_in.cache_clear()


def all_of_consent(sign: str) -> dict[str | tuple[str, str], str]:
    """A language that has every part of every text of consent, each between its own signs."""
    return {
        **{text: f"{sign}{text}{sign}" for text in OURS},
        **{(context, text): f"{sign}{text}{sign}" for context, text in declared_words()},
    }
