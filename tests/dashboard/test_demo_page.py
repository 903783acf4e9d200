"""Does every page of a demo say that it is one, and does the button end that demo and nothing else?"""

import json
import os
import signal
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from demo import folder
from tests.dashboard.conftest import Login
from tests.factories import a_server

pytestmark = pytest.mark.django_db
BANNER = "nothing of this is real"


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Path:
    """A marked folder, as the settings of a demo have it."""
    settings.DATA_DIR, settings.DEMO = folder.prepare(tmp_path), True
    return Path(settings.DATA_DIR)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Who was asked to stop; a test that lets a real process stop itself would not come back."""
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: asked.append((pid, number)))
    return asked


def is_served(place: Path, *, lock: int = 4711) -> None:
    (place / "run").mkdir()
    (place / "run" / "serve.json").write_text(json.dumps({"pid": 4711}))
    (place / "run" / "serve.lock").write_text(f"{lock}\n")


@pytest.mark.usefixtures("demo")
def test_every_page_says_so_also_to_strangers(client: Client, login: Login, cleo: User) -> None:
    server = a_server()
    assert BANNER in client.get("/sign-in/").content.decode()
    pages = ["/alerts/", "/uploads/", f"/servers/{server.guid}/", "/account/", "/no-such-page/"]
    for address in pages:
        assert BANNER in login(cleo).get(address).content.decode(), address


def test_no_page_says_so_without_a_demo(login: Login, ada: User) -> None:
    assert BANNER not in login(ada).get("/alerts/").content.decode()
    assert login(ada).get("/demo/").status_code == 404
    assert login(ada).post("/demo/end/").status_code == 404


def test_the_page_tells_what_goes(demo: Path, login: Login, ada: User, cleo: User) -> None:
    a_server()
    page = login(ada).get("/demo/").content.decode()
    assert "1 server, 0 uploads, 0 imported files, 0 decisions and 0 alerts" in page
    assert str(demo) in page
    assert "Remove the demo and stop" in page
    assert "Remove the demo and stop" not in login(cleo).get("/demo/").content.decode()


def test_the_button_notes_the_wish_and_stops_who_serves(
    demo: Path, stopped: list[tuple[int, int]], login: Login, ada: User
) -> None:
    is_served(demo)
    page = login(ada).post("/demo/end/").content.decode()
    assert "The demo is over" in page
    assert BANNER not in page
    assert folder.shall_end(demo)
    assert stopped == [(4711, signal.SIGTERM)]


@pytest.mark.parametrize("lock", [None, 4712])
def test_nobody_is_stopped_who_may_be_somebody_else(
    demo: Path, stopped: list[tuple[int, int]], login: Login, ada: User, lock: int | None
) -> None:
    if lock:
        is_served(demo, lock=lock)
    page = login(ada).post("/demo/end/", follow=True).content.decode()
    assert "manage.py demo remove" in page
    assert not folder.shall_end(demo)
    assert stopped == []


def test_only_administrators_end_it(demo: Path, stopped: list[tuple[int, int]], login: Login, ben: User) -> None:
    is_served(demo)
    assert login(ben).post("/demo/end/").status_code == 403
    assert not folder.shall_end(demo)
    assert stopped == []
