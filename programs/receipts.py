"""What does a person take home from a decision? A receipt in the shape of ISO/IEC TS 27560:2023.

The field names follow the public descriptions of the standard (the W3C guide "Consent records and receipts"); the
standard itself is not free. Deviations, all ours: the principal is the organization that runs the server, not a natural
person; a decision about a mandatory program has the basis "contract"; `event_state` takes our actions apart; `ledger`
holds the row of the hash chain, which the standard does not know. A field whose value nobody knows is null.
"""

from typing import Any

from programs.catalog import ENGLISH, Element, Program, programs_in
from programs.ledger import facts_of, moment
from programs.models import Action, ConsentDecision, ConsentText
from programs.standing import declared_elements

SCHEMA = "ISO/IEC TS 27560:2023"
EVENTS = {
    Action.GRANT: ("explicit", "consent_given"),
    Action.WITHDRAW: ("explicit", "consent_withdrawn"),
    Action.ACCEPT_ELEMENTS: ("explicit", "consent_given"),
    Action.REFUSE_ELEMENTS: ("explicit", "consent_withdrawn"),
    Action.REPORT_ELECTRONICALLY: ("notice", "reporting_electronic"),
    Action.REPORT_MANUALLY: ("notice", "reporting_manual"),
    Action.ERASURE_REQUESTED: ("request", "erasure_requested"),
    Action.ERASURE_CONFIRMED: ("request", "erasure_confirmed"),
    Action.HELD: ("notice", "elements_held"),
    Action.ANNOUNCED: ("notice", "elements_announced"),
}


def receipt(decision: ConsentDecision) -> dict[str, Any]:
    """The receipt as JSON-ready facts; the same row gives the same receipt while the program is declared as it was.

    The notice is the text that was shown, in its own language; everything else is English, whoever reads.
    """
    program = programs_in(ENGLISH).get(decision.program)
    return {
        "receipt_metadata": {
            "schema_version": SCHEMA,
            "receipt_id": f"{decision.sequence}-{decision.hash[:16]}",
            "record_id": str(decision.sequence),
        },
        "record_metadata": {
            "schema_version": SCHEMA,
            "record_id": str(decision.sequence),
            "pii_principal_id": str(decision.server_guid),
        },
        "pii_processing": {
            "privacy_notice": _notice(decision),
            "language": decision.language or None,
            "purposes": [_purpose(decision, program)],
        },
        "party_identification": _parties(decision, program),
        "events": [_event(decision)],
        "ledger": {**facts_of(decision), "hash": decision.hash},
    }


def _notice(decision: ConsentDecision) -> dict[str, Any] | None:
    if not decision.text_sha256:
        return None
    kept = ConsentText.objects.filter(sha256=decision.text_sha256).values_list("text", flat=True).first()
    return {"sha256": decision.text_sha256, "version": decision.declaration_version, "text": kept}


def _purpose(decision: ConsentDecision, program: Program | None) -> dict[str, Any]:
    return {
        "purpose": program.purpose if program else None,
        "purpose_type": list(program.used_for) if program else [],
        "lawful_basis": ("contract" if program.is_mandatory else "consent") if program else None,
        "program": decision.program,
        "pii_information": _information(decision, program),
        "collection_method": "Read from the files and reports of the license server",
        "processing_method": program.cadence if program else None,
        "retention_period": None,
        "withdrawal_method": _withdrawal(program),
        "recipient_third_parties": ["recipient"],
    }


def _withdrawal(program: Program | None) -> str | None:
    if program is None:
        return None
    if program.is_mandatory:
        return "Cannot be withdrawn; reports can be carried by hand"
    return "Usage and statistics on the page of the program, REST, or the command `decide`"


def _information(decision: ConsentDecision, program: Program | None) -> list[dict[str, Any]]:
    declared = declared_elements(program) if program else {}
    return [_element(path, declared.get(path)) for path in decision.elements]


def _element(path: str, element: Element | None) -> dict[str, Any]:
    return {
        "pii_attribute_id": path,
        "pii_type": element.type if element else None,
        "identifies": element.identifies if element else None,
        "purpose": element.purpose if element else None,
        "pseudonymized": element.scrambled if element else None,
    }


def _parties(decision: ConsentDecision, program: Program | None) -> list[dict[str, Any]]:
    return [
        {
            "party_id": "principal",
            "party_role": "pii_principal",
            "party_name": f"License server {decision.server_guid}",
        },
        {"party_id": "controller", "party_role": "pii_controller", "party_name": "Whoever runs this installation"},
        {
            "party_id": "recipient",
            "party_role": "third_party",
            "party_name": program.recipient if program else None,
        },
    ]


def _event(decision: ConsentDecision) -> dict[str, Any]:
    kind, state = EVENTS[Action(decision.action)]
    return {
        "event_time": moment(decision.decided_at),
        "validity_duration": "until the next decision",
        "entity_id": decision.decided_by or None,
        "event_type": kind,
        "event_state": state,
        "door": decision.door,
        "reason": decision.reason or None,
    }
