"""What does a declaration say? Programs with their uploads, sections and elements, as frozen objects."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One value that may leave, and everything a person needs to judge it.

    `same_as` is the path of the element that carries this value where two sources name one thing; then only that one
    is sent, and only while both may leave. `written` says what the value is in XML: an element, an attribute, or the
    text of its section's own element.
    """

    section: str
    name: str
    type: str
    description: str
    purpose: str
    identifies: str
    scrambled: bool
    collector: str
    since: str
    evidence: str
    source: str
    unit: str = ""
    format: str = ""
    note: str = ""
    same_as: str = ""
    written: str = "element"

    @property
    def key(self) -> tuple[str, str]:
        """Section and name: what consent, gate and page call it."""
        return (self.section, self.name)

    @property
    def path(self) -> str:
        """The key as one text."""
        return f"{self.section}.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A place in a document. `container` is the way to its records: from the document's root, or from `parent`.

    Of a way such as `SerialNumbers/Serial` the last part stands once for each record, the others once around them all.
    """

    name: str
    label: str
    repeats: bool
    document: str = ""
    parent: str = ""
    container: str = ""
    elements: tuple[Element, ...] = ()

    @property
    def is_other_name(self) -> bool:
        """Does it hold nothing but other names of values that are sent elsewhere?"""
        return bool(self.elements) and all(element.same_as for element in self.elements)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadKind:
    """One kind of bundle that a program sends. `result_type` is None where the product writes no result file."""

    kind: str
    name: str
    product: str
    layout: str
    file_prefix: str
    sections: tuple[Section, ...]
    result_type: str | None = None

    def elements(self) -> Iterator[Element]:
        """Every element, in the order of the document."""
        for section in self.sections:
            yield from section.elements

    def section(self, name: str) -> Section:
        """The section of that name. Raises KeyError for a name that is not declared."""
        return {section.name: section for section in self.sections}[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One data-collection program, as declared."""

    code: str
    name: str
    version: str
    basis: str
    purpose: str
    used_for: tuple[str, ...]
    recipient: str
    cadence: str
    uploads: tuple[UploadKind, ...]

    @property
    def is_mandatory(self) -> bool:
        """Can it be declined?"""
        return self.basis == "mandatory"

    def upload(self, kind: str) -> UploadKind:
        """The upload of that kind. Raises KeyError for a kind that is not declared."""
        return {upload.kind: upload for upload in self.uploads}[kind]
