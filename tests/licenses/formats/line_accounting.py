"""Is every written line of a file in exactly one of: meaning, comment, problem?"""

from licenses.formats.inventory_lines import LineAccount
from licenses.formats.problems import Problem
from licenses.formats.text import decode


def written_lines(raw: bytes) -> set[int]:
    """The numbers of all lines that are not blank."""
    text = decode(raw).text.replace("\ufeff", "").replace("\0", "\ufffd")
    return {number for number, line in enumerate(text.split("\n"), start=1) if line.strip()}


def assert_every_line_is_accounted_for(raw: bytes, lines: LineAccount, problems: tuple[Problem, ...]) -> None:
    written = written_lines(raw)
    meaning, comments, unread = (_numbers(spans) & written for spans in (lines.meaning, lines.comments, lines.unread))
    assert meaning | comments | unread == written
    assert len(meaning) + len(comments) + len(unread) == len(written)
    assert unread <= _numbers(tuple((problem.line, problem.end_line) for problem in problems))


def _numbers(spans: tuple[tuple[int, int], ...]) -> set[int]:
    return {number for first, last in spans for number in range(first, last + 1)}
