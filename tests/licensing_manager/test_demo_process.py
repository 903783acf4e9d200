"""Does a demo begin only where nothing of it can get outside, and end only where nobody serves it?"""

import os
from pathlib import Path

import pytest
from pytest_django import Settings

from demo import folder
from licensing_manager import checks, demo_process, instance_lock
from licensing_manager.demo_process import DemoRefused
from licensing_manager.environment import Environment


@pytest.mark.parametrize("name", ["CIS_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "CIS_URL_FILE"])
def test_it_does_not_begin_beside_a_way_out(settings: Settings, tmp_path: Path, name: str) -> None:
    settings.ENVIRONMENT, settings.DATA_DIR = Environment({name: "https://cis.example"}), tmp_path
    with pytest.raises(DemoRefused, match=f"{name.removesuffix('_FILE')} is set. Unset it, or start without --demo"):
        demo_process.enter_folder(say=print)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["CIS_URL", "DATABASE_URL"])
def test_a_demo_that_is_given_a_way_out_later_fails_its_checks(settings: Settings, name: str) -> None:
    settings.ENVIRONMENT = Environment({name: "https://cis.example"})
    assert checks.demo_stays_inside() == []
    settings.DEMO = True
    assert [(one.id, name in one.msg) for one in checks.demo_stays_inside()] == [("licensing_manager.E015", True)]


def test_it_goes_on_where_it_is_a_demo_already(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.DEMO = folder.prepare(tmp_path), True
    demo_process.enter_folder(say=print)
    assert folder.is_demo(settings.DATA_DIR)


def test_it_is_removed_as_a_whole(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    place = folder.prepare(tmp_path)
    assert demo_process.remove_demo() == place
    assert not place.exists()
    with pytest.raises(DemoRefused, match="There is no demo"):
        demo_process.remove_demo()


def test_it_is_not_removed_under_the_feet_of_whoever_serves_it(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    place = folder.prepare(tmp_path)
    lock = instance_lock.acquire(place / "run" / "serve.lock")
    with pytest.raises(DemoRefused, match="The demo is being served"):
        demo_process.remove_demo()
    os.close(lock)
    assert folder.is_demo(place)


def test_only_a_wish_that_was_noted_ends_it(settings: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    settings.DATA_DIR = place = folder.prepare(tmp_path)
    demo_process.remove_if_asked(say=said.append)
    assert folder.is_demo(place)
    folder.ask_to_end(place)
    demo_process.remove_if_asked(say=said.append)
    assert not place.exists()
    assert said == [f"The demo is removed: {place} and everything in it. Nothing else was touched."]
