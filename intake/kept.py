"""What became of one file? The answer that every keeper gives."""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.models import Outcome
from licenses.formats.problems import Problem


@dataclass(frozen=True, slots=True)
class Kept:
    """The outcome, one or two sentences for a person, and what was not understood; None: the same as the last time."""

    outcome: Outcome
    summary: str
    problems: tuple[Problem, ...] | None = ()


def refused(problems: Iterable[Problem]) -> Kept | None:
    """A refusal with the first error's line and sentence; None when there is no error among the problems."""
    every = tuple(problems)
    errors = [problem for problem in every if problem.severity == "error"]
    if not errors:
        return None
    first = errors[0]
    others = len({problem.line for problem in errors} - {first.line})
    more = f" {others} more line{' has' if others == 1 else 's have'} problems." if others else ""
    return Kept(Outcome.REJECTED, f"Nothing was imported. Line {first.line}: {first.sentence}{more}", every)


def counted(number: int, word: str) -> str:
    """A number with its word: "1 row", "2 rows"."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
