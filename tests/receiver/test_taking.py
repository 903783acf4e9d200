"""Does the receiver sign for exactly what was sealed, and for nothing that somebody made up?"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import call_command

from receiver.signing import KeyUnusableError, SigningKey, has_signed
from receiver.store import Store
from receiver.taking import take
from receiver.volumes import VolumeRefusedError, check_volume

KEY = Ed25519PrivateKey.generate()
BUNDLES = {"ls1-0a1b2c3d/upload_usage_1.zip": b"first bundle", "ls1-0a1b2c3d/upload_usage_2.zip": b"second" * 9000}
Change = Callable[[dict[str, bytes]], None]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that exists, as `receive` makes it."""
    store = Store(tmp_path / "store")
    store.create()
    return store


def raw_of(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def head(key: Ed25519PrivateKey = KEY, **changes: Any) -> dict[str, Any]:
    raw = raw_of(key)
    names = {"fingerprint": hashlib.sha256(raw).hexdigest(), "public_key": base64.b64encode(raw).decode()}
    found = {
        "format": "licensing-manager.courier/1", "export": "ab" * 16, "volume": 1, "volumes": 2, "signed_by": names,
    }  # fmt: skip
    return {**found, **changes}


def lines(bundles: dict[str, bytes] = BUNDLES) -> list[dict[str, Any]]:
    return [
        {"file": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in bundles.items()
    ]


def members(
    index: object = None, *, key: Ed25519PrivateKey = KEY, bundles: dict[str, bytes] = BUNDLES, **changes: Any
) -> dict[str, bytes]:
    """What a right volume holds, by name; as the description of the format says, with no code of the sender's."""
    text = json.dumps(index or {"bundles": lines(bundles), "head": head(key, **changes)}).encode()
    sums = [("index.json", text), *bundles.items()]
    return {
        "index.json": text,
        "index.json.sig": key.sign(text),
        "courier.pub": b"a key",
        "SHA256SUMS": "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sums).encode(),
        **bundles,
    }


def a_volume(folder: Path, inside: dict[str, bytes], *, name: str = "v.zip", pack: int = zipfile.ZIP_STORED) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", pack) as archive:
        for member, data in inside.items():
            archive.writestr(member, data)
    return path


def signed_part(receipt: dict[str, Any]) -> bytes:
    return json.dumps(receipt["receipt"], sort_keys=True, separators=(",", ":")).encode()


def kept(store: Store) -> list[bytes]:
    return sorted(one.content_path.read_bytes() for one in store.bundles() if one.complete)


def test_it_keeps_every_bundle_and_lists_it(store: Store, tmp_path: Path) -> None:
    receipt: Any = take(store, [a_volume(tmp_path, members())])
    assert kept(store) == sorted(BUNDLES.values())
    assert {one["sha256"]: one["bytes"] for one in receipt["receipt"]["bundles"]} == {
        line["sha256"]: line["bytes"] for line in lines()
    }
    assert (receipt["receipt"]["export"], receipt["receipt"]["volumes"]) == ("ab" * 16, [1])
    public = base64.b64decode(receipt["receipt"]["receiver"]["public_key"])
    assert has_signed(public, data=signed_part(receipt), signature=base64.b64decode(receipt["signature"]))


def test_taking_it_again_keeps_nothing_twice_and_signs_the_same(store: Store, tmp_path: Path) -> None:
    path = a_volume(tmp_path, members())
    assert take(store, [path]) == take(store, [path])
    assert len(store.bundles()) == 2


def test_what_was_uploaded_before_is_confirmed_and_not_kept_twice(store: Store, tmp_path: Path) -> None:
    data = BUNDLES["ls1-0a1b2c3d/upload_usage_1.zip"]
    before = store.create_bundle(owner="x", size=len(data), name="upload_usage_1.zip")
    store.write_chunk(before.id, offset=0, data=data)
    receipt: Any = take(store, [a_volume(tmp_path, members())])
    assert (len(store.bundles()), len(receipt["receipt"]["bundles"])) == (2, 2)


def test_volumes_of_one_set_have_one_receipt(store: Store, tmp_path: Path) -> None:
    other = {"ls2-0a1b2c3d/upload_usage_3.zip": b"third"}
    paths = [
        a_volume(tmp_path, members()),
        a_volume(tmp_path, members(bundles=other, volume=2), name="w.zip"),
    ]
    receipt: Any = take(store, paths)
    assert (receipt["receipt"]["volumes"], len(receipt["receipt"]["bundles"])) == ([1, 2], 3)


def test_volumes_of_two_sets_are_taken_apart(store: Store, tmp_path: Path) -> None:
    paths = [a_volume(tmp_path, members()), a_volume(tmp_path, members(export="cd" * 16), name="w.zip")]
    with pytest.raises(VolumeRefusedError, match="different sets"):
        take(store, paths)
    assert kept(store) == []


def test_one_bad_volume_keeps_the_good_one_out_too(store: Store, tmp_path: Path) -> None:
    bad = a_volume(tmp_path, members(volume=2) | {"index.json.sig": b"x" * 64}, name="w.zip")
    with pytest.raises(VolumeRefusedError, match=r"signature of w\.zip does not fit"):
        take(store, [a_volume(tmp_path, members()), bad])
    assert store.bundles() == ()


def test_another_sender_than_the_expected_one_is_refused(store: Store, tmp_path: Path) -> None:
    path = a_volume(tmp_path, members())
    with pytest.raises(VolumeRefusedError, match="signed with another key"):
        take(store, [path], sender="0" * 64)
    take(store, [path], sender=hashlib.sha256(raw_of(KEY)).hexdigest())


def other_bytes(inside: dict[str, bytes]) -> None:
    inside["ls1-0a1b2c3d/upload_usage_1.zip"] = b"First bundle"


def one_less(inside: dict[str, bytes]) -> None:
    del inside["ls1-0a1b2c3d/upload_usage_1.zip"]


def one_more(inside: dict[str, bytes]) -> None:
    inside["ls1-0a1b2c3d/upload_usage_9.zip"] = b"not listed"


def other_index(inside: dict[str, bytes]) -> None:
    inside["index.json"] = inside["index.json"].replace(b"ab" * 16, b"cd" * 16)


def other_sums(inside: dict[str, bytes]) -> None:
    inside["SHA256SUMS"] = inside["SHA256SUMS"][1:]


def no_index(inside: dict[str, bytes]) -> None:
    del inside["index.json"]


def no_signature(inside: dict[str, bytes]) -> None:
    del inside["index.json.sig"]


CHANGES: list[tuple[Change, str]] = [
    (other_bytes, "is not what was sealed"),
    (one_less, "does not hold what its index lists"),
    (one_more, "does not hold what its index lists"),
    (other_index, "was changed or is forged"),
    (other_sums, "SHA256SUMS of v.zip does not agree"),
    (no_index, "holds no index.json"),
    (no_signature, "holds no index.json.sig"),
]


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_what_was_changed_on_the_way_is_refused(store: Store, tmp_path: Path, change: Change, words: str) -> None:
    inside = members()
    change(inside)
    with pytest.raises(VolumeRefusedError, match=words):
        take(store, [a_volume(tmp_path, inside)])
    assert store.bundles() == ()


WRONG_INDEX: dict[str, object] = {
    "another format": {"bundles": lines(), "head": head(format="x")},
    "a volume beyond the last": {"bundles": lines(), "head": head(volume=3)},
    "a volume that is no number": {"bundles": lines(), "head": head(volume=True)},
    "an export that is a path": {"bundles": lines(), "head": head(export="../../x")},
    "a key that is none": {"bundles": lines(), "head": head(signed_by={"fingerprint": "0", "public_key": "0"})},
    "a fingerprint of another key": {
        "bundles": lines(), "head": head(signed_by=head()["signed_by"] | {"fingerprint": "0" * 64}),
    },
    "no bundles": {"bundles": [], "head": head()},
    "a bundle without a size": {"bundles": [{"file": "a/b", "sha256": "0" * 64}], "head": head()},
    "a way out": {"bundles": [{"file": "../x", "sha256": "0" * 64, "bytes": 1}], "head": head()},
    "an absolute name": {"bundles": [{"file": "/etc/x", "sha256": "0" * 64, "bytes": 1}], "head": head()},
    "a negative size": {"bundles": [{"file": "a", "sha256": "0" * 64, "bytes": -1}], "head": head()},
    "one name twice": {"bundles": [*lines(), *lines()], "head": head()},
    "a list": [1],
    "a deep one": json.loads("[" * 900 + "]" * 900),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_INDEX)
def test_an_index_that_makes_no_sense_is_refused_though_signed(store: Store, tmp_path: Path, case: str) -> None:
    with pytest.raises(VolumeRefusedError, match=r"The index of v\.zip cannot be understood"):
        take(store, [a_volume(tmp_path, members(WRONG_INDEX[case]))])
    assert store.bundles() == ()


def test_packed_members_are_refused_so_that_no_bomb_is_unpacked(tmp_path: Path) -> None:
    with pytest.raises(VolumeRefusedError, match="packed or encrypted"):
        check_volume(a_volume(tmp_path, members(), pack=zipfile.ZIP_DEFLATED))


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    path = a_volume(tmp_path, members())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("index.json", b"{}")
    with pytest.raises(VolumeRefusedError, match=r"two files named 'index\.json'"):
        check_volume(path)


@pytest.mark.parametrize("keep", [0, 10, 200, -30])
def test_half_a_file_is_told_as_such(tmp_path: Path, keep: int) -> None:
    path = a_volume(tmp_path, members())
    path.write_bytes(path.read_bytes()[:keep] if keep else b"")
    with pytest.raises(VolumeRefusedError, match="is no whole zip"):
        check_volume(path)


def test_every_flipped_byte_is_found_or_changes_nothing(tmp_path: Path) -> None:
    path = a_volume(tmp_path, members(bundles={"a/b.zip": b"x" * 40}))
    right, data = check_volume(path), path.read_bytes()
    found = 0
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            assert check_volume(path) == right
        except VolumeRefusedError:
            found += 1
    assert found > len(data) // 2


def test_its_key_is_its_own_and_stays(store: Store) -> None:
    first = SigningKey(store.path)
    assert SigningKey(store.path).public == first.public
    assert (store.path / "receipt_key.pem").stat().st_mode & 0o777 == 0o600


def test_a_key_file_without_a_key_is_told(store: Store, tmp_path: Path) -> None:
    (store.path / "receipt_key.pem").write_bytes(b"no key")
    with pytest.raises(KeyUnusableError, match="Restore it, or move it away"):
        take(store, [a_volume(tmp_path, members())])


def test_the_command_writes_the_receipt_and_says_both_keys(tmp_path: Path) -> None:
    path, out = a_volume(tmp_path, members()), tmp_path / "receipt.json"
    said = io.StringIO()
    call_command("receive", store=tmp_path / "new", take=[path], receipt=out, stdout=said)
    receipt = json.loads(out.read_text())["receipt"]
    assert "Took 2 bundles in volume 1 of 2." in said.getvalue()
    for names in (receipt["receiver"]["fingerprint"], receipt["sender"]):
        assert names in said.getvalue()


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({}, 2, "Say which --port"),
        ({"take": ["v.zip"]}, 2, "--receipt"),
        ({"take": ["v.zip"], "receipt": "out"}, 1, "Nothing was confirmed. v.zip is no whole zip"),
    ],
)
def test_the_command_ends_with_a_sentence(
    tmp_path: Path, options: dict[str, Any], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"take": [tmp_path / name for name in options.get("take", [])]}
    given["receipt"] = tmp_path / options["receipt"] if "receipt" in options else None  # type: ignore[assignment]
    with pytest.raises(SystemExit) as ended:
        call_command("receive", store=tmp_path / "new", **given)
    assert ended.value.code == code
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
