"""Which element declares what stands at this place of a document? The way from the root decides, not the name alone."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from payloads.bundle import BundleRefused
from programs.catalog import Element, UploadKind

# One table of the documentation and real manifests differ; the second spelling is written, both are read.
OTHER_SPELLINGS = {"ProductUTCDeployDate": "ProductDeployUTCDate"}

MAX_DEPTH = 32  # ours are nowhere nested so deep; whoever reads a tree goes down by recursion


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands: in a section ("" before the first), and the containers passed since its record."""

    document: str
    section: str
    passed: tuple[str, ...] = ()


class Labels:
    """The sections and elements of an upload, found by place."""

    def __init__(self, upload: UploadKind) -> None:
        self.elements = {element.key: element for element in upload.elements()}
        self.sections = {
            (one.document, one.parent, one.container): one.name
            for one in reversed(upload.sections)
            if not one.is_other_name
        }

    def root(self, document: str) -> Place:
        """The root of a document, which may be the record of a section itself."""
        return Place(document, self.sections.get((document, "", ""), ""))

    def inside(self, place: Place, name: str) -> Place:
        """The place inside a child of this name: a record of another section, a container, or a value.

        Raises BundleRefused where nothing of ours can stand any more.
        """
        passed = (*place.passed, name)
        if len(passed) > MAX_DEPTH:
            raise BundleRefused(_("The document is nested more than %(depth)s deep.") % {"depth": MAX_DEPTH})
        way = "/".join(passed)
        if found := self._section(place, way):
            return Place(place.document, found)
        return Place(place.document, place.section, passed)

    def element(self, place: Place, name: str) -> Element | None:
        """The element of a child of this name: in this section, or as the text of the record that it is."""
        name = OTHER_SPELLINGS.get(name, name)
        if found := self._section(place, "/".join((*place.passed, name))):
            text = self.elements.get((found, name))
            if text and text.written == "text":
                return text
        return None if place.passed else self.elements.get((place.section, name))

    def attribute(self, place: Place, name: str, *, of: str) -> Element | None:
        """The element of an attribute, declared under its own name or with the name of what carries it."""
        return self.elements.get((place.section, name)) or self.elements.get((place.section, f"{of}/@{name}"))

    def _section(self, place: Place, way: str) -> str | None:
        """Below the record of a section, or below the root of the document, whose record may be a section too."""
        below = self.sections.get(("", place.section, way)) if place.section else None
        return below or (self.sections.get((place.document, "", way)) if self._is_at_root(place) else None)

    def _is_at_root(self, place: Place) -> bool:
        return place.section == self.sections.get((place.document, "", ""), "")
