"""Where do the tests of alerts begin? At a moment that stands still, with one server whose build is a current one."""

from collections.abc import Iterator

import pytest
import time_machine

from servers.models import LicenseServer
from tests.alerts.looking import NOW
from tests.factories import a_server


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def server(db: None, clock: time_machine.Traveller) -> LicenseServer:
    return a_server(product_version="11.17.2.0 build 54100")
