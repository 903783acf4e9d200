"""What stands in a sealed bundle? Its documents as a tree, each value beside the element that declares it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from payloads.bundle import BundleRefused, read_members
from payloads.labels import Labels, Place
from programs.catalog import Element, UploadKind


@dataclass(frozen=True, slots=True)
class Node:
    """One element or attribute of a document, or a member of JSON. `element` is None for mere containers."""

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
        if self.element is not None and (self.text or not self.children):
            yield self
        for child in self.children:
            yield from child.values()


def read_tree(path: Path, upload: UploadKind) -> list[Node]:
    """A node for each document of the bundle. Raises BundleRefused when it cannot be read safely."""
    return [document_tree(name, data, upload) for name, data in sorted(read_members(path).items())]


def parse_xml(data: bytes) -> "etree._Element":
    """The root of a document, with entities, document types and the network closed. Raises BundleRefused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BundleRefused(_("The document is not readable XML: %(error)s.") % {"error": error}) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise BundleRefused(_("The document declares a document type, which none of ours does."))
    return root


def parse_json(data: bytes) -> dict[str, Any]:
    """The object that a document is. Raises BundleRefused for anything else."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BundleRefused(_("The document is not readable JSON: %(error)s.") % {"error": error}) from error
    if not isinstance(found, dict):
        raise BundleRefused(_("The document is JSON, but no object."))
    return found


def document_tree(name: str, data: bytes, upload: UploadKind) -> Node:
    """One document of a bundle as a tree. Raises BundleRefused when it cannot be read safely."""
    labels = Labels(upload)
    root = labels.root(name)
    is_json = name.endswith(".json")
    nodes = _members(parse_json(data), root, labels) if is_json else _nodes(parse_xml(data), root, labels)
    return Node(name, "", None, tuple(nodes))


def _nodes(parent: "etree._Element", place: Place, labels: Labels) -> Iterator[Node]:
    for key, value in parent.attrib.items():
        attribute = str(key)
        yield Node(f"@{attribute}", str(value), labels.attribute(place, attribute, of=str(parent.tag)))
    for child in parent.iterchildren("*"):
        name, text = str(child.tag), (child.text or "").strip()
        inside, element = labels.inside(place, name), labels.element(place, name)
        yield Node(name, text, element, tuple(_nodes(child, inside, labels)))


def _members(parent: dict[str, Any], place: Place, labels: Labels) -> Iterator[Node]:
    """A list is a member that comes several times, as in XML."""
    for name, value in parent.items():
        for one in value if isinstance(value, list) else (value,):
            inside, element = labels.inside(place, name), labels.element(place, name)
            if isinstance(one, dict):
                yield Node(name, "", element, tuple(_members(one, inside, labels)))
            else:
                yield Node(name, one if isinstance(one, str) else json.dumps(one), element)
