"""Which sentences are there to translate? Those of the templates and of every module, with the places they stand at."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from django.utils.translation.template import templatize

from languages.catalogs import new_catalog, read_catalog, sentences, write_catalog
from languages.declarations import CONTEXT, of_declarations
from languages.known import LOCALE, ROOT, TRANSLATED, catalog_path

# The receiver speaks English: it is the other end of the wire, and shares no code with the others.
PACKAGES = (
    "demo",
    "accounts",
    "servers",
    "licenses",
    "programs",
    "payloads",
    "uploads",
    "intake",
    "alerts",
    "dashboard",
    "api",
    "licensing_manager",
    "languages",
)
# How many words of a call are taken, and what they are: t the sentence, p its plural, c its context.
CALLS = {
    "_": "t",
    "gettext": "t",
    "gettext_lazy": "t",
    "gettext_noop": "t",
    "say": "t",  # licenses/formats/saying.py: readers of files that know of no language
    "ngettext": "tp",
    "ngettext_lazy": "tp",
    "pgettext": "ct",
    "pgettext_lazy": "ct",
    "npgettext": "ctp",
    "npgettext_lazy": "ctp",
}
COMMENT = "# Translators:"
WORDS = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
CALL = re.compile(rf"(?<!\w)(n?p?gettext|_)\(\s*({WORDS}(?:\s*,\s*{WORDS})*)\s*(?:,\s*count\s*)?\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing to translate: `plural` and `context` where it has them, and the file it stands in."""

    text: str
    plural: str
    context: str
    place: str
    comments: tuple[str, ...] = ()


def found_sentences(root: Path = ROOT) -> list[Sentence]:
    """Every sentence of every template, module and declaration, in the order of the files."""
    found: list[Sentence] = []
    for template in sorted((root / "templates").rglob("*")):
        if template.suffix in {".html", ".txt", ".xml"}:
            found += of_template(template.read_text(encoding="utf-8"), place=str(template.relative_to(root)))
    for package in PACKAGES:
        for module in sorted((root / package).rglob("*.py")):
            if "migrations" not in module.parts:
                found += of_module(module, place=str(module.relative_to(root)))
    found += [Sentence(text, "", CONTEXT, place) for text, place in of_declarations(root)]
    return found


def of_template(source: str, *, place: str) -> Iterator[Sentence]:
    """What stands in `translate` and `blocktranslate`, read by Django's own reader of templates."""
    for call in CALL.finditer(templatize(source, origin=place)):
        words = [str(ast.literal_eval(word.group())) for word in re.finditer(WORDS, call[2], re.DOTALL)]
        context = words.pop(0) if "p" in call[1] else ""
        yield Sentence(words[0], words[1] if len(words) > 1 else "", context, place)


def of_module(path: Path, *, place: str) -> Iterator[Sentence]:
    """What a module gives to gettext, and what it says to translators on the line above."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        kinds = CALLS.get(_name(call.func), "")
        words = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if kinds and len(words) >= len(kinds):
            said = dict(zip(kinds, words, strict=False))
            above = lines[call.lineno - 2].strip() if call.lineno > 1 else ""
            comments = (above.removeprefix(COMMENT).strip(),) if above.startswith(COMMENT) else ()
            yield Sentence(said["t"], said.get("p", ""), said.get("c", ""), place, comments)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def merged(old: Catalog, found: list[Sentence], *, code: str) -> Catalog:
    """What is said now, with the translations that there are; what is said no more is gone."""
    catalog = new_catalog(code)
    for sentence in found:
        before = old.get(sentence.text, sentence.context or None)
        same_kind = before is not None and before.pluralizable == bool(sentence.plural)
        catalog.add(
            (sentence.text, sentence.plural) if sentence.plural else sentence.text,
            before.string if before is not None and same_kind else None,
            locations=[(sentence.place, 0)],
            auto_comments=list(sentence.comments),
            user_comments=list(before.user_comments) if before is not None else [],
            flags=before.flags & {"fuzzy"} if before is not None and same_kind else set(),
            context=sentence.context or None,
        )
    return catalog


def extract(locale: Path = LOCALE) -> dict[str, int]:
    """Every catalog brought up to what is said now. Returns how many sentences each has."""
    found = found_sentences()
    counts: dict[str, int] = {}
    for code in TRANSLATED:
        path = catalog_path(code, locale=locale)
        catalog = merged(read_catalog(path, code), found, code=code)
        write_catalog(path, catalog)
        counts[code] = len(sentences(catalog))
    return counts
