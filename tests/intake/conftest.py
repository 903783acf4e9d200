"""Where do the reports of one test lie? In a folder of its own."""

import os
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from servers.models import LicenseServer
from tests.factories import a_server
from tests.intake.folders import NOW, Drop


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """The data folder of this test alone."""
    settings.DATA_DIR = tmp_path / "data"
    return tmp_path / "data"


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server that the usual file is bound to."""
    return a_server("lic1")


@pytest.fixture
def drop(data_dir: Path) -> Drop:
    """Puts a file into a watched folder; it settled a minute ago."""

    def put(name: str, content: bytes = b"hello", *, server: str = "lic1", seconds_ago: float = 60) -> Path:
        path = data_dir / "inbox" / server / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        changed = NOW.timestamp() - seconds_ago
        os.utime(path, (changed, changed))
        return path

    return put
