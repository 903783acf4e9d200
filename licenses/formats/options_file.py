"""Which rules does an options file (CITRIX.opt) set? Bytes in, frozen statements out; it is only read, never written.

The lines that a Citrix server keeps there for its data programs are not public: what is unknown is shown as it stands,
as a note without a verdict.
"""

from dataclasses import dataclass, field

from licenses.formats.inventory_lines import LineAccount, LineBook
from licenses.formats.options_file_lines import LogicalLine, logical_lines, masked, tokens
from licenses.formats.options_file_statements import (
    CUTS,
    GROUP_KEYWORDS,
    KEYWORDS,
    LICENSE_KEYWORDS,
    RULE_KEYWORDS,
    Statement,
    Unreadable,
    is_unmistakable,
    read_statement,
)
from licenses.formats.problems import Problem
from licenses.formats.saying import say
from licenses.formats.statements import physical_lines
from licenses.formats.text import decode

__all__ = ["Group", "OptionsFile", "Statement", "looks_like_options_file", "parse"]

# How much of a text is enough to tell its kind.
WINDOW = 65_536

UNKNOWN = say("This statement is not among the published ones. It is shown as it stands, without a judgment.")
OPEN_QUOTE = say("The quotes in this line do not pair up, so its words cannot be told apart. Correct the file.")
STRANGE_KEY = say("This kind of condition is unknown; it was kept as it is written.")


@dataclass(frozen=True, slots=True)
class Group:
    """Members in the order of the file, over all lines of one name."""

    keyword: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionsFile:
    """All statements in order; groups merged."""

    statements: tuple[Statement, ...]
    groups: tuple[Group, ...]
    is_group_case_insensitive: bool
    lines: LineAccount
    problems: tuple[Problem, ...]

    @property
    def rules(self) -> tuple[Statement, ...]:
        """Statements that decide about the use of licenses; groups and logging do not."""
        return tuple(one for one in self.statements if one.keyword in RULE_KEYWORDS)

    def members_of(self, name: str, *, keyword: str = "GROUP") -> tuple[str, ...]:
        """Who belongs to the group; () where there is none of this name."""
        return next((one.members for one in self.groups if (one.keyword, one.name) == (keyword, name)), ())


@dataclass(slots=True)
class _Found:
    book: LineBook = field(default_factory=LineBook)
    statements: list[Statement] = field(default_factory=list)


def parse(raw: bytes, *, japanese: bool = False) -> OptionsFile:
    """Read any bytes; `japanese` allows cp932 for names."""
    text = decode(raw, japanese=japanese).text.replace("\ufeff", "").replace("\0", "\ufffd")
    found = _Found()
    for line in logical_lines(physical_lines(text), is_statement=is_unmistakable):
        if line.is_comment:
            found.book.comment(line.line)
        else:
            _take(line, found)
    ignores_case = any(one.keyword == "GROUPCASEINSENSITIVE" and one.value == "ON" for one in found.statements)
    return OptionsFile(
        statements=tuple(found.statements),
        groups=_merged(found.statements, ignores_case=ignores_case),
        is_group_case_insensitive=ignores_case,
        lines=found.book.account(),
        problems=found.book.problems(),
    )


def looks_like_options_file(text: str) -> bool:
    """Do published statements make up at least half of what is not plainly a setting in capitals?

    One line of a license file, or a text that speaks about options in sentences, is enough to say no.
    """
    head = text[:WINDOW]
    if head.lstrip("\ufeff \t\n").startswith("<"):
        return False
    certain = foreign = 0
    for line in logical_lines(physical_lines(head), is_statement=is_unmistakable):
        first = line.text.split(None, 1)[0] if line.text else ""
        if line.is_comment or not first:
            continue
        if first.upper() in LICENSE_KEYWORDS and first.isupper():
            return False
        if is_unmistakable(line.text):
            certain += 1
        elif not _is_setting(line.text, first=first):
            foreign += 1
    return certain > 0 and certain >= foreign


def _is_setting(text: str, *, first: str) -> bool:
    """One capital word with a short value: it may be a statement that was never published."""
    is_name = first.isupper() and first.replace("_", "").isalnum() and len(first) > 2
    return is_name and len(text.split(None, 4)) <= 3


def _take(line: LogicalLine, found: _Found) -> None:
    shown = masked(line.text)
    if line.cut_by:
        found.book.remark(line.line, shown, CUTS[line.cut_by], end_line=line.end_line)
    words = tokens(line.text)
    if words is None:
        found.book.refuse(line.line, shown, OPEN_QUOTE, end_line=line.end_line)
        return
    if not words or words[0].upper() not in KEYWORDS:
        found.book.refuse(line.line, shown, UNKNOWN, severity="note", end_line=line.end_line)
        return
    read = read_statement(words, line=line, raw=shown)
    if isinstance(read, Unreadable):
        found.book.refuse(line.line, shown, read.sentence, end_line=line.end_line)
        return
    found.book.understand(line.line, end_line=line.end_line)
    if read.has_unknown_keys:
        found.book.remark(line.line, shown, STRANGE_KEY, severity="note", end_line=line.end_line)
    found.statements.append(read)


def _merged(statements: list[Statement], *, ignores_case: bool) -> tuple[Group, ...]:
    """Repeated lines of one group add up; a member named twice is one member."""
    groups: dict[tuple[str, str], dict[str, str]] = {}
    for one in statements:
        if one.keyword in GROUP_KEYWORDS:
            members = groups.setdefault((one.keyword, one.name), {})
            for member in one.members:
                members.setdefault(member.casefold() if ignores_case else member, member)
    return tuple(Group(keyword, name, tuple(members.values())) for (keyword, name), members in groups.items())
