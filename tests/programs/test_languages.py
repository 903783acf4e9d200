"""Is the text that somebody agrees to whole in every language, the same every time, and kept as it was shown?"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.utils.translation import get_language, override
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import User
from languages.declarations import CONTEXT, of_declarations
from languages.known import ROOT
from programs.catalog import ENGLISH, program, programs, programs_in
from programs.consent import DecisionRefused, choose_sharing, decide
from programs.declared_words import declared_words
from programs.ledger import verify
from programs.models import Action, ConsentDecision, ConsentText, Door
from programs.receipts import receipt
from programs.telling import DECLARATION
from programs.texts import (
    CADENCE,
    DOES,
    ELEMENTS,
    RECIPIENT,
    USED_FOR,
    VERSIONS,
    ShownText,
    decision_text,
    sharing_text,
)
from servers.models import LicenseServer
from tests.catalogs import Words, all_of_consent, speaking
from tests.factories import a_server
from tests.programs.conftest import GRANT, Declarations

ACTIONS = st.sampled_from(sorted(DOES))


def parts_of(action: str) -> list[str | tuple[str, str]]:
    """Everything that the text of a decision about CEIP is made of."""
    one = programs_in(ENGLISH)["ceip"]
    purposes = [element.purpose for upload in one.uploads for element in upload.elements()]
    declared = [one.name, one.purpose, *one.used_for, one.recipient, one.cadence, *purposes]
    return [
        DOES[Action(action)],
        ELEMENTS,
        USED_FOR,
        RECIPIENT,
        CADENCE,
        VERSIONS,
        *((DECLARATION, text) for text in declared),
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "locale"


@pytest.fixture
def german(declared: Declarations, folder: Path) -> Iterator[None]:
    with speaking(folder, de=all_of_consent("«"), fr=all_of_consent("‹")):
        yield


def test_a_text_is_in_the_language_that_was_asked_for(german: None) -> None:
    shown = decision_text(program("ceip"), GRANT, language="de")
    assert shown.language == "de"
    assert shown.text.startswith("«Switch «Ceip« on: ")
    assert "head.B: «Tells B«" in shown.text
    assert all("«" in paragraph for paragraph in shown.text.split("\n\n"))
    assert shown.sha256 == hashlib.sha256(shown.text.encode()).hexdigest()


def test_without_a_wish_it_is_in_that_of_the_reader(german: None) -> None:
    with override("de"):
        assert decision_text(program("ceip"), GRANT) == decision_text(program("ceip"), GRANT, language="de")
        assert sharing_text(program("call_home"), program("ceip")).language == "de"
    for english in ("en", "en-us", "en-gb"):
        with override(english):
            assert decision_text(program("ceip"), GRANT).language == "en"


@effort(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    action=ACTIONS, of=st.sampled_from(["call_home", "ceip", "telemetry"]), readers=st.permutations(["en", "de", "fr"])
)
def test_the_text_of_a_language_is_the_same_whoever_reads(
    german: None, action: str, of: str, readers: list[str]
) -> None:
    found = []
    for reader in readers:
        with override(reader):
            found.append({code: decision_text(program(of), action, language=code) for code in ("en", "de", "fr")})
    assert found[0] == found[1] == found[2]
    assert len({text.sha256 for text in found[0].values()}) == 3


@effort(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), action=ACTIONS)
def test_one_missing_part_makes_all_of_it_english(declared: Declarations, data: st.DataObject, action: str) -> None:
    missing = data.draw(st.sampled_from(parts_of(action)))
    english = decision_text(program("ceip"), action, language="en")
    words = {key: said for key, said in all_of_consent("«").items() if key != missing}
    with TemporaryDirectory() as folder, speaking(Path(folder), de=words):
        assert decision_text(program("ceip"), action, language="de") == english
    assert (english.language, "«" in english.text) == ("en", False)


def test_a_gap_is_not_filled_from_the_language_of_the_installation(
    declared: Declarations, folder: Path, settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "fr"
    gap = {key: said for key, said in all_of_consent("«").items() if key != CADENCE}
    with speaking(folder, de=gap, fr=all_of_consent("‹")):
        shown = decision_text(program("ceip"), GRANT, language="de")
        assert (shown.language, shown.text) == ("en", decision_text(program("ceip"), GRANT, language="en").text)
        assert sharing_text(program("call_home"), program("ceip"), language="de").language == "en"


@pytest.mark.parametrize("damaged", ["%(nobody)s", "100% damaged", "%(recipient)d"])
def test_a_damaged_translation_counts_as_none(declared: Declarations, folder: Path, damaged: str) -> None:
    with speaking(folder, de={**all_of_consent("«"), RECIPIENT: damaged}):
        assert decision_text(program("ceip"), GRANT, language="de").language == "en"


def granting(server: LicenseServer, shown: ShownText, by: User) -> ConsentDecision:
    return decide(server, program_code="ceip", action=GRANT, by=by, door=Door.PAGE, text_sha256=shown.sha256)


@pytest.mark.parametrize("saved_in", ["en", "de", "fr", "ja"])
def test_the_ledger_keeps_what_was_shown_whatever_is_read_when_it_is_saved(
    german: None, server: LicenseServer, dora: User, saved_in: str
) -> None:
    shown = decision_text(program("ceip"), GRANT, language="de")
    with override(saved_in):
        row = granting(server, shown, dora)
        notice = receipt(row)["pii_processing"]["privacy_notice"]
        language = receipt(row)["pii_processing"]["language"]
    assert (row.language, row.text_sha256) == ("de", shown.sha256)
    assert ConsentText.objects.get().text == shown.text
    assert (notice["text"], notice["sha256"], language) == (shown.text, shown.sha256, "de")
    assert hashlib.sha256(notice["text"].encode()).hexdigest() == row.text_sha256
    assert verify().is_whole


def test_two_tabs_in_two_languages_are_told_apart_by_what_they_showed(german: None, dora: User) -> None:
    first = decision_text(program("ceip"), GRANT, language="de")
    second = decision_text(program("ceip"), GRANT, language="fr")
    rows = [granting(a_server(name), shown, dora) for name, shown in (("ls1", first), ("ls2", second))]
    assert [(row.language, row.text_sha256) for row in rows] == [("de", first.sha256), ("fr", second.sha256)]
    assert ConsentText.objects.count() == 2
    assert verify().is_whole


def test_a_translation_that_was_changed_meanwhile_is_read_again(
    german: None, declared: Declarations, server: LicenseServer, dora: User, tmp_path: Path
) -> None:
    shown = decision_text(program("ceip"), GRANT, language="de")
    with speaking(tmp_path / "newer", de=all_of_consent("»")), pytest.raises(DecisionRefused) as refused:
        granting(server, shown, dora)
    assert (refused.value.kind, str(refused.value)) == (
        "conflict",
        "The text was changed after you read it. Read it again, then decide.",
    )
    assert not ConsentDecision.objects.exists()


def test_the_three_way_choice_keeps_one_text_for_both(german: None, server: LicenseServer, dora: User) -> None:
    shown = sharing_text(program("call_home"), program("ceip"), language="fr")
    rows = choose_sharing(server, choice="ceip", by=dora, door=Door.PAGE, text_sha256=shown.sha256)
    assert {(row.language, row.text_sha256) for row in rows} == {("fr", shown.sha256)}


def test_a_receipt_says_the_same_to_every_reader(german: None, server: LicenseServer, dora: User) -> None:
    row = granting(server, decision_text(program("ceip"), GRANT, language="de"), dora)
    english = receipt(row)
    with override("de"):
        assert receipt(row) == english
    assert english["pii_processing"]["purposes"][0]["purpose"] == "To see how it is used."


def test_a_program_speaks_the_readers_language_and_acts_the_same(german: None) -> None:
    english = programs()
    with override("de"):
        assert get_language() == "de"
        translated = programs()
    assert (translated["ceip"].purpose, english["ceip"].purpose) == (
        "«To see how it is used.«",
        "To see how it is used.",
    )
    for code, one in english.items():
        other = translated[code]
        assert (other.code, other.version, other.basis) == (one.code, one.version, one.basis)
        for mine, theirs in zip(one.uploads, other.uploads, strict=True):
            assert [element.path for element in mine.elements()] == [element.path for element in theirs.elements()]
            assert [element.type for element in mine.elements()] == [element.type for element in theirs.elements()]


def test_a_gap_in_a_page_is_english(declared: Declarations, folder: Path) -> None:
    words: Words = {(DECLARATION, "Planning"): "Planung"}
    with speaking(folder, de=words), override("de"):
        assert (program("ceip").used_for, program("ceip").purpose) == (("Planung",), "To see how it is used.")


def test_the_catalogs_ask_for_every_word_of_the_declarations() -> None:
    programs_in.cache_clear()
    asked = {(CONTEXT, text) for text, _ in of_declarations(ROOT)}
    assert asked == set(declared_words())
    one = program("ceip")
    everything = {one.purpose, one.cadence, *one.used_for, *(element.purpose for element in one.uploads[0].elements())}
    assert {(DECLARATION, text) for text in everything} < asked
