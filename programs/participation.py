"""May this program run on this server, and why? One pure rule with one sentence for each of its answers."""

from dataclasses import dataclass
from enum import StrEnum

from programs.catalog import Element, Program, UploadKind
from servers.models import LicenseServer


class State(StrEnum):
    """The answers that a declared program can have so far."""

    OFF = "off"
    MANDATORY = "mandatory"


@dataclass(frozen=True, slots=True)
class Participation:
    """The answer: the state, the reason as a sentence, and whether uploads may leave by themselves."""

    state: State
    reason: str
    sends: bool


def participation(program: Program, server: LicenseServer) -> Participation:
    """The rule. Optional programs are off: nothing is shared before somebody chooses it."""
    if not program.is_mandatory:
        return Participation(State.OFF, "Optional and not chosen. Nothing is collected or sent.", sends=False)
    if server.archived_at:
        return Participation(State.MANDATORY, "This server is archived. Nothing is due any more.", sends=False)
    if not server.reports_electronically:
        return Participation(State.MANDATORY, "Required. Reports are carried by hand; nothing is sent.", sends=False)
    return Participation(State.MANDATORY, "Required by the license terms. It is sent electronically.", sends=True)


def permitted_elements(upload: UploadKind) -> tuple[Element, ...]:
    """The elements that may leave in this upload, in the order of the document."""
    return tuple(upload.elements())
