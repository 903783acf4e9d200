"""What stands in a sealed bundle? Its documents as a tree, each value beside the element that declares it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from payloads.bundle import BundleRefused, read_members
from programs.catalog import Element, UploadKind


@dataclass(frozen=True, slots=True)
class Node:
    """One XML element or attribute of a document. `element` is None for mere containers."""

    name: str
    text: str
    element: Element | None
    children: tuple["Node", ...] = ()

    @property
    def count(self) -> int:
        """How many values stand below."""
        return sum(1 for _ in self.values())

    def values(self) -> Iterator["Node"]:
        """This node and everything below it that carries a value."""
        if self.element is not None and not self.children:
            yield self
        for child in self.children:
            yield from child.values()


def read_tree(path: Path, upload: UploadKind) -> list[Node]:
    """A node for each document of the bundle. Raises BundleRefused when it cannot be read safely."""
    return [_document(name, data, upload) for name, data in sorted(read_members(path).items())]


def parse_xml(data: bytes) -> "etree._Element":
    """The root of a document, with entities, document types and the network closed. Raises BundleRefused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BundleRefused(f"The document is not readable XML: {error}.") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise BundleRefused("The document declares a document type, which none of ours does.")
    return root


def _document(name: str, data: bytes, upload: UploadKind) -> Node:
    root = parse_xml(data)
    by_key = {element.key: element for element in upload.elements()}
    section = "metadata" if name == "manifest.xml" else ""
    return Node(name, "", None, tuple(_nodes(root, section, upload, by_key)))


def _nodes(
    parent: "etree._Element", section: str, upload: UploadKind, by_key: dict[tuple[str, str], Element]
) -> Iterator[Node]:
    for key, value in parent.attrib.items():
        attribute = str(key)
        yield Node(f"@{attribute}", str(value), by_key.get((section, attribute)))
    for child in parent.iterchildren("*"):
        name = str(child.tag)
        inside = _section_of(name, section, upload)
        yield Node(
            name, (child.text or "").strip(), by_key.get((section, name)), tuple(_nodes(child, inside, upload, by_key))
        )


def _section_of(name: str, section: str, upload: UploadKind) -> str:
    """The section whose records stand in an element of this name, below `section`."""
    if name == "LSInfo":
        return "license_server"
    parent = section or "inventory"
    for candidate in upload.sections:
        if candidate.container == name and candidate.parent == parent:
            return candidate.name
    return "inventory" if name == "Inventory" else section
