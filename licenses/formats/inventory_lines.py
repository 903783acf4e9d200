"""Which lines of a file were understood, which are comments, which are problems? Each written line is one of them."""

from dataclasses import dataclass, field

from licenses.formats.problems import Problem, ProblemList, Severity

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LineAccount:
    """Spans of physical lines (first and last, counted from 1), ordered, none in two of the three lists.

    Every line of `unread` is covered by a problem. Problems may also speak about lines that have a meaning.
    """

    meaning: tuple[Span, ...] = ()
    comments: tuple[Span, ...] = ()
    unread: tuple[Span, ...] = ()

    @property
    def unread_count(self) -> int:
        """How many lines were not understood."""
        return sum(last - first + 1 for first, last in self.unread)


@dataclass(slots=True)
class LineBook:
    """Keeps the account while a file is read; neighboring spans of one kind become one."""

    _meaning: list[Span] = field(default_factory=list)
    _comments: list[Span] = field(default_factory=list)
    _unread: list[Span] = field(default_factory=list)
    _problems: ProblemList = field(default_factory=ProblemList)

    def understand(self, line: int, *, end_line: int = 0) -> None:
        _extend(self._meaning, line, max(line, end_line))

    def comment(self, line: int) -> None:
        _extend(self._comments, line, line)

    def refuse(self, line: int, text: str, sentence: str, *, severity: Severity = "warning", end_line: int = 0) -> None:
        """The lines have no meaning here; the problem says so."""
        end = max(line, end_line)
        _extend(self._unread, line, end)
        self._problems.add(line, text, sentence, severity=severity, end_line=end)

    def remark(self, line: int, text: str, sentence: str, *, severity: Severity = "warning", end_line: int = 0) -> None:
        """Something about lines that are counted elsewhere."""
        self._problems.add(line, text, sentence, severity=severity, end_line=end_line)

    def account(self) -> LineAccount:
        return LineAccount(tuple(sorted(self._meaning)), tuple(self._comments), tuple(sorted(self._unread)))

    def problems(self) -> tuple[Problem, ...]:
        return self._problems.listed()


def _extend(spans: list[Span], first: int, last: int) -> None:
    if spans and spans[-1][1] == first - 1:
        spans[-1] = (spans[-1][0], last)
    else:
        spans.append((first, last))
