"""What does one object of an export hold before anything is interpreted?"""

from dataclasses import dataclass, replace

from licenses.formats.inventory_kinds import RowKind
from licenses.formats.problems import MASK, is_secret_name


@dataclass(frozen=True, slots=True)
class RawRecord:
    """Names and texts as written; `remarks` are sentences about single cells, `command` is what was typed before."""

    fields: tuple[tuple[str, str], ...]
    line: int
    end_line: int
    text: str
    kind: RowKind | None = None
    command: str = ""
    remarks: tuple[str, ...] = ()

    def of_kind(self, kind: RowKind, *, command: str) -> "RawRecord":
        return replace(self, kind=kind, command=command)

    @property
    def shown_fields(self) -> tuple[tuple[str, str], ...]:
        """The fields without values that authorize a license."""
        return tuple((name, MASK if value and is_secret_name(name) else value) for name, value in self.fields)


@dataclass(frozen=True, slots=True)
class RefusedLines:
    """Lines that are no row of their block, and the sentence that says why."""

    line: int
    end_line: int
    text: str
    sentence: str
