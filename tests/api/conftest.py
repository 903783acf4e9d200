"""What stands there before a test of the API begins?"""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from servers.models import LicenseServer
from servers.registry import add_server
from tests.api.calling import calling, post, send_file
from uploads.models import Attempt, Upload
from uploads.outcomes import DELIVERED
from uploads.sealing import seal_for
from uploads.settling import settle
from uploads.starting import start_upload
from uploads.states import State


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """A data folder of its own, and no requests counted yet."""
    settings.DATA_DIR = tmp_path
    cache.clear()
    return tmp_path


@pytest.fixture
def as_ada(ada: User) -> Client:
    """The administrator's client."""
    return calling(ada)


@pytest.fixture
def as_ben(ben: User) -> Client:
    """The operator's client."""
    return calling(ben)


@pytest.fixture
def as_cleo(cleo: User) -> Client:
    """The viewer's client."""
    return calling(cleo)


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A license server."""
    return add_server(name="ls1.example.org")


@pytest.fixture
def imported(server: LicenseServer, as_ada: Client) -> LicenseServer:
    """The server with its license file, and a sealed preview."""
    return import_into(server, as_ada)


@pytest.fixture
def delivered(imported: LicenseServer) -> Upload:
    """An upload that arrived, with the bytes of a real bundle."""
    return deliver_from(imported)


def import_into(server: LicenseServer, client: Client) -> LicenseServer:
    """The server with its license file, and a sealed preview."""
    send_file(client, server=server.name)
    post(client, f"/servers/{server.guid}/programs/telemetry/preview")
    return server


def deliver_from(server: LicenseServer) -> Upload:
    """An upload that arrived, with the bytes of a real bundle."""
    upload = start_upload(server, program_code="telemetry", kind="compliance", by=None)
    now = timezone.now()
    seal_for(upload, at=now)
    lease = {"state": State.SENDING, "lease_until": now, "lease_holder": "w", "acknowledged_bytes": upload.size}
    Upload.objects.filter(pk=upload.pk).update(**lease, attempt_count=1, destination="127.0.0.1:1")
    attempt = Attempt.objects.create(upload=upload, number=1, started_at=now, bytes_sent=upload.size)
    upload.refresh_from_db()
    settle(upload, attempt, DELIVERED, holder="w", at=now)
    return upload
