"""Is every bad file refused with a sentence that a person can act on, and is nothing of it imported?"""

import gzip
import struct
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from intake.importing import TooLarge, raw_path
from intake.models import Outcome, SourceReport
from licenses.formats import bundle_members
from licenses.models import Assignment, License, UsageSample
from servers.models import LicenseServer
from tests.factories import license_file, receive
from tests.intake.files import FORMULAS, LOG, REPORT, lmstat, manifest, result, zipped
from uploads.models import Upload

pytestmark = pytest.mark.django_db
LAUGHS = b"""<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<Report><LSInfo><GUID>&c;</GUID></LSInfo></Report>"""
LAUGHING_RESULT = LAUGHS.partition(b"\n")[0] + result().replace(b"<Msg/>", b"<Msg>&c;</Msg>")
OUTSIDE = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
BOMB = bytes(30 * 1024 * 1024)


def lying_zip() -> bytes:
    """A zip that says of its member to be 10 bytes long."""
    packed = zipped({"report.xml": REPORT})
    size = struct.pack("<I", len(REPORT))
    return packed.replace(size, struct.pack("<I", 10))


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "The file is empty. Export or download it again."),
    "blank": (b"\r\n \t\n", "The file is empty."),
    "binary": (bytes(range(256)) * 20, "This is binary data, not text."),
    "gzip": (gzip.compress(lmstat("F 1 1")), "This is a gzip archive. Unpack it and import the file inside."),
    "web page": (b"<!doctype html><html><body>Sign in</body></html>", "Was a web page saved instead of the download?"),
    "other XML": (b"<?xml version='1.0'?><svg/>", "none that a license server writes"),
    "wrong kind": (b"id,name\n1,ada\n", "nor anything else that is read here"),
    "truncated license file": (license_file()[:-30], "Nothing was imported. Line 4:"),
    "truncated result": (result()[:70], "Nothing was imported."),
    "result without time": (result(t=""), "Nothing was imported. The result file lacks a usable"),
    "result with a time beyond the calendar": (result(t="9" * 30), "The result file lacks a usable"),
    "truncated report": (REPORT[:700], "cut off or damaged"),
    "truncated bundle": (zipped({"report.xml": REPORT})[:-40], "It may be cut off; copy it again."),
    "entities in a report": (LAUGHS, "Nothing was imported."),
    "entities in a result": (LAUGHING_RESULT, "Nothing was imported."),
    "entities in a bundle": (zipped({"report.xml": LAUGHS}), "report.xml: "),
    "a file from outside in a report": (OUTSIDE + REPORT.partition(b"\n")[2], "Nothing was imported."),
    "zip bomb": (zipped({"report.xml": BOMB}), "as a zip bomb does. Get the bundle from the license server again."),
    "zip bomb in pieces": (zipped({f"{at}.xml": BOMB[:5_000_000] for at in range(9)}), "as a zip bomb does"),
    "many files": (zipped({f"{at}.xml": b"" for at in range(65)}), "64 at most are read"),
    "path traversal": (zipped({"../report.xml": REPORT}), "leads out of its folder. Do not open it."),
    "windows path traversal": (zipped({"a\\..\\..\\r.xml": REPORT}), "leads out of its folder"),
    "absolute path": (zipped({"/etc/report.xml": REPORT}), "absolute path"),
    "drive": (zipped({"C:\\report.xml": REPORT}), "absolute path"),
    "password": (zipped({"report.xml": REPORT}).replace(b"\x14\0\0\0\x08", b"\x14\0\1\0\x08"), "Remove the password"),
    "zip that lies about sizes": (lying_zip(), "cannot be unpacked"),
    "zip of license files": (zipped({"citrix.lic": license_file()}), "Choose a bundle of a license server."),
    "zip in a zip": (zipped({"a.zip": zipped({"report.xml": REPORT})}), "neither a readable manifest nor a report"),
    "empty zip": (zipped({}), "neither a readable manifest nor a report"),
}


def nothing_came_in() -> bool:
    kept = (License, UsageSample, Assignment, Upload)
    return not any(model.objects.exists() for model in kept)


def warnings(report: SourceReport) -> list[str]:
    return [problem["text"] for problem in report.problems if problem["severity"] != "note"]


@pytest.mark.parametrize("case", BAD)
def test_it_is_refused_with_a_sentence_and_changes_nothing(server: LicenseServer, case: str) -> None:
    content, words = BAD[case]
    report = receive(server, content)
    assert report.outcome == Outcome.REJECTED
    assert words in report.summary
    assert report.summary.endswith((".", "?"))
    assert nothing_came_in()


@pytest.mark.parametrize("case", BAD)
def test_it_is_refused_again_when_it_comes_again(server: LicenseServer, case: str) -> None:
    first = receive(server, BAD[case][0])
    again = receive(server, BAD[case][0])
    assert (again.pk, again.outcome, again.summary) == (first.pk, Outcome.REJECTED, first.summary)


@pytest.mark.parametrize("case", ["entities in a report", "a file from outside in a report"])
def test_no_entity_is_ever_expanded(server: LicenseServer, case: str) -> None:
    report = receive(server, BAD[case][0])
    assert "haha" not in repr((report.summary, report.problems))
    assert "root:" not in repr((report.summary, report.problems))


def test_a_zip_writes_nothing_to_the_disk(server: LicenseServer, data_dir: Path) -> None:
    report = receive(server, zipped({"../../outside.xml": REPORT, "manifest.xml": manifest()}))
    written = [path for path in data_dir.parent.rglob("*") if path.is_file()]
    assert written == [raw_path(report.sha256)]


def test_a_bomb_is_stopped_long_before_it_is_unpacked(server: LicenseServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_members, "RATIO_MATTERS_FROM", 1024)
    monkeypatch.setattr(bundle_members, "CHUNK", 1024)
    assert "zip bomb" in receive(server, zipped({"report.xml": bytes(3_000_000)})).summary


def test_it_is_too_large_before_it_is_recognised(server: LicenseServer, settings: Settings) -> None:
    settings.MAX_IMPORT_BYTES = 1024**2
    with pytest.raises(TooLarge, match=r"2 MB; 1 MB at most are read\. Nothing was imported"):
        receive(server, LOG + bytes(2 * 1024**2))
    assert not SourceReport.objects.exists()
    assert nothing_came_in()


def test_a_formula_in_a_csv_is_plain_text_and_is_said(server: LicenseServer) -> None:
    report = receive(server, FORMULAS)
    sentences = [problem["sentence"] for problem in report.problems]
    assert any("takes for a formula" in one or "take for a formula" in one for one in sentences)
    assert any("cells" in one or "columns" in one for one in sentences), "the short row is said too"
    assert report.outcome == Outcome.IMPORTED


def test_a_wrong_encoding_is_read_letter_by_letter(server: LicenseServer) -> None:
    report = receive(server, lmstat("XDT_PLT_UD 100 40") + "    Jürgen pc-01 ?\n".encode("cp1252"))
    assert (report.kind, report.outcome) == ("lmstat", Outcome.IMPORTED)
    assert "Jürgen" in warnings(report)[0]
    assert UsageSample.objects.get().in_use == 40


def test_a_truncated_capture_keeps_what_it_says(server: LicenseServer) -> None:
    whole = lmstat("XDT_PLT_UD 100 40", "MPS_ENT_CCU 10 3")
    report = receive(server, whole[: whole.index(b"MPS_ENT") + 20])
    assert [one.feature for one in UsageSample.objects.all()] == ["XDT_PLT_UD"]
    assert warnings(report) == ["Users of MPS_ENT_CCU:  (Total"]
