"""What leaves now that did not leave before? Two bundles compared, value by value, with what it means for people."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payloads.reading import Node
from programs.catalog import Element

# What tells records of one kind apart: product codes, dates, serial numbers, names of files.
NAMING = frozenset({"ID", "@id", "PEM", "SADate", "SN", "Name"})


class Change(StrEnum):
    """What became of a value."""

    ADDED = "added"
    CHANGED = "changed"
    DROPPED = "dropped"


HAPPENED = {
    Change.ADDED: gettext_lazy("It was not in the bundle before and leaves now"),
    Change.CHANGED: gettext_lazy("It leaves as before, with another value"),
    Change.DROPPED: gettext_lazy("It was in the bundle before and leaves no more"),
}
MEANS = {
    "none": gettext_lazy("it says nothing about a person, a device, a server or an organization"),
    "server": gettext_lazy("it leads to this license server"),
    "organization": gettext_lazy("it leads to your organization"),
    "user": gettext_lazy("it leads to a person"),
    "device": gettext_lazy("it leads to a device, and so to whoever uses it"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One value. `before` is "" where it was added, `after` where it was dropped."""

    path: str
    change: Change
    element: Element
    before: str
    after: str

    @property
    def meaning(self) -> str:
        """One sentence on what this means for people."""
        words = _("%(happened)s; scrambled, %(means)s.") if self.element.scrambled else _("%(happened)s; %(means)s.")
        return words % {"happened": HAPPENED[self.change], "means": MEANS[self.element.identifies]}


def differences(before: Iterable[Node], after: Iterable[Node]) -> list[Difference]:
    """The values that are not the same, in the order of the newer bundle; those that are gone stand last."""
    old, new = dict(_values(before)), dict(_values(after))
    return [
        *(_difference(path, old.get(path), node) for path, node in new.items() if _text(old.get(path)) != node.text),
        *(_difference(path, node, None) for path, node in old.items() if path not in new),
    ]


def _difference(path: str, old: Node | None, new: Node | None) -> Difference:
    change = Change.ADDED if old is None else Change.DROPPED if new is None else Change.CHANGED
    element = (new or old).element  # type: ignore[union-attr]  # one of them is there
    assert element is not None
    return Difference(path, change, element, _text(old) or "", _text(new) or "")


def _text(node: Node | None) -> str | None:
    return None if node is None else node.text


def _values(nodes: Iterable[Node], way: str = "") -> Iterator[tuple[str, Node]]:
    """Every value by its path. Records are told apart by what names them, so that one more moves no other."""
    siblings = list(nodes)
    often = Counter(node.name for node in siblings)
    seen: Counter[str] = Counter()
    for node in siblings:
        step = f"{node.name}{_naming(node)}" if often[node.name] > 1 or _comes_often(node) else node.name
        seen[step] += 1
        path = f"{way}/{step}" + (f"#{seen[step]}" if seen[step] > 1 else "")
        if node.element is not None and (node.text or not node.children):
            yield path.lstrip("/"), node
        yield from _values(node.children, path)


def _comes_often(node: Node) -> bool:
    """May others of its name stand beside it, in this bundle or in the next?"""
    element = node.element
    return bool(node.children) or (element is not None and (element.written == "text" or element.type == "list"))


def _naming(node: Node) -> str:
    """What tells this node from others of its name: the single values that name it, or its own text."""
    leaves = (child for child in node.children if child.name in NAMING and not _comes_often(child))
    naming = [child.text for child in leaves] or [node.text]
    return f"[{', '.join(naming)}]" if any(naming) else ""
