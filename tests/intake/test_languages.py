"""Is what became of a file told to everybody in their own language, also long after it came in?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

from intake.importing import import_report
from intake.models import Door, SourceReport
from licenses.service_provider import remember
from servers.models import LicenseServer
from tests.factories import a_server, increment, license_file
from tests.pseudo_language import CODE, plain_words, pseudo_language

# Words of the file and of commands, which stand in every language as they are.
NAMES = "SERVER VENDOR INCREMENT FEATURE CITRIX KB MB UTC HOSTNAME lic1 example test"
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
FILES = {
    "torn": b"SERVER this_host HOSTNAME=other\nVENDOR CITRIX\nINCREMENT XDT_PLT_UD CITRIX 2027.0206 31-foo-2027 x\n",
    "prose": b"Dear customer, please find enclosed the license file.\nKind regards\n",
    "packed": b"\x1f\x8b\x08\x00\x00",
    "empty": b"   ",
    "options": b"GROUP staff\nMAX 5 XDT_PLT_UD\nFROBNICATE x\nTIMEOUT XDT_PLT_UD soon\n",
    "udadmin": b"Usage data is 5 minutes old.\nUsers:\nada XDT_PLT_UD 2099.0101 Sat Jan  3 10:00:00 2099\nUnits:\nx\n",
    "csv": b"LicenseProductName,Count,InUseCount,PooledAvailable\nXDT_PLT_UD,many\n",
}


@pytest.fixture(autouse=True)
def foreign_words(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """The installation speaks English, and one of its readers the language that no one speaks."""
    settings.DATA_DIR = tmp_path
    with pseudo_language():
        yield


def told(report: SourceReport) -> list[str]:
    """Everything that the page says about it to the foreign reader, from what the database keeps."""
    kept = SourceReport.objects.get(pk=report.pk)
    with translation.override(CODE):
        return [kept.summary_now, *(one["sentence"] for one in kept.problems_now)]


@pytest.mark.parametrize("name", FILES)
def test_each_finding_is_told_in_the_language_of_the_reader(name: str, db: None) -> None:
    report = import_report(a_server(), FILES[name], name="x", door=Door.PAGE)
    assert plain_words(report.summary), "it is kept in English"
    data = f"{NAMES} {FILES[name].decode(errors='replace')}"
    for sentence in told(report):
        assert plain_words(sentence, but=data) == [], sentence


def test_an_import_that_went_well_is_told_too_and_the_same_again(db: None) -> None:
    server, content = a_server(), license_file(increment(version="2099.0101", expiry="31-may-2099", count=5))
    first = import_report(server, content, name="a.lic", door=Door.PAGE)
    assert (first.summary, plain_words(told(first)[0])) == ("1 license line installed.", [])
    again = import_report(server, content, name="a.lic", door=Door.PAGE)
    assert plain_words(told(again)[0], but=f"{MONTHS} UTC") == []


def test_what_an_older_version_kept_is_shown_as_english(db: None) -> None:
    report = import_report(a_server(), FILES["prose"], name="x", door=Door.PAGE)
    SourceReport.objects.update(kept=[], problems=[{"line": 1, "text": "", "sentence": "Old.", "severity": "note"}])
    report.refresh_from_db()
    with translation.override(CODE):
        assert report.summary_now == report.summary
        assert [(one["sentence"], one["language"]) for one in report.problems_now] == [("Old.", "en")]


def test_names_stay_hidden_in_every_language(settings: Settings, db: None) -> None:
    settings.PSEUDONYMIZE_NAMES = True
    report = import_report(a_server(), b"GROUP staff ada\nTIMEOUT XDT_PLT_UD ada\n", name="x", door=Door.PAGE)
    assert "ada" not in " ".join(told(report)) + str(report.problems) + str(report.kept)


def test_why_it_is_a_service_provider_is_kept_in_the_language_of_the_installation(settings: Settings, db: None) -> None:
    settings.LANGUAGE_CODE = CODE
    server: LicenseServer = a_server(provider_override="yes")
    with pseudo_language(), translation.override("en"):
        remember(server, on=server.created_at.date())
    assert "ｈａｎｄ" in server.provider_evidence
