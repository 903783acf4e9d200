"""Is a file known by what it holds, and is the person told what it is instead?"""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from intake.recognise import BINARY, EMPTY, NOT_KNOWN, Kind, recognise
from tests.factories import increment, license_file

SAMPLES = Path(__file__).parents[1] / "samples" / "lic"


def a_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("citrix.lic", license_file())
    return file.getvalue()


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.lic")), ids=lambda path: path.name)
def test_it_knows_a_license_file_by_its_statements(path: Path) -> None:
    assert recognise(path.read_bytes()) == (Kind.LICENSE_FILE, "")


@pytest.mark.parametrize("content", [license_file(), increment().encode(), b"\xef\xbb\xbf" + license_file()])
def test_it_needs_neither_head_nor_name(content: bytes) -> None:
    assert recognise(content)[0] is Kind.LICENSE_FILE


def test_it_reads_two_byte_letters() -> None:
    assert recognise(license_file().decode().encode("utf-16"))[0] is Kind.LICENSE_FILE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (a_zip(), "zip archive"),
        (gzip.compress(license_file()), "gzip archive"),
        (b"%PDF-1.7\n" + license_file(), "PDF document"),
        (b"MZ\x90\x00" + bytes(60), "Windows program"),
        (b"<!DOCTYPE html><html>Sign in", "XML or HTML"),
        (b"\xef\xbb\xbf\r\n <?xml version='1.0'?>", "XML or HTML"),
    ],
)
def test_it_says_what_was_sent_by_mistake(content: bytes, words: str) -> None:
    kind, sentence = recognise(content)
    assert kind is Kind.UNKNOWN
    assert words in sentence
    assert sentence.endswith((".", "?"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", EMPTY),
        (b" \t\r\n\n", EMPTY),
        (bytes(100), BINARY),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(100), BINARY),
        (b"Dear Ada,\nthe server is down.\n", NOT_KNOWN),
        ("Lizenz für Ada".encode("utf-16"), NOT_KNOWN),
        (b"\xff\xfe", NOT_KNOWN),
        (b"# a comment\n", NOT_KNOWN),
    ],
)
def test_it_says_when_there_is_no_license(content: bytes, sentence: str) -> None:
    assert recognise(content) == (Kind.UNKNOWN, sentence)
