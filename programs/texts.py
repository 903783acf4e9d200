"""What exactly does a person read before deciding? One text for each decision, made from the declaration.

The text is kept under its SHA-256 with the decision. Words of ours change with VERSION; the rest changes with the
declaration. A page shows the text paragraph by paragraph and adds nothing to it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from programs.catalog import Program
from programs.models import Action

VERSION = "1"
ENGLISH = "en"
DOES = {
    Action.GRANT: "Switch {name} on: the data elements below are collected and sent until you switch it off.",
    Action.WITHDRAW: "Switch {name} off: nothing is collected or sent from now on. Data that were sent before stay "
    "with the recipient until you request their erasure.",
    Action.ACCEPT_ELEMENTS: "Accept data elements of {name}: the chosen ones are sent from the next upload on.",
    Action.REFUSE_ELEMENTS: "Hold data elements of {name} back: the chosen ones are not sent from now on.",
    Action.REPORT_ELECTRONICALLY: "Report electronically: {name} is sent over the network once a day.",
    Action.REPORT_MANUALLY: "Report by hand: nothing of {name} is sent over the network. A report has to be carried to "
    "the recipient at least every 90 days.",
    Action.ERASURE_REQUESTED: "Request erasure: ask the recipient to erase what was sent for {name}. The request stays "
    "open until the recipient confirms it.",
    Action.ERASURE_CONFIRMED: "Close the request: the recipient confirmed that what was sent for {name} is erased.",
}
SHARING = (
    "Share usage statistics. Choose one of three.",
    "{call_home}: identifiable data of this server. It includes everything that {ceip} would send.",
    "{ceip}: only data that identify no user, device, server or organization.",
    "Do not share: nothing is sent to anyone, not even this choice.",
)


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text as it is shown: paragraphs, separated by an empty line."""

    text: str
    language: str = ENGLISH

    @property
    def sha256(self) -> str:
        """What the ledger keeps of it."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


def decision_text(program: Program, action: str) -> ShownText:
    """The text for this decision. Raises KeyError for an action that no person takes."""
    elements = {element.path: element.purpose for upload in program.uploads for element in upload.elements()}
    return ShownText(
        "\n\n".join(
            [
                DOES[Action(action)].format(name=program.name),
                *_about(program),
                f"Data elements of version {program.version}:",
                *(f"{path}: {purpose}" for path, purpose in sorted(elements.items())),
                _version([program]),
            ]
        )
    )


def sharing_text(call_home: Program, ceip: Program) -> ShownText:
    """The text of the three-way choice."""
    names = {"call_home": call_home.name, "ceip": ceip.name}
    parts = [sentence.format(**names) for sentence in SHARING]
    return ShownText("\n\n".join([*parts, *_about(call_home), *_about(ceip), _version([call_home, ceip])]))


def _about(program: Program) -> list[str]:
    return [
        f"{program.name}: {program.purpose}",
        f"Used for: {'; '.join(program.used_for)}",
        f"Recipient: {program.recipient}",
        f"How often: {program.cadence}",
    ]


def _version(programs: Sequence[Program]) -> str:
    return f"Text {VERSION}, " + ", ".join(f"{one.code} {one.version}" for one in programs)
