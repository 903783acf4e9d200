"""Where do the reports of one test lie? In a folder of its own."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from servers.models import LicenseServer
from tests.factories import a_server


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """The data folder of this test alone."""
    settings.DATA_DIR = tmp_path / "data"
    return tmp_path / "data"


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server that the usual file is bound to."""
    return a_server("lic1")
