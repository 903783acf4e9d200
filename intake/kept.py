"""What became of one file? The answer that every keeper gives."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from intake.models import Outcome
from licenses.formats.problems import Problem
from uploads.kept_sentences import KeptSentence, again, and_then, kept


@dataclass(frozen=True, slots=True)
class Kept:
    """The outcome, one or two sentences for a person, and what was not understood; None: the same as the last time."""

    outcome: Outcome
    summary: KeptSentence
    problems: tuple[Problem, ...] | None = ()


def refused(problems: Iterable[Problem]) -> Kept | None:
    """A refusal with the first error's line and sentence; None when there is no error among the problems."""
    every = tuple(problems)
    errors = [problem for problem in every if problem.severity == "error"]
    if not errors:
        return None
    first = errors[0]
    others = len({problem.line for problem in errors} - {first.line})
    words = kept(gettext_noop("Nothing was imported. Line %(line)s:"), line=first.line)
    words = and_then(words, found(first.sentence))
    if others:
        one, several = (
            gettext_noop("%(count)s more line has problems."),
            gettext_noop("%(count)s more lines have problems."),
        )
        words = and_then(words, kept(one if others == 1 else several, count=others))
    return Kept(Outcome.REJECTED, words, every)


def found(sentence: str) -> KeptSentence:
    """What a reader of files said, or another floor: made anew later where it knows what it was made from."""
    return again(getattr(sentence, "parts", None) or [["%(words)s", {"words": sentence}]])


def grouped(number: int) -> str:
    """With commas between the thousands: a number that is kept has one form in every language."""
    return f"{number:,}"
