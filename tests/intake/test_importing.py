"""Is every file that came in kept, understood or refused with a sentence, all of it or nothing?"""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django.fixtures import Settings

from accounts.models import User
from intake import keeping_licenses
from intake.importing import KEPT_PROBLEMS, TooLarge, clean_name, import_report, raw_path, refuse_too_large
from intake.models import Door, Outcome, SourceReport
from licenses.models import License, LicenseFile
from servers.models import LicenseServer
from tests.factories import a_server, at_once, increment, license_file, receive

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
FEW_FIELDS = "INCREMENT f CITRIX permanent 5"
SAMPLES = Path(__file__).parents[1] / "samples" / "lic"


@time_machine.travel(NOON, tick=False)
def test_it_installs_the_licenses_and_remembers_the_file(server: LicenseServer, ben: User) -> None:
    report = import_report(server, license_file(), name="citrix.lic", door=Door.PAGE, by=ben)
    assert (report.kind, report.outcome, report.summary) == ("license_file", "imported", "1 license line installed.")
    assert (report.received_at, report.last_seen_at, report.received_by, report.door) == (NOON, NOON, ben, "page")
    assert (report.problems, report.problem_count) == ([], 0)
    assert License.objects.get().file.server == server


def test_it_keeps_the_bytes_as_they_came_for_this_account_alone(server: LicenseServer) -> None:
    report = receive(server, license_file())
    path = raw_path(report.sha256)
    assert path.read_bytes() == license_file()
    assert report.sha256 == hashlib.sha256(license_file()).hexdigest()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [report.sha256]


def test_the_same_file_twice_is_one_row(server: LicenseServer) -> None:
    with time_machine.travel(NOON, tick=False):
        first = receive(server, license_file())
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        again = receive(server, license_file(), name="copy.lic")
    assert (again.pk, again.received_at, again.last_seen_at) == (first.pk, NOON, NOON + timedelta(days=1))
    assert again.outcome == Outcome.DUPLICATE
    assert again.summary == "This file is installed already, since 1 Jun 2026. Nothing changed."
    assert SourceReport.objects.count() == LicenseFile.objects.count() == 1


def test_the_same_file_for_another_server_is_another_row(server: LicenseServer) -> None:
    receive(server, license_file())
    assert receive(a_server("lic2"), license_file()).outcome == Outcome.IMPORTED
    assert SourceReport.objects.count() == 2


def test_it_names_what_it_replaced(server: LicenseServer) -> None:
    receive(server, license_file(increment(count=1)), name="citrix.lic")
    report = receive(server, license_file(increment(count=2), increment("MPS_ENT_CCU")), name="citrix.lic")
    assert report.summary == "2 license lines installed. Retired: citrix.lic."


def test_a_file_that_comes_back_is_imported_again(server: LicenseServer) -> None:
    first = license_file(increment(count=1))
    receive(server, first)
    receive(server, license_file(increment(count=2)))
    assert receive(server, first).outcome == Outcome.IMPORTED
    assert License.objects.in_force(on=NOON.date()).get().count == 1


def test_a_file_that_comes_back_beside_others_is_no_duplicate(server: LicenseServer) -> None:
    old, other = license_file(increment(extra="SN=1")), license_file(increment("MPS_ENT_CCU", extra="SN=2"))
    for content, name in ((old, "a.lic"), (other, "a.lic")):
        receive(server, content, name=name)
    report = receive(server, old, name="b.lic")
    assert (report.outcome, report.summary) == (Outcome.IMPORTED, "1 license line in force again.")
    assert LicenseFile.objects.in_force().count() == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b" \r\n ", "The file is empty"),
        (b"\x7fELF" + bytes(500), "This is binary data"),
        (b"\x1f\x8b\x08" + bytes(500), "gzip archive"),
        (b"hello\n", "No license lines were found"),
    ],
)
def test_what_is_no_license_file_is_kept_and_changes_nothing(server: LicenseServer, content: bytes, words: str) -> None:
    report = receive(server, content)
    assert (report.kind, report.outcome) == ("unknown", Outcome.REJECTED)
    assert words in report.summary
    assert raw_path(report.sha256).read_bytes() == content
    assert not LicenseFile.objects.exists()


def test_half_a_file_changes_nothing_and_says_in_which_line(server: LicenseServer) -> None:
    whole = (SAMPLES / "citrix_wrapped.lic").read_bytes()
    receive(server, whole)
    half = receive(server, whole[: whole.index(b"DUP_GROUP")])
    assert half.outcome == Outcome.REJECTED
    assert half.summary.startswith("Nothing was imported. Line 6: ")
    assert [file.sha256 for file in LicenseFile.objects.in_force()] == [hashlib.sha256(whole).hexdigest()]


@pytest.mark.parametrize(
    "bad", ["INCREMENT f CITRIX permanent 5", "UPGRADE f CITRIX 1 2", 'FEATURE f CITRIX 1 permanent 5 N="x']
)
def test_one_bad_line_imports_nothing_of_the_file(server: LicenseServer, bad: str) -> None:
    report = receive(server, license_file(increment(), bad, increment("MPS_ENT_CCU")))
    assert report.outcome == Outcome.REJECTED
    assert report.summary.startswith("Nothing was imported. Line 5: ")
    assert not LicenseFile.objects.exists()
    assert not License.objects.exists()


def test_it_says_how_many_more_lines_are_bad(server: LicenseServer) -> None:
    bad, good = FEW_FIELDS, increment()
    assert receive(server, license_file(bad, good, bad)).summary.endswith(" 1 more line has problems.")
    assert receive(server, license_file(bad, bad, bad)).summary.endswith(" 2 more lines have problems.")


def test_a_warning_stands_beside_the_imported_licenses(server: LicenseServer) -> None:
    report = receive(server, license_file(increment(), "a stray note"))
    assert (report.outcome, report.problem_count) == (Outcome.IMPORTED, 1)
    assert (report.problems[0]["line"], report.problems[0]["severity"]) == (5, "warning")
    assert set(report.problems[0]) >= {"line", "text", "sentence", "severity"}


def test_a_pointer_to_another_server_is_imported_and_grants_nothing(server: LicenseServer) -> None:
    report = receive(server, b"SERVER lic9 ANY 27000\nUSE_SERVER\n")
    assert report.outcome == Outcome.IMPORTED
    assert report.summary == "A pointer to another license server. It grants no licenses."
    assert not License.objects.exists()


def test_a_file_without_licenses_is_no_pointer(server: LicenseServer) -> None:
    receive(server, license_file(), name="citrix.lic")
    report = receive(server, b"SERVER this_host HOSTNAME=lic1\nVENDOR CITRIX\nUSE_SERVER\n", name="citrix.lic")
    assert report.outcome == Outcome.REJECTED
    assert LicenseFile.objects.in_force().count() == 1


def test_it_warns_when_the_file_is_bound_to_another_spelling(server: LicenseServer) -> None:
    report = receive(server, license_file(host="LIC1"))
    assert report.outcome == Outcome.IMPORTED
    [problem] = report.problems
    assert problem.pop("kept")[0][1] == {"host": "LIC1", "server": "lic1"}
    assert [problem] == [
        {
            "line": 1,
            "end_line": 1,
            "text": "SERVER this_host HOSTNAME=LIC1",
            "sentence": "This file is bound to LIC1. This server is lic1, and the license server compares the names "
            "letter by letter, so it would ignore the file.",
            "severity": "warning",
        }
    ]


def test_no_problem_shows_a_signature(server: LicenseServer) -> None:
    lines = ['FEATURE f CITRIX 1 permanent SIGN="5EED 0001', 'SIGN="5EED 0002"', "INCREMENT 5EED5EED5EED5EED"]
    report = receive(server, license_file(increment(expiry="soon"), *lines))
    assert report.problem_count > 2
    assert "5EED" not in str(report.problems) + report.summary


def test_it_keeps_a_page_of_problems_and_the_number_of_all(server: LicenseServer) -> None:
    report = receive(server, license_file(increment(), *["stray"] * 500))
    assert (len(report.problems), report.problem_count) == (KEPT_PROBLEMS, 500)


def test_it_refuses_what_is_too_large_before_it_keeps_anything(
    server: LicenseServer, settings: Settings, data_dir: Path
) -> None:
    settings.MAX_IMPORT_BYTES = 1024**2
    with pytest.raises(TooLarge) as refused:
        receive(server, b"#" * 3 * 1024**2)
    assert str(refused.value).startswith("The file has 3 MB; 1 MB at most are read. Nothing was imported.")
    assert not SourceReport.objects.exists()
    assert not data_dir.exists()


def test_the_largest_size_itself_is_read(settings: Settings) -> None:
    settings.MAX_IMPORT_BYTES = 100
    refuse_too_large(100)
    with pytest.raises(TooLarge):
        refuse_too_large(101)


def test_a_failure_of_the_database_leaves_nothing_half_done(
    server: LicenseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(server, license_file(increment(count=1)))

    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(keeping_licenses, "_summary", broken)  # after the licenses were written
    with pytest.raises(RuntimeError):
        receive(server, license_file(increment(count=2)))
    assert [one.count for one in License.objects.all()] == [1]
    assert SourceReport.objects.count() == LicenseFile.objects.in_force().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_are_one_report() -> None:
    server = a_server("lic1")
    found = at_once(lambda: receive(server, license_file()).outcome, times=4)
    assert sorted(map(str, found)) == ["duplicate", "duplicate", "duplicate", "imported"]
    assert SourceReport.objects.count() == LicenseFile.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("citrix.lic", "citrix.lic"),
        ("C:\\Licenses\\citrix.lic", "citrix.lic"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\nc.lic", "abc.lic"),
        ("\udcff.lic", ".lic"),
        ("", "unnamed"),
        ("dir/", "unnamed"),
        ("x" * 300 + ".lic", "x" * 251 + ".lic"),
    ],
)
def test_it_keeps_the_last_part_of_a_name(name: str, kept: str) -> None:
    assert clean_name(name) == kept
