"""Does everybody read in their own language, and does what is kept stay what it is?"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings

from accounts.models import User
from programs.catalog import program
from programs.codes import TELEMETRY
from programs.models import Action, Door
from programs.texts import decision_text
from servers.models import LicenseServer, ReportingMode
from tests.catalogs import Words, speaking
from tests.uploads.courier import days, gathered, later, manual_server
from tests.uploads.faulty_line import Line
from tests.uploads.test_states import in_state
from uploads.asking_for_checks import carry_out
from uploads.canceling import NotCanceled, cancel_upload
from uploads.causes import Cause
from uploads.courier_gaps import gaps_of, sentence_of
from uploads.courier_models import CustodyEntry
from uploads.explanations import explain_cause
from uploads.kept_sentences import kept, said
from uploads.manual_report import give_up, hand_out
from uploads.models import Attempt, Upload
from uploads.network_findings import in_readers_words
from uploads.own_state import NetworkCheck
from uploads.states import IN_A_SENTENCE, State
from uploads.withdrawing import set_reporting_mode

GERMAN: Words = {
    "Name not found": "Name nicht gefunden",
    "No proxy is set": "Kein Proxy ist gesetzt",
    "Proxy": "Vermittler",
    "A connection to the destination, %(place)s, opens": "Eine Verbindung zum Ziel, %(place)s, kommt zustande",
    ("%(count)s bundle waits for another courier", "%(count)s bundles wait for another courier"): (
        "%(count)s Bündel wartet auf einen anderen Boten",
        "%(count)s Bündel warten auf einen anderen Boten",
    ),
    "%(server)s, %(kind)s: days %(first)s to %(last)s are missing (%(dates)s), %(why)s.": "%(server)s, %(kind)s: "
    "Tage %(first)s bis %(last)s fehlen (%(dates)s), %(why)s.",
    "%(first)s to %(last)s": "%(first)s bis %(last)s",
    "downloaded": "heruntergeladen",
    "no report was made": "kein Bericht entstand",
    "Required. Reports are carried by hand; nothing is sent.": "Pflicht. Berichte werden getragen.",
    "This upload is %(state)s; there is nothing to cancel.": "Dieser Upload ist %(state)s; nichts abzubrechen.",
    ("this upload is", "delivered"): "zugestellt",
}


@pytest.fixture(autouse=True)
def german(tmp_path: Path) -> Iterator[None]:
    with speaking(tmp_path / "locale", de=GERMAN):
        yield


def test_an_old_failure_is_explained_to_each_reader_in_their_own_words() -> None:
    assert explain_cause(Cause.NAME_UNKNOWN).title == "Name not found"
    with override("de"):
        assert explain_cause(Cause.NAME_UNKNOWN).title == "Name nicht gefunden"
    assert {type(text) for text in (explain_cause(cause).fix for cause in Cause)} == {str}


def test_a_state_in_the_middle_of_a_sentence_is_written_as_the_language_wants_it(
    server: LicenseServer, ben: User
) -> None:
    upload = in_state(server, State.DELIVERED)
    with override("de"), pytest.raises(NotCanceled, match="Dieser Upload ist zugestellt; nichts"):
        cancel_upload(upload, by=ben)
    assert {state: str(words) for state, words in IN_A_SENTENCE.items()} == {
        state: str(state.label).lower() for state in State
    }


def test_evidence_is_english_whoever_ended_the_upload(server: LicenseServer, dora: User, upload: Upload) -> None:
    attempt = Attempt.objects.create(upload=upload, number=1, started_at=timezone.now())
    text = decision_text(program(TELEMETRY), Action.REPORT_MANUALLY)
    with override("de"):
        set_reporting_mode(
            server, mode=ReportingMode.MANUAL, by=dora, door=Door.PAGE, text_sha256=text.sha256, pause=lambda _: None
        )
    attempt.refresh_from_db()
    assert attempt.evidence == "Required. Reports are carried by hand; nothing is sent."


def test_the_index_of_a_volume_is_english_and_read_in_german(db: None, clock: time_machine.Traveller) -> None:
    server = manual_server()
    days(clock, 3)
    later(clock, days=4)
    days(clock, 1)
    (gap, _) = gaps_of([server], now=timezone.now())
    english, facts = gap.sentence, gap.facts()
    with override("de"):
        assert gap.facts() == facts
        assert gap.sentence == sentence_of(facts)
        assert "Tage 3 bis 5 fehlen (2026-03-04 bis 2026-03-06), kein Bericht entstand." in gap.sentence
    assert sentence_of(facts) == english
    assert facts["sentence"] == english.replace("License server report", "compliance"), "as every index before it"


def test_the_same_set_is_gathered_in_every_language(db: None, clock: time_machine.Traveller) -> None:
    server = manual_server()
    days(clock, 2)
    later(clock, days=4)
    days(clock, 1)
    first = gathered(server)
    with override("de"):
        give_up(first, by="ben", at=timezone.now())
        assert gathered(server) == first


def test_the_trail_is_in_the_language_of_the_installation(
    db: None, clock: time_machine.Traveller, settings: Settings
) -> None:
    server = manual_server()
    days(clock, 1)
    with override("de"):
        give_up(gathered(server), by="ben", at=timezone.now())
    settings.LANGUAGE_CODE = "de"
    with override("en"):
        give_up(gathered(server), by="ben", at=timezone.now())
    notes = CustodyEntry.objects.filter(event=CustodyEntry.Event.GIVEN_UP).values_list("note", flat=True)
    assert list(notes) == ["2 bundles wait for another courier", "2 Bündel warten auf einen anderen Boten"]
    volume = gathered(server).volumes.all()[0]
    with override("en"):
        hand_out(volume, by="ben", at=timezone.now(), to="downloaded")
    note = CustodyEntry.objects.get(event=CustodyEntry.Event.HANDED_OUT).note
    assert note == f"{volume.file_name} heruntergeladen"


def test_a_kept_check_is_read_in_every_language(line: Line, ben: User) -> None:
    row = NetworkCheck.objects.create(asked_at=timezone.now(), asked_by=ben)
    assert carry_out(row.pk)
    row.refresh_from_db()
    assert in_readers_words(row.report)["checks"] == row.report["checks"]
    with override("de"):
        checks = {check["id"]: check for check in in_readers_words(row.report)["checks"]}
    address = row.report["destination"]
    assert (checks["proxy"]["title"], checks["proxy"]["summary"]) == ("Vermittler", "Kein Proxy ist gesetzt")
    assert checks["tcp"]["summary"] == f"Eine Verbindung zum Ziel, {address}, kommt zustande"


@pytest.mark.parametrize(
    "parts", [None, [], "words", [["%(gone)s", {"other": 1}]], [["%(a)d", {"a": "x"}]], [[1, 2, 3]]]
)
def test_what_cannot_be_made_anew_is_read_as_it_was_kept(parts: object) -> None:
    assert said(parts, text="As it was") == "As it was"


def test_a_sentence_can_be_kept_as_json() -> None:
    one = kept("A connection to the destination, %(place)s, opens", place="host:443")
    assert json.loads(json.dumps({"text": one, "parts": one.parts}))["text"] == str(one)
    with override("de"):
        assert said(json.loads(json.dumps(one.parts)), text="") == "Eine Verbindung zum Ziel, host:443, kommt zustande"
