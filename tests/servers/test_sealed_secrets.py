"""Do the database and its backups keep quiet about where channels lead, and does a lost key end in a sentence?"""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from servers.sealed_secrets import SealBroken, is_key, key_path, open_sealed, seal
from tests.factories import at_once

SECRET = "https://hooks.example/T0/B0/sécret"


@pytest.fixture(autouse=True)
def without_a_key(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.CHANNEL_KEY = ""


def test_what_was_sealed_opens_again_and_shows_nothing_while_it_is_sealed() -> None:
    sealed = seal(SECRET)
    assert "hooks" not in sealed
    assert seal(SECRET) != sealed
    assert open_sealed(sealed) == SECRET
    assert open_sealed("") == ""


def test_the_key_is_made_on_first_use_for_its_owner_alone() -> None:
    seal(SECRET)
    assert stat.S_IMODE(key_path().stat().st_mode) == 0o600
    assert is_key(key_path().read_text())


def test_processes_that_start_together_agree_on_one_key() -> None:
    for sealed in at_once(lambda: seal(SECRET), times=8):
        assert isinstance(sealed, str)
        assert open_sealed(sealed) == SECRET


def test_a_lost_key_asks_for_the_address_again_and_the_next_one_seals() -> None:
    sealed = seal(SECRET)
    key_path().unlink()
    with pytest.raises(SealBroken, match="There is no key"):
        open_sealed(sealed)
    assert open_sealed(seal(SECRET)) == SECRET
    with pytest.raises(SealBroken, match="Enter its address again"):
        open_sealed(sealed)


@pytest.mark.parametrize("content", [b"", b"no key", b"\xff\xfe"])
def test_a_file_that_is_no_key_is_not_overwritten(content: bytes) -> None:
    key_path().parent.mkdir()
    key_path().write_bytes(content)
    with pytest.raises(SealBroken, match="channel_key"):
        seal(SECRET)
    with pytest.raises(SealBroken, match="channel_key"):
        open_sealed("gAAAA")
    assert key_path().read_bytes() == content


def test_the_variable_seals_and_the_file_still_opens(settings: Settings) -> None:
    with_file = seal(SECRET)
    settings.CHANNEL_KEY = Fernet.generate_key().decode()
    with_variable = seal(SECRET)
    assert open_sealed(with_file) == open_sealed(with_variable) == SECRET
    key_path().unlink()
    assert open_sealed(with_variable) == SECRET
    assert not key_path().exists()


@pytest.mark.parametrize("sealed", ["x", "gAAAAABn", "é", "\x00"])
def test_what_was_never_sealed_is_a_sentence_too(sealed: str) -> None:
    seal(SECRET)
    with pytest.raises(SealBroken):
        open_sealed(sealed)
