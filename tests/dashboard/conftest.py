"""Which server do the pages show? One with a license file, a delivered and a failed upload."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from intake.importing import import_report
from intake.models import Door
from servers.models import LicenseServer
from servers.registry import add_server
from uploads.models import Upload
from uploads.states import State

LICENSE = b"""SERVER this_host HOSTNAME=lic-ams-01
VENDOR CITRIX
USE_SERVER
INCREMENT XDT_PLT_CCS CITRIX 2099.0930 31-may-2099 500 VENDOR_STRING=;LT=Retail;GP=720 OVERDRAFT=50 \\
  DUP_GROUP=V SN=LA-1 NOTICE="Example & Sons" SIGN="0000 0000"
"""
Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """Bundles and reports of one test stay in its own folder."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def server(db: None) -> LicenseServer:
    """lic-ams-01 with one license file."""
    server = add_server(name="lic-ams-01.corp.example")
    import_report(server, LICENSE, name="desktops.lic", door=Door.SHELL)
    return server


@pytest.fixture
def login() -> Login:
    """A browser in which this person is signed in."""

    def as_person(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="accounts.backends.RoleBackend")
        return client

    return as_person


def an_upload(server: LicenseServer, *, state: str = State.DELIVERED, days_ago: float = 0, **facts: object) -> Upload:
    """A row of the history as the engine would have left it."""
    at = timezone.now() - timedelta(days=days_ago)
    values: dict[str, object] = {
        "program": "telemetry",
        "kind": "compliance",
        "bundle_sha256": "ab" * 32,
        "size": 760,
        "attempt_count": 1,
        "created_at": at,
        "period": at,
    }
    if state == State.DELIVERED:
        values |= {"finished_at": at, "acknowledged_bytes": 760, "result_code": "CTX_UPLOADER_SUCCESS"}
    if state in {State.FAILED, State.REFUSED}:
        values |= {"next_attempt_at": at + timedelta(days=1), "result_code": "CTX_UPLOADER_ERROR_NETWORK_OPEN"}
    if state == State.SENDING:
        values |= {"lease_until": at + timedelta(minutes=1)}
    return Upload.objects.create(server=server, state=state, **(values | facts))


def moment(text: str) -> datetime:
    """A moment in UTC from `YYYY-MM-DD HH:MM`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
