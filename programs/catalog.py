"""What may each program send, and why? The declarations, read once into frozen objects.

A declaration with a missing or unknown field is refused: half a description is no description.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import get_language, gettext, override, pgettext

from programs.declared import Element, Program, Section, UploadKind
from programs.telling import DECLARATION, told

__all__ = [
    "DeclarationRefused",
    "Element",
    "Program",
    "Section",
    "UploadKind",
    "kind_name",
    "program",
    "programs",
    "programs_in",
    "read_declaration",
    "upload_name",
]
ENGLISH = "en"
FOLDER = Path(__file__).parent / "declarations"
BASES = frozenset({"mandatory", "optional"})
TYPES = frozenset(
    {"string", "int", "bool", "guid", "datetime", "local_datetime", "date", "css_date", "sha256", "list", "object"}
)
DATE_FORMATS = frozenset({"M/D/YYYY", "D-Mon-YY", "DD-Mon-YYYY", "YYYY-MM-DD"})
WRITTEN = frozenset({"element", "attribute", "text"})
IDENTIFIES = frozenset({"none", "server", "organization", "user", "device"})
EVIDENCE = frozenset({"documented", "documented_partial", "name_only", "name_inferred", "observed", "ours"})
T = TypeVar("T")


class DeclarationRefused(ValueError):
    """A declaration that cannot be trusted; the text names the file, the place and what is wrong."""


def programs() -> dict[str, Program]:
    """Every declared program by its code, in the order of the codes, its texts in the language of whoever reads now.

    Codes, names of sections and elements, and everything else that a program acts on, are the same in every language.
    Raises DeclarationRefused.
    """
    language = get_language() or ENGLISH
    return programs_in(ENGLISH if language.startswith(ENGLISH) else language)


def program(code: str) -> Program:
    """The program of that code. Raises KeyError for a code that is not declared."""
    return programs()[code]


def kind_name(kind: str, *, of: str = "") -> str:
    """What a kind of upload is called, by the program of this code or by any; the kind where none declares it."""
    names = {one.kind: one.name for known in programs().values() if of in ("", known.code) for one in known.uploads}
    return names.get(kind, kind)


def upload_name(code: str, kind: str) -> str:
    """What an upload is called: its program, and its kind where the program's name alone does not tell it.

    An upload that a license server made for a program that is not declared here has the code that it came with.
    """
    known = programs().get(code)
    if known is None:
        return code
    if [one.kind for one in known.uploads] == [kind]:
        return known.name
    return gettext("%(program)s (%(kind)s)") % {"program": known.name, "kind": kind_name(kind, of=code)}


@cache
def programs_in(language: str) -> dict[str, Program]:
    """The same in this language; in English as the files have them. A text that has no translation stays English."""
    if language == ENGLISH:
        read = [read_declaration(path) for path in sorted(FOLDER.glob("*.toml"))]
        return {program.code: program for program in read}
    with override(language):
        return {one.code: told(one, _translated) for one in programs_in(ENGLISH).values()}


def _translated(text: str) -> str:
    return pgettext(DECLARATION, text)


def read_declaration(path: Path) -> Program:
    """One declaration file. Raises DeclarationRefused with the file's name and the place."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found = _program(data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DeclarationRefused(f"{path.name}: {error}") from error
    if found.code != path.stem:
        raise DeclarationRefused(f"{path.name}: the code is {found.code!r}, but the file is named {path.stem!r}")
    return found


def _program(data: dict[str, Any]) -> Program:
    uploads = tuple(_upload(upload) for upload in _taken(data, "upload", where="program"))
    data["used_for"] = tuple(_taken(data, "used_for", where="program"))
    if not all(isinstance(use, str) and use.strip() for use in data["used_for"]):
        raise ValueError("program: 'used_for' has to be a list of sentences")
    found = _checked(Program, data, where="program", uploads=uploads)
    _one_of(found.basis, BASES, where=f"basis of {found.code}")
    _once((upload.kind for upload in uploads), where=f"upload kinds of {found.code}")
    return found


def _upload(data: dict[str, Any]) -> UploadKind:
    where = f"upload {data.get('kind')}"
    sections = tuple(_section(section) for section in _taken(data, "section", where=where))
    found = _checked(UploadKind, data, where=where, sections=sections)
    _once((section.name for section in sections), where=f"sections of {found.kind}")
    _check_containers(sections)
    _check_other_names(found)
    return found


def _section(data: dict[str, Any]) -> Section:
    where = f"section {data.get('name')}"
    elements = tuple(_element(one, section=data.get("name") or "?") for one in _taken(data, "element", where=where))
    found = _checked(Section, data, where=where, elements=elements)
    _once((element.name for element in elements), where=f"elements of {found.name}")
    return found


def _element(data: dict[str, Any], *, section: str) -> Element:
    found = _checked(Element, data, where=f"element {section}.{data.get('name')}", section=section)
    _one_of(found.type, TYPES, where=f"type of {found.path}")
    _one_of(found.identifies, IDENTIFIES, where=f"identifies of {found.path}")
    _one_of(found.evidence, EVIDENCE, where=f"evidence of {found.path}")
    _one_of(found.written, WRITTEN, where=f"written of {found.path}")
    if found.type == "date":
        _one_of(found.format, DATE_FORMATS, where=f"format of {found.path}")
    return found


def _check_containers(sections: tuple[Section, ...]) -> None:
    names = {section.name: {element.name for element in section.elements} for section in sections}
    for section in sections:
        if not section.document and bool(section.parent) is not bool(section.container):
            raise ValueError(f"section {section.name}: 'parent' and 'container' belong together")
        if not section.parent:
            continue
        if section.document:
            raise ValueError(f"section {section.name}: its document is the one of its parent")
        if section.parent not in names:
            raise ValueError(f"section {section.name}: there is no section {section.parent!r}")
        # The outermost element is declared in the parent, or it is a mere container that the section's name tells.
        first = section.container.partition("/")[0]
        if first not in names[section.parent] and not f"{section.name}.".startswith(f"{section.parent}.{first}."):
            raise ValueError(f"section {section.name}: {section.parent} has no element {first!r}")


def _check_other_names(upload: UploadKind) -> None:
    sent = {element.path for element in upload.elements() if not element.same_as}
    for element in upload.elements():
        if element.same_as and element.same_as not in sent:
            raise ValueError(f"element {element.path}: there is no element {element.same_as!r} that is sent")


def _checked(cls: type[T], data: dict[str, Any], *, where: str, **ready: Any) -> T:
    """`cls` from `data`, after every field was seen to be there, known, filled and of its type."""
    known = {field.name: field for field in fields(cls)}  # type: ignore[arg-type]
    if unknown := data.keys() - known.keys():
        raise ValueError(f"{where}: unknown field {sorted(unknown)[0]!r}")
    for name, field in known.items():
        value = data.get(name, ready.get(name))
        if value is None and field.default is MISSING:
            raise ValueError(f"{where}: {name!r} is missing")
        if isinstance(value, str) and not value.strip():
            raise ValueError(f"{where}: {name!r} is empty")
        kind = str if field.type == str | None else field.type
        if kind in (str, bool) and value is not None and not isinstance(value, kind):
            raise ValueError(f"{where}: {name!r} has to be of type {kind.__name__}")
    return cls(**data, **ready)


def _taken(data: dict[str, Any], name: str, *, where: str) -> list[Any]:
    """The list of that name, taken out of `data`; a missing or empty one is refused."""
    found = data.pop(name, None)
    if not isinstance(found, list) or not found:
        raise ValueError(f"{where}: {name!r} has to be a list with something in it")
    return found


def _one_of(value: str, allowed: frozenset[str], *, where: str) -> None:
    if value not in allowed:
        raise ValueError(f"{where}: {value!r} is not one of {', '.join(sorted(allowed))}")


def _once(names: Iterable[str], *, where: str) -> None:
    seen = list(names)
    if len(seen) != len(set(seen)):
        raise ValueError(f"{where}: a name stands there twice")
