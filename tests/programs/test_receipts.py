"""Does a receipt say everything that somebody needs to prove a decision?"""

import json

import pytest

from programs.catalog import program
from programs.ledger import append, canonical
from programs.models import Action, ConsentDecision, Door
from programs.receipts import EVENTS, receipt
from programs.texts import decision_text
from servers.models import LicenseServer
from tests.programs.conftest import GRANT, WITHDRAW, Deciding, Declarations


@pytest.fixture
def granted(dora_decides: Deciding) -> ConsentDecision:
    return dora_decides(GRANT, elements=["head.B"])


def test_it_has_the_parts_of_the_standard(granted: ConsentDecision) -> None:
    found = receipt(granted)
    assert list(found) == [
        "receipt_metadata", "record_metadata", "pii_processing", "party_identification", "events", "ledger",
    ]  # fmt: skip
    assert found["receipt_metadata"]["schema_version"] == "ISO/IEC TS 27560:2023"
    assert json.loads(canonical(found)) == found


def test_it_carries_the_exact_text_and_its_hash(granted: ConsentDecision) -> None:
    notice = receipt(granted)["pii_processing"]["privacy_notice"]
    text = decision_text(program("ceip"), GRANT)
    assert notice == {"sha256": text.sha256, "version": "1.0", "text": text.text}
    assert receipt(granted)["pii_processing"]["language"] == "en"


def test_it_names_purpose_basis_recipient_and_elements(granted: ConsentDecision) -> None:
    found = receipt(granted)
    (purpose,) = found["pii_processing"]["purposes"]
    assert (purpose["purpose"], purpose["lawful_basis"]) == ("To see how it is used.", "consent")
    assert [one["pii_attribute_id"] for one in purpose["pii_information"]] == ["head.B"]
    assert purpose["pii_information"][0]["purpose"] == "Tells B"
    assert [party["party_name"] for party in found["party_identification"]][2] == "The vendor"


@pytest.mark.parametrize(("action", "state"), [(GRANT, "consent_given"), (WITHDRAW, "consent_withdrawn")])
def test_it_says_what_happened_who_and_when(dora_decides: Deciding, action: Action, state: str) -> None:
    row = dora_decides(action)
    (event,) = receipt(row)["events"]
    assert (event["event_state"], event["event_type"], event["entity_id"]) == (state, "explicit", "dora")
    assert event["event_time"] == receipt(row)["ledger"]["decided_at"]
    assert event["reason"] == "Asked for."


def test_it_holds_the_row_of_the_chain(granted: ConsentDecision) -> None:
    row = receipt(granted)["ledger"]
    assert (row["sequence"], row["hash"], row["previous_hash"]) == (1, granted.hash, "0" * 64)


def test_it_stands_when_program_or_element_is_declared_no_more(
    granted: ConsentDecision, declared: Declarations
) -> None:
    declared.write("ceip", "A", version="2.0")
    (element,) = receipt(granted)["pii_processing"]["purposes"][0]["pii_information"]
    assert (element["pii_attribute_id"], element["purpose"]) == ("head.B", None)
    (declared.folder / "ceip.toml").unlink()
    declared.write("call_home")
    assert receipt(granted)["pii_processing"]["purposes"][0]["lawful_basis"] is None


def test_a_row_of_the_system_has_no_text(server: LicenseServer, declared: Declarations) -> None:
    row = append(server, program=program("telemetry"), action=Action.ANNOUNCED, by="x", door=Door.SYSTEM)
    found = receipt(row)
    assert found["pii_processing"]["privacy_notice"] is None
    assert found["pii_processing"]["purposes"][0]["lawful_basis"] == "contract"


def test_every_action_is_an_event() -> None:
    assert set(EVENTS) == set(Action)
