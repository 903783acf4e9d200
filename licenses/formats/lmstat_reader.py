"""What does each line of an lmstat report add to what has been read so far?"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from licenses.formats import lmstat_lines as lines
from licenses.formats.lmstat_features import FeatureReader
from licenses.formats.lmstat_installed import OpenTable, heading_columns
from licenses.formats.lmstat_parts import LineAccount, OpenBlock
from licenses.formats.lmstat_records import DaemonStatus, ServerBlock, ServerState, ServerStatus
from licenses.formats.lmstat_rows import Starts
from licenses.formats.problems import ProblemList
from licenses.formats.saying import say

Section = Literal["", "files", "servers", "daemons", "installed"]

# A blank line ends a paragraph, and so does the first line of a feature.
PARAGRAPH_END = re.compile(r"\n(?=\n|[ \t]*+Users of )")

NOT_RECOGNIZED = say("This line is not known from lmstat and was skipped. Check that it is not torn off.")
CUT = say("Somebody left out lines here. Get the original output, so that nothing is missing.")
BAD_HEADER = say(
    "The date in this line could not be read, so the year of the start times is unknown. It should look like "
    "“Tue 6/2/2009 13:50”.",
)


@dataclass(slots=True)
class Reader:
    """Reads paragraph by paragraph: runs of rows at once (`fast`), everything else line by line."""

    fast: bool = True
    problems: ProblemList = field(default_factory=ProblemList)
    account: LineAccount = field(default_factory=LineAccount)
    block: OpenBlock = field(default_factory=OpenBlock)
    blocks: list[ServerBlock] = field(default_factory=list)
    table: OpenTable | None = None
    headers: list[tuple[str, datetime | None, bool]] = field(default_factory=list)
    section: Section = ""
    features: FeatureReader = field(init=False)

    def __post_init__(self) -> None:
        self.features = FeatureReader(self.problems)

    def read(self, text: str) -> None:
        """Read the whole text, which has line feeds only."""
        text = f"\n{text}"
        start, number = 0, 1
        for match in PARAGRAPH_END.finditer(text, 1):
            self._paragraph(text, start, match.start(), number)
            number += text.count("\n", start, match.start())
            start = match.start()
        self._paragraph(text, start, len(text), number)
        self._close_block()

    def _paragraph(self, text: str, start: int, end: int, number: int) -> None:
        """Read text[start:end], which begins with a line feed."""
        may_run = self.fast
        while start < end:
            if may_run:
                ran = self.features.take_run(text, start=start, end=end, first=number)
                if ran:
                    self.account.add("meaning", number, last=number + text.count("\n", start, end) - 1)
                    return
                # One try for each paragraph: a second would read the same lines again.
                may_run = ran is None
            following = text.find("\n", start + 1, end)
            following = end if following < 0 else following
            self._line(text[start + 1 : following].strip(), number)
            number, start = number + 1, following

    def _line(self, text: str, number: int) -> None:
        if not text:
            self.section = "" if self.section == "files" else self.section
        elif self.features.take(text, number=number, block=self.block):
            self.section = ""
            self.account.add("meaning", number)
        elif self._about_server(text, number) or self._about_table(text, number):
            self.account.add("meaning", number)
        elif lines.is_decoration(text):
            self._decoration(text, number)
        elif self._is_license_file(text):
            self.account.add("meaning", number)
        else:
            self.account.add("problem", number)
            self.problems.add(number, text, self.features.torn(text) or NOT_RECOGNIZED)

    def _about_server(self, text: str, number: int) -> bool:
        return (
            self._header(text, number)
            or self._heading(text, number)
            or self._server(text, number)
            or self._daemon(text, number)
            or self._failure(text, number)
        )

    def _header(self, text: str, number: int) -> bool:
        match = lines.HEADER.fullmatch(text)
        at = lines.read_moment(match[1] if match else text)
        if match is None and at is None:
            return False
        header_text = match[1] if match else text
        if at is None:
            self.problems.add(number, text, BAD_HEADER)
        self._close_block()
        self.headers.append((header_text, at, match is None))
        self.block.header_text, self.block.header_at = header_text, at
        self.features.starts = Starts(at)
        return True

    def _heading(self, text: str, number: int) -> bool:
        if match := lines.SERVER_ADDRESSES.fullmatch(text):
            if self._has_begun:
                self._next_block()
            self._begin(number)
            self.block.license_servers += [one.strip() for one in match[1].split(",") if one.strip()]
            self.section = "servers"
        elif match := lines.LICENSE_FILES.fullmatch(text):
            self._begin(number)
            self.block.license_files += lines.split_paths(match[1])
            self.section = "files"
        elif lines.DAEMON_HEADING.fullmatch(text):
            self.features.close(self.block)
            self._begin(number)
            self.section = "daemons"
        else:
            return False
        return True

    def _server(self, text: str, number: int) -> bool:
        match = lines.SERVER.fullmatch(text)
        if match:
            rest = match[3].split()
            version = next((word[1:] for word in rest if word[0] == "v" and word[1:2].isdigit()), None)
            state: ServerState = "up" if match[2] == "UP" else "down"
            self._add_server(ServerStatus(number, match[1], "(MASTER)" in rest, version, state, _after_name(text)))
            return True
        failed = lines.NAMED_FAILURE.fullmatch(text) if self.section in {"files", "servers"} else None
        if failed:
            self._add_server(ServerStatus(number, failed[1], False, None, "unreachable", failed[2]))
        return failed is not None

    def _add_server(self, server: ServerStatus) -> None:
        self._begin(server.line)
        self.block.servers.append(server)
        self.section = "servers"

    def _daemon(self, text: str, number: int) -> bool:
        match = lines.DAEMON_UP.fullmatch(text)
        failure = lines.NAMED_FAILURE if self.section == "daemons" else lines.DAEMON_DOWN
        found = match or failure.fullmatch(text)
        if found is None:
            return False
        self.features.close(self.block)
        self._begin(number)
        if self.block.has_listed:
            self.block.daemon_group.clear()
            self.block.has_listed = False
        version = match[2] if match else None
        self.block.daemons.append(DaemonStatus(number, found[1], version, match is not None, _after_name(text)))
        self.block.daemon_group.append(found[1])
        self.section = "daemons"
        return True

    def _failure(self, text: str, number: int) -> bool:
        match = lines.FAILURE.fullmatch(text)
        if match is None:
            return False
        if self.block.error is not None or self.block.features or self.features.feature is not None:
            self._next_block()
        self._begin(number)
        self.block.error = match[1]
        return True

    def _about_table(self, text: str, number: int) -> bool:
        columns = heading_columns(text)
        if columns:
            self.table = self.table or OpenTable(columns, first_columns=columns)
            self.table.columns = columns
            self.section = "installed"
            return True
        row = self.table.read(text, number=number) if self.table and self.section == "installed" else None
        if row is None or self.table is None:
            return False
        self.table.rows.append(row)
        if not row.expiry_known:
            self.problems.add(number, text, lines.unreadable_expiry(row.expiry_raw))
        return True

    def _decoration(self, text: str, number: int) -> None:
        self.account.add("decoration", number)
        if lines.is_cut_mark(text):
            self.problems.add(number, text, CUT, severity="note")
        elif lines.is_separator(text) and self._has_begun:
            self._next_block()

    def _is_license_file(self, text: str) -> bool:
        if self.section != "files" or not lines.LOOKS_LIKE_PATH.match(text):
            return False
        self.block.license_files += lines.split_paths(text)
        return True

    @property
    def _has_begun(self) -> bool:
        return self.block.is_begun or self.features.feature is not None

    def _begin(self, number: int) -> None:
        self.block.line = self.block.line or number

    def _next_block(self) -> None:
        """Open a block below the same header."""
        header_text, header_at = self.block.header_text, self.block.header_at
        self._close_block()
        self.block.header_text, self.block.header_at = header_text, header_at

    def _close_block(self) -> None:
        self.features.close(self.block)
        if self.block.is_begun:
            self._begin(self.block.features[0].line if self.block.features else 0)
            self.blocks.append(self.block.closed())
        self.block = OpenBlock()
        self.section = ""


def _after_name(text: str) -> str:
    return text.partition(": ")[2]
