"""Where does consent stand? Read from the rows of the ledger, for one server or for ten thousand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from programs.catalog import Element, Program, program, programs
from programs.codes import CALL_HOME, EVERYWHERE
from programs.models import Action, ConsentDecision
from servers.models import LicenseServer

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What is in force for one program on one server. Elements stand as `section.name`.

    `agreed` is what decisions say; `accepted` is what may leave: the same, but all that is declared where the program
    is required (mandatory or enforced), because nobody is asked there. `announced` is what the newest announcement
    named, `noted` what was noted as held back.
    """

    granted: bool = False
    accepted: frozenset[str] = NOTHING
    agreed: frozenset[str] = NOTHING
    refused: frozenset[str] = NOTHING
    announced: frozenset[str] = NOTHING
    noted: frozenset[str] = NOTHING
    has_chosen: bool = False
    is_required: bool = False
    newest: ConsentDecision | None = None
    open_erasure: ConsentDecision | None = None

    @property
    def number(self) -> int:
        """The row number that a form is built on; 0 before the first decision."""
        return self.newest.sequence if self.newest else 0


def declared_elements(program: Program) -> dict[str, Element]:
    """Every element of a program by its path; an element that stands in two uploads is one."""
    return {element.path: element for upload in program.uploads for element in upload.elements()}


def state_of(server: LicenseServer, program_code: str) -> Consent:
    """What is in force now. Raises KeyError for a program that is not declared."""
    rows = ConsentDecision.objects.of(server, program_code)
    one = program(program_code)
    return _consent(one, server, rows, frozenset(declared_elements(one)))


def states_of(
    servers: Iterable[LicenseServer], *, until: Mapping[int, int] | None = None
) -> dict[tuple[int, str], Consent]:
    """The same for every declared program on each of these servers, by server and code, in one query.

    `until` names the last row of the ledger that counts, by server: what was in force then.
    """
    known = list(servers)
    rows = ConsentDecision.objects.order_by("sequence")
    if len(known) < EVERYWHERE:
        rows = rows.filter(server_id__in=[server.pk for server in known])
    sorted_rows: dict[tuple[int, str], list[ConsentDecision]] = {}
    for row in rows.iterator(chunk_size=2000):
        if until is not None and row.sequence > until.get(row.server_id, 0):
            continue
        sorted_rows.setdefault((row.server_id, row.program), []).append(row)
    declared = [(one, frozenset(declared_elements(one))) for one in programs().values()]
    return {
        (server.pk, one.code): _consent(one, server, sorted_rows.get((server.pk, one.code), []), elements)
        for server in known
        for one, elements in declared
    }


def held_elements(program: Program, consent: Consent) -> tuple[Element, ...]:
    """What the declaration has and nobody accepted, refused or not asked yet. A program that is off holds nothing."""
    if consent.is_required or not consent.granted:
        return ()
    return tuple(one for path, one in declared_elements(program).items() if path not in consent.accepted)


def undecided_elements(program: Program, consent: Consent) -> tuple[Element, ...]:
    """Of the held elements those that nobody refused: a person should look at them."""
    return tuple(one for one in held_elements(program, consent) if one.path not in consent.refused)


def announced_changes(program: Program, consent: Consent) -> tuple[Element, ...]:
    """What a required program will carry and no announcement named yet; nothing before the first announcement."""
    if not consent.is_required or not consent.announced:
        return ()
    return tuple(one for path, one in declared_elements(program).items() if path not in consent.announced)


def is_required(program: Program, server: LicenseServer) -> bool:
    """Is there no choice here? So it is for mandatory programs, and for Call Home while it is enforced."""
    return program.is_mandatory or (program.code == CALL_HOME and server.is_provider)


def _consent(
    program: Program, server: LicenseServer, rows: Iterable[ConsentDecision], declared: frozenset[str]
) -> Consent:
    found = Consent()
    for row in rows:
        found = replace(_after(found, row), newest=row)
    required = is_required(program, server)
    accepted = declared if required else found.agreed
    return replace(found, is_required=required, accepted=accepted)


def _after(before: Consent, row: ConsentDecision) -> Consent:
    """What one more row changes; rows about the way of reporting change nothing here."""
    elements = frozenset(row.elements)
    agreed, refused = before.agreed, before.refused
    changes: dict[str, dict[str, Any]] = {
        Action.GRANT: {"has_chosen": True, "granted": True, "agreed": elements, "refused": NOTHING},
        Action.WITHDRAW: {"has_chosen": True, "granted": False, "agreed": NOTHING, "refused": NOTHING},
        Action.ACCEPT_ELEMENTS: {"agreed": agreed | elements, "refused": refused - elements},
        Action.REFUSE_ELEMENTS: {"agreed": agreed - elements, "refused": refused | elements},
        Action.ANNOUNCED: {"announced": elements},
        Action.HELD: {"noted": before.noted | elements},
        Action.ERASURE_REQUESTED: {"open_erasure": row},
        Action.ERASURE_CONFIRMED: {"open_erasure": None},
    }
    return replace(before, **changes.get(row.action, {}))
