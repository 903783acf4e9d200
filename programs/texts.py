"""What exactly does a person read before deciding? One text for each decision, made from the declaration.

The text is kept under its SHA-256 with the decision. Words of ours change with VERSION; the rest changes with the
declaration. A page shows the text paragraph by paragraph and adds nothing to it.

Each language has a text of its own, the same every time. Where a language lacks any part of it, the whole text is
English and says so: nobody agrees to half a sentence.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from programs.catalog import Program, programs_in
from programs.models import Action
from programs.whole_languages import ENGLISH, English, Translated, Untranslated, Words, is_english, languages, reading

VERSION = "1"
DOES = {
    Action.GRANT: gettext_noop(
        "Switch %(name)s on: the data elements below are collected and sent until you switch it off."
    ),
    Action.WITHDRAW: gettext_noop(
        "Switch %(name)s off: nothing is collected or sent from now on. Data that were sent before stay "
        "with the recipient until you request their erasure."
    ),
    Action.ACCEPT_ELEMENTS: gettext_noop(
        "Accept data elements of %(name)s: the chosen ones are sent from the next upload on."
    ),
    Action.REFUSE_ELEMENTS: gettext_noop(
        "Hold data elements of %(name)s back: the chosen ones are not sent from now on."
    ),
    Action.REPORT_ELECTRONICALLY: gettext_noop("Report electronically: %(name)s is sent over the network once a day."),
    Action.REPORT_MANUALLY: gettext_noop(
        "Report by hand: nothing of %(name)s is sent over the network. A report has to be carried to "
        "the recipient at least every 90 days."
    ),
    Action.ERASURE_REQUESTED: gettext_noop(
        "Request erasure: ask the recipient to erase what was sent for %(name)s. The request stays "
        "open until the recipient confirms it."
    ),
    Action.ERASURE_CONFIRMED: gettext_noop(
        "Close the request: the recipient confirmed that what was sent for %(name)s is erased."
    ),
}
SHARING = (
    gettext_noop("Share usage statistics. Choose one of three."),
    gettext_noop("%(call_home)s: identifiable data of this server. It includes everything that %(ceip)s would send."),
    gettext_noop("%(ceip)s: only data that identify no user, device, server or organization."),
    gettext_noop("Do not share: nothing is sent to anyone, not even this choice."),
)
ELEMENTS = gettext_noop("Data elements of version %(version)s:")
USED_FOR, RECIPIENT, CADENCE = (
    gettext_noop("Used for: %(uses)s"),
    gettext_noop("Recipient: %(recipient)s"),
    gettext_noop("How often: %(cadence)s"),
)
VERSIONS = gettext_noop("Text %(text)s, %(declarations)s")
Parts = Callable[[Words], list[str]]


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text as it is shown: paragraphs, separated by an empty line. `language` is the one that it is in."""

    text: str
    language: str = ENGLISH

    @property
    def sha256(self) -> str:
        """What the ledger keeps of it."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


def decision_text(program: Program, action: str, *, language: str = "") -> ShownText:
    """The text for this decision, in the reader's language where none is named; in English where that one has gaps.

    Raises KeyError for an action that no person takes.
    """
    does = DOES[Action(action)]
    return _whole(lambda words: _decision(program.code, does, words), language)


def sharing_text(call_home: Program, ceip: Program, *, language: str = "") -> ShownText:
    """The text of the three-way choice, in a language as above."""
    return _whole(lambda words: _sharing(call_home.code, ceip.code, words), language)


def in_every_language(text: Callable[[str], ShownText]) -> Iterator[ShownText]:
    """The text as anybody may have read it; first as whoever decides now reads it."""
    return (text(language) for language in languages())


def _whole(parts: Parts, language: str) -> ShownText:
    asked = language or reading()
    if not is_english(asked):
        try:
            return ShownText("\n\n".join(parts(Translated(asked))), asked)
        except (Untranslated, KeyError, ValueError, TypeError):
            pass  # one part is enough, or one gap that cannot be filled: a text in two languages is no text
    return ShownText("\n\n".join(parts(English())))


def _decision(code: str, does: str, words: Words) -> list[str]:
    program = programs_in(ENGLISH)[code]
    elements = {element.path: element.purpose for upload in program.uploads for element in upload.elements()}
    return [
        words.ours(does) % {"name": words.declared(program.name)},
        *_about(program, words),
        words.ours(ELEMENTS) % {"version": program.version},
        *(f"{path}: {words.declared(purpose)}" for path, purpose in sorted(elements.items())),
        _versions(words, program),
    ]


def _sharing(code: str, other: str, words: Words) -> list[str]:
    call_home, ceip = programs_in(ENGLISH)[code], programs_in(ENGLISH)[other]
    names = {"call_home": words.declared(call_home.name), "ceip": words.declared(ceip.name)}
    choices = [words.ours(sentence) % names for sentence in SHARING]
    return [*choices, *_about(call_home, words), *_about(ceip, words), _versions(words, call_home, ceip)]


def _about(program: Program, words: Words) -> list[str]:
    return [
        f"{words.declared(program.name)}: {words.declared(program.purpose)}",
        words.ours(USED_FOR) % {"uses": "; ".join(words.declared(use) for use in program.used_for)},
        words.ours(RECIPIENT) % {"recipient": words.declared(program.recipient)},
        words.ours(CADENCE) % {"cadence": words.declared(program.cadence)},
    ]


def _versions(words: Words, *programs: Program) -> str:
    declarations = ", ".join(f"{one.code} {one.version}" for one in programs)
    return words.ours(VERSIONS) % {"text": VERSION, "declarations": declarations}
