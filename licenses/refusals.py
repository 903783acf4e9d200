"""Why may a license file not be put in force, although every statement in it is whole? Because the rest is missing.

Half a file would retire the whole one that it replaces. Torn statements are the reader's finding; what follows here
needs to know what an import is for. These rules are ours.
"""

from collections.abc import Iterator

from licenses.formats.license_file import LicenseFile, Problem
from licenses.formats.saying import say
from licenses.formats.statements import WORDS_NEEDED

NOTHING_GRANTED = say(
    "The file grants no license: no FEATURE or INCREMENT line is in it. Was it cut off? Download it again."
)
CUT_OFF = say("The file ends in the middle of a keyword. Get the complete file.")


def refusals(parsed: LicenseFile) -> list[Problem]:
    """Every reason, as problems of severity "error", in the order of the lines."""
    return [*_nothing_granted(parsed), *_cut_in_keyword(parsed)]


def _nothing_granted(parsed: LicenseFile) -> Iterator[Problem]:
    """SERVER and VENDOR lines alone. A pointer to another server has no VENDOR line and is whole."""
    is_pointer = parsed.is_client_stub and not parsed.vendors
    if not (parsed.features or parsed.upgrades or parsed.packages or is_pointer):
        yield Problem(max(parsed.line_count, 1), "", NOTHING_GRANTED, "error", parsed.line_count)


def _cut_in_keyword(parsed: LicenseFile) -> Iterator[Problem]:
    """A last line such as INCRE, without an end of line: the next license is missing, and maybe more."""
    last = parsed.line_count
    if parsed.ends_in_newline or last not in parsed.junk_lines:
        return
    pieces = [problem.text for problem in parsed.problems if problem.line == last]
    if any(piece and keyword.startswith(piece.upper()) for piece in pieces for keyword in WORDS_NEEDED):
        yield Problem(last, pieces[0], CUT_OFF, "error", last)
