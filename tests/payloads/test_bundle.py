"""Does the same input give the same bytes, and is every dangerous zip refused?"""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payloads.bundle import MAX_MEMBERS, BundleRefused, Member, read_members, sha256_of, write_bundle

MEGABYTE = 1024**2
EXAMPLES = settings(max_examples=100, deadline=None)


def member(name: str, data: bytes) -> Member:
    def write(file: object) -> None:
        file.write(data)  # type: ignore[attr-defined]

    return Member(name, write)


def bundle_of(*members: Member) -> bytes:
    file = io.BytesIO()
    write_bundle(file, members)
    return file.getvalue()


def refusal(folder: Path, data: bytes) -> str:
    path = folder / "bundle.zip"
    path.write_bytes(data)
    with pytest.raises(BundleRefused) as refused:
        read_members(path)
    return str(refused.value)


@given(st.lists(st.binary(max_size=300), max_size=5))
@EXAMPLES
def test_the_same_members_give_the_same_bytes(contents: list[bytes]) -> None:
    members = [member(f"{at}.xml", data) for at, data in enumerate(contents)]
    assert bundle_of(*members) == bundle_of(*members)


def test_names_order_dates_and_rights_are_fixed() -> None:
    data = bundle_of(member("report.xml", b"<a/>"), member("manifest.xml", b"<b/>"))
    infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    assert [info.filename for info in infos] == ["report.xml", "manifest.xml"]
    assert {(info.date_time, info.create_system, info.external_attr >> 16) for info in infos} == {
        ((1980, 1, 1, 0, 0, 0), 3, 0o600)
    }


def test_it_reads_back_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle_of(member("report.xml", b"<a/>"), member("manifest.xml", b"")))
    assert read_members(path) == {"report.xml": b"<a/>", "manifest.xml": b""}


def test_its_digest_is_the_one_of_all_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert sha256_of(tmp_path / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def zeros(megabytes: int) -> Member:
    def write(file: object) -> None:
        for _ in range(megabytes):
            file.write(bytes(MEGABYTE))  # type: ignore[attr-defined]

    return Member(f"{megabytes}.xml", write)


def test_it_refuses_a_bomb(tmp_path: Path) -> None:
    bomb = bundle_of(zeros(300))
    assert len(bomb) < MEGABYTE
    assert refusal(tmp_path, bomb) == "The bundle unpacks to more than 256 MB."


def test_it_refuses_a_bomb_in_several_pieces(tmp_path: Path) -> None:
    assert refusal(tmp_path, bundle_of(zeros(100), zeros(101), zeros(102))).endswith("more than 256 MB.")


def test_it_does_not_believe_the_size_that_a_zip_claims(tmp_path: Path) -> None:
    data = bytearray(bundle_of(zeros(1)))
    central = data.rindex(b"PK\x01\x02")
    data[central + 24 : central + 28] = (5).to_bytes(4, "little")
    assert "cannot be unpacked" in refusal(tmp_path, bytes(data))


def test_it_refuses_too_many_files(tmp_path: Path) -> None:
    many = [member(str(at), b"") for at in range(MAX_MEMBERS + 1)]
    assert refusal(tmp_path, bundle_of(*many)) == "The bundle holds 65 files; 64 at most are read."


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_it_refuses_two_files_of_one_name(tmp_path: Path) -> None:
    assert "same name" in refusal(tmp_path, bundle_of(member("a", b"1"), member("a", b"2")))


@pytest.mark.parametrize("data", [b"", b"PK", b"<html>", b"PK\x05\x06" + bytes(17), b"\x1f\x8b" + bytes(50)])
def test_it_refuses_what_is_no_zip(tmp_path: Path, data: bytes) -> None:
    assert "cannot be unpacked" in refusal(tmp_path, data)


def test_it_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BundleRefused):
        read_members(tmp_path / "gone.zip")


REPORT, MANIFEST = b"<Report>" + bytes(range(256)) * 4, b"<Manifest/>"
WHOLE = bundle_of(member("report.xml", REPORT), member("manifest.xml", MANIFEST))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all generated examples."""
    return tmp_path_factory.mktemp("flipped")


def test_it_refuses_every_truncation(tmp_path: Path) -> None:
    for length in range(0, len(WHOLE), 7):
        refusal(tmp_path, WHOLE[:length])


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
@settings(max_examples=300, deadline=None)
def test_one_wrong_byte_never_gives_other_content(folder: Path, at: int, flip: int) -> None:
    path = folder / "bundle.zip"
    path.write_bytes(WHOLE[:at] + bytes([WHOLE[at] ^ flip]) + WHOLE[at + 1 :])
    try:
        found = read_members(path)
    except BundleRefused:
        return
    assert set(found.values()) <= {REPORT, MANIFEST}
