"""Is there one key, made once and readable by its owner alone?"""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from licensing_manager.secret_key import load_or_create


def test_it_makes_a_long_key_that_its_owner_alone_can_read(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret_key"
    key = load_or_create(path)
    assert len(key) >= 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_keeps_the_key_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    assert load_or_create(path) == load_or_create(path)
    assert list(tmp_path.iterdir()) == [path]


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert load_or_create(tmp_path / "one") != load_or_create(tmp_path / "two")


def test_a_process_that_comes_second_takes_the_key_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(load_or_create, path).result()
    assert load_or_create(path) == first


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        load_or_create(tmp_path / "file" / "secret_key")
