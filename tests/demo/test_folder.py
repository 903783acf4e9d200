"""Is a demo in a folder of its own, and does removing it take that folder and nothing else?"""

import json
from pathlib import Path

import pytest

from demo import folder
from demo.folder import FolderRefused


def test_it_is_made_below_the_data_folder_and_marked(tmp_path: Path) -> None:
    place = folder.prepare(tmp_path)
    assert place == tmp_path / "demo"
    assert folder.is_demo(place)
    assert not folder.is_demo(tmp_path)
    assert place.stat().st_mode & 0o777 == 0o700


def test_a_demo_is_its_own_demo_and_is_prepared_once(tmp_path: Path) -> None:
    place = folder.prepare(tmp_path)
    (place / "db.sqlite3").write_text("rows")
    assert folder.prepare(place) == folder.prepare(tmp_path) == place
    assert (place / "db.sqlite3").exists()


def test_a_folder_of_that_name_that_is_none_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "db.sqlite3").write_text("real rows")
    with pytest.raises(FolderRefused, match="is no demo"):
        folder.prepare(tmp_path)
    with pytest.raises(FolderRefused, match="Nothing was removed"):
        folder.remove(tmp_path / "demo")
    assert (tmp_path / "demo" / "db.sqlite3").read_text() == "real rows"


@pytest.mark.parametrize("marker", ["", "[]", "null", '{"what": "something else"}', "\udcff"])
def test_only_the_marker_makes_a_folder_a_demo(tmp_path: Path, marker: str) -> None:
    (tmp_path / folder.MARKER).write_bytes(marker.encode("utf-8", "surrogateescape"))
    assert not folder.is_demo(tmp_path)


def test_removing_takes_all_of_it_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").write_text("real rows")
    place = folder.prepare(tmp_path)
    (place / "bundles").mkdir()
    (place / "bundles" / "one.zip").write_text("invented")
    folder.remove(place)
    assert [one.name for one in tmp_path.iterdir()] == ["db.sqlite3"]


def test_a_link_to_a_demo_is_not_followed(tmp_path: Path) -> None:
    place = folder.prepare(tmp_path / "elsewhere")
    (tmp_path / "demo").symlink_to(place)
    with pytest.raises(FolderRefused):
        folder.remove(tmp_path / "demo")
    assert folder.is_demo(place)


def test_what_a_killed_removal_left_is_swept_away_at_the_next_start(tmp_path: Path) -> None:
    left = folder.prepare(tmp_path).rename(tmp_path / f"{folder.GOING}4711")
    (left / "half").write_text("x")
    other = tmp_path / f"{folder.GOING}mine"
    other.mkdir()
    (other / "real").write_text("x")
    folder.prepare(tmp_path)
    assert not left.exists()
    assert (other / "real").exists()  # without the marker it is somebody else's


def test_the_wish_to_end_it_is_kept_in_it(tmp_path: Path) -> None:
    place = folder.prepare(tmp_path)
    assert not folder.shall_end(place)
    folder.ask_to_end(place)
    assert folder.shall_end(place)
    folder.remove(place)
    assert not folder.shall_end(folder.prepare(tmp_path))


def test_the_marker_says_in_words_what_it_is(tmp_path: Path) -> None:
    marked = json.loads((folder.prepare(tmp_path) / folder.MARKER).read_text())
    assert "Nothing of this is real" in marked["note"]
