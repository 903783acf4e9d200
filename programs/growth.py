"""What is new in a declaration that grew, and is it written down before anything carries it?"""

from datetime import datetime

from django.db import transaction

from programs.catalog import Program, program
from programs.ledger import SYSTEM, append, lock
from programs.models import Action, ConsentDecision, Door
from programs.standing import Consent, declared_elements, state_of, undecided_elements
from servers.models import LicenseServer


def note_growth(server: LicenseServer, *, program_code: str, at: datetime | None = None) -> ConsentDecision | None:
    """Before an upload is sealed: note, once, what required programs announce and optional ones hold back.

    The first announcement of a server names everything, so that later ones can tell what grew. `at` is the ledger's:
    for a demo alone.
    """
    one = program(program_code)
    if not _untold(one, state_of(server, program_code)):
        return None
    with transaction.atomic():
        lock()
        consent = state_of(server, program_code)
        elements = _untold(one, consent)  # again: somebody else may have noted it meanwhile
        if not elements:
            return None
        action = Action.ANNOUNCED if consent.is_required else Action.HELD
        return append(server, program=one, action=action, by=SYSTEM, door=Door.SYSTEM, elements=elements, at=at)


def _untold(program: Program, consent: Consent) -> frozenset[str]:
    """The elements that a new note would name; none where there is nothing to note."""
    if consent.is_required:
        declared = frozenset(declared_elements(program))
        return declared if declared != consent.announced else frozenset()
    new = frozenset(element.path for element in undecided_elements(program, consent))
    return new - consent.noted
