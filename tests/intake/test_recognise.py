"""Is a file known by what it holds, and is the person told what it is instead?"""

import gzip
from pathlib import Path

import pytest

from intake.recognise import BINARY, EMPTY, MARKUP, NOT_KNOWN, Kind, recognise
from tests.factories import increment, license_file
from tests.intake.files import LOG, ONE_OF_EACH, kind_of, own_samples, reference_samples, zipped

TEXTS = [kind for kind in ONE_OF_EACH if kind is not Kind.BUNDLE]


@pytest.mark.parametrize("path", own_samples(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_knows_every_sample_without_its_name(path: Path) -> None:
    assert recognise(path.read_bytes()) == (kind_of(path), "")


@pytest.mark.parametrize("path", reference_samples(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_knows_every_reference_file_beside_the_repository(path: Path) -> None:
    assert recognise(path.read_bytes()) == (kind_of(path), "")


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_it_knows_one_of_each_kind(kind: Kind) -> None:
    assert recognise(ONE_OF_EACH[kind]) == (kind, "")


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
def test_an_editor_that_saved_it_otherwise_changes_no_kind(kind: Kind, encoding: str) -> None:
    text = ONE_OF_EACH[kind].decode()
    codec, mark = encoding.removesuffix("-bom"), "\ufeff" if encoding.endswith("-bom") else ""
    assert recognise((mark + text).encode(codec)) == (kind, "")


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n\n"], ids=["crlf", "cr", "double"])
def test_other_line_ends_change_no_kind(kind: Kind, end: bytes) -> None:
    if (kind, end) == (Kind.LICENSE_FILE, b"\n\n"):
        return  # a blank line ends a continued statement; double spacing is a capture that has its own sample
    assert recognise(ONE_OF_EACH[kind].replace(b"\n", end)) == (kind, "")


@pytest.mark.parametrize("kind", TEXTS)
def test_blank_lines_around_it_change_no_kind(kind: Kind) -> None:
    assert recognise(b"\r\n\n" + ONE_OF_EACH[kind] + b"\n\n\n") == (kind, "")


def test_a_log_that_begins_with_a_result_is_still_a_log() -> None:
    assert recognise(LOG[LOG.index(b"<CtxUploaderResult") :])[0] is Kind.UPLOADER_LOG


@pytest.mark.parametrize("content", [license_file(), increment().encode(), b"\xef\xbb\xbf" + license_file()])
def test_it_needs_neither_head_nor_name(content: bytes) -> None:
    assert recognise(content)[0] is Kind.LICENSE_FILE


def test_any_zip_is_read_as_a_bundle() -> None:
    assert recognise(zipped({"citrix.lic": license_file()}))[0] is Kind.BUNDLE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(license_file()), "gzip archive"),
        (b"%PDF-1.7\n" + license_file(), "PDF document"),
        (b"MZ\x90\x00" + bytes(60), "Windows program"),
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
        (b"<!DOCTYPE html><html>Sign in", MARKUP),
        (b"\xef\xbb\xbf\r\n <?xml version='1.0'?>", MARKUP),
        (b"<svg><path/></svg>", MARKUP),
        ("<html>Sign in</html>".encode("utf-16"), MARKUP),
        (b"name;city\nada;Hull\n", NOT_KNOWN),
    ],
)
def test_it_says_when_nothing_is_known_in_it(content: bytes, sentence: str) -> None:
    assert recognise(content) == (Kind.UNKNOWN, sentence)
