"""May this leave? The last door: permitted elements with the right types pass, everything else is an error.

The gate never repairs and never drops: what is not known (None) was never there, and anything that is not permitted
stops the whole bundle.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from payloads.values import Record, has_type
from programs.catalog import Element, Section, UploadKind


class GateClosed(Exception):
    """Something that may not leave came to the door; the text names the element, never its value."""


@dataclass(frozen=True)
class Gate:
    """The door of one upload. `permitted` are the elements that may leave now, by section and name."""

    upload: UploadKind
    permitted: Mapping[tuple[str, str], Element]

    def check(self, records: Iterable[Record]) -> Iterator[Record]:
        """The same records, one by one, once each was checked. Raises GateClosed at the first that may not leave."""
        return self._check_inside(records, "")

    def _check_inside(self, records: Iterable[Record], parent: str) -> Iterator[Record]:
        seen: set[str] = set()
        for record in records:
            self._check_place(record.section, parent)
            if record.section in seen and not self._sections[record.section].repeats:
                raise GateClosed(f"The section {record.section} may stand there only once.")
            seen.add(record.section)
            known = {name: value for name, value in record.values.items() if value is not None}
            for name, value in known.items():
                element = self.permitted.get((record.section, name))
                if element is None:
                    raise GateClosed(f"{record.section}.{name} is not permitted to leave.")
                if not has_type(value, element.type):
                    raise GateClosed(f"{element.path} has to be of type {element.type}, not {type(value).__name__}.")
            yield Record(record.section, known, self._check_inside(record.children, record.section))

    def _check_place(self, name: str, parent: str) -> None:
        """Is the section declared, inside the right one, and is the element that holds it permitted?"""
        section = self._sections.get(name)
        if section is None:
            raise GateClosed(f"The section {name} is not declared.")
        if section.parent != parent:
            raise GateClosed(f"The section {name} may not stand inside {parent or 'the document itself'}.")
        holder = (parent, section.container.partition("/")[0])
        if holder in self._declared and holder not in self.permitted:
            raise GateClosed(f"{'.'.join(holder)} is not permitted to leave.")

    @cached_property
    def _sections(self) -> dict[str, Section]:
        """By name, once: a hundred thousand records are looked up here."""
        return {section.name: section for section in self.upload.sections}

    @cached_property
    def _declared(self) -> frozenset[tuple[str, str]]:
        return frozenset(element.key for element in self.upload.elements())
