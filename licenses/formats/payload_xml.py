"""Which values stand in a document of a bundle, and which of its elements did nobody ask for?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from licenses.formats.problems import MASK, ProblemList
from licenses.formats.records import whole_number
from licenses.formats.saying import say

# A tag costs far more memory as a tree than as text; a real report of a hundred thousand users has half of this.
MOST_TAGS = 4_000_000
MOST_UNKNOWN = 1000
LONGEST_NAME = 80
MARKUP_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


Element = etree._Element


class NotRead(Exception):
    """Why a document is not read, and in which line."""

    def __init__(self, sentence: str, *, line: int = 1) -> None:
        super().__init__(sentence)
        self.line = line


def parse_document(raw: bytes) -> Element:
    """The root of the document, with entities, document types and the network closed. Raises NotRead."""
    # The zero bytes of UTF-16 and UTF-32 must not hide a declaration.
    plain = raw.replace(b"\0", b"").upper()
    if any(mark in plain for mark in MARKUP_DECLARATIONS):
        raise NotRead(
            say("The XML declares a document type or entities, which no bundle of the product does. Do not open it.")
        )
    if plain.count(b"<") > MOST_TAGS:
        raise NotRead(say("The XML has more elements than any report of the product. Export a smaller one."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        sentence = say(
            "The XML is cut off or damaged from this line on, so nothing of it was used. Get the file again.",
        )
        raise NotRead(sentence, line=max(1, error.lineno or 1)) from error
    except (ValueError, LookupError) as error:
        raise NotRead(say("The XML is written in an encoding that cannot be read. Get the file again.")) from error
    tree = root.getroottree()
    if tree.docinfo.doctype:  # type: ignore[union-attr]
        raise NotRead(say("The XML declares a document type, which no bundle of the product does. Do not open it."))
    return root


def local_name(element: Element) -> str:
    """The name without its namespace."""
    return etree.QName(element).localname


def shown_name(name: str) -> str:
    """The name as a sentence can carry it: names from outside may be endless."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}{MASK}"


def line_of(element: Element) -> int:
    """The line in which the element starts, counted from 1."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 1


@dataclass(slots=True)
class DocumentReader:
    """Hands out values by local name and remembers which elements it was asked for."""

    problems: ProblemList
    name: str = ""
    _asked: set[Element] = field(default_factory=set)
    _asked_attributes: set[tuple[Element, str]] = field(default_factory=set)

    def child(self, parent: Element, name: str) -> Element | None:
        """The first child of this name, as a container."""
        return next(self.children(parent, name), None)

    def children(self, parent: Element, name: str = "") -> Iterator[Element]:
        """The children of this name, or all of them."""
        for child in parent.iterchildren("{*}*"):
            if not name or local_name(child) == name:
                yield child

    def text(self, parent: Element, name: str) -> str:
        """The text of the first child of this name; "" when there is none."""
        child = self.child(parent, name)
        return "" if child is None else self.own_text(child)

    def own_text(self, element: Element) -> str:
        self._asked.add(element)
        return (element.text or "").strip()

    def attribute(self, element: Element, name: str) -> str:
        for key, value in element.attrib.items():
            if etree.QName(str(key)).localname == name:
                self._asked_attributes.add((element, str(key)))
                return str(value).strip()
        return ""

    def number(self, parent: Element, name: str) -> int | None:
        """A whole number; None when it is missing, or unreadable and therefore a problem."""
        child = self.child(parent, name)
        text = "" if child is None else self.own_text(child)
        if child is None or not text:
            return None
        number = whole_number(text)
        if number is None:
            self.note(child, say("%(name)s is not a whole number, so it counts as not said.", name=name))
        return number

    def moment(self, parent: Element, *names: str) -> datetime | None:
        """The first of the names that is there, as a moment in UTC."""
        found = (child for name in names if (child := self.child(parent, name)) is not None)
        child = next(found, None)
        text = "" if child is None else self.own_text(child)
        return None if child is None or not text else self.read_moment(child, text)

    def read_moment(self, element: Element, text: str) -> datetime | None:
        """ISO 8601; without an offset it is UTC, as the names of the elements say."""
        try:
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            name = shown_name(local_name(element))
            self.note(
                element,
                say(
                    "%(name)s is not a time such as 2027-06-30T06:11:14Z; it was left out.",
                    name=name,
                ),
            )
            return None

    def note(self, element: Element, sentence: str) -> None:
        where = f"{shown_name(self.name)}: " if self.name else ""
        self.problems.add(line_of(element), local_name(element), f"{where}{sentence}")

    def unknown(self, root: Element) -> Iterator[tuple[str, str]]:
        """Path and text of everything that carries a value and was not asked for."""
        waiting = [(root, local_name(root))]
        while waiting:
            element, path = waiting.pop()
            children = list(self.children(element))
            for key, value in element.attrib.items():
                if (element, str(key)) not in self._asked_attributes:
                    yield f"{path}/@{etree.QName(str(key)).localname}", str(value).strip()
            text = "" if element in self._asked else (element.text or "").strip()
            text = " ".join(filter(None, [text, *((child.tail or "").strip() for child in children)]))
            if text or not (children or element in self._asked or element is root):
                yield path, text
            waiting.extend((child, f"{path}/{local_name(child)}") for child in reversed(children))
