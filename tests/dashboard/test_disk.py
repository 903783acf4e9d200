"""Does a person see how much room there is, and until when?"""

import errno
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from servers.models import LicenseServer
from tests.dashboard.conftest import Login
from uploads import disk
from uploads.disk import Disk, DiskFull
from uploads.own_state import DiskReading

GB = 10**9


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 GB, of which 40 are free, whatever this machine has."""
    monkeypatch.setattr(disk, "measure", lambda: Disk(100 * GB, 40 * GB))


def read_daily(*, days: int, by: int) -> None:
    """A reading for each of the days before today."""
    now = timezone.now()
    for ago in range(1, days + 1):
        at = now - timedelta(days=ago)
        DiskReading.objects.create(day=at.date(), at=at, total=100 * GB, free=40 * GB + ago * by)


def overview(server: LicenseServer, user: User, login: Login) -> str:
    page = login(user).get(reverse("overview", args=[server.guid])).content.decode()
    return " ".join(page[page.index('id="disk"') :].partition("</section>")[0].split())


@pytest.mark.usefixtures("measured")
def test_before_two_weeks_it_says_that_it_is_too_early(server: LicenseServer, cleo: User, login: Login) -> None:
    read_daily(days=3, by=GB)
    page = overview(server, cleo, login)
    assert "40.0 GB of 100.0 GB are free" in page
    assert "needs readings of 14 days; so far there are 3" in page
    assert 'aria-label="60.0 % of the disk is used"' in page


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize(
    ("by", "words"), [(0, "Enough room"), (GB // 10, "Enough room"), (2 * GB, "Filling up"), (10 * GB, "Filling up")]
)
def test_it_says_whether_it_fills_up(server: LicenseServer, cleo: User, login: Login, by: int, words: str) -> None:
    read_daily(days=20, by=by)
    page = overview(server, cleo, login)
    assert words in page
    assert ("Forecast: full on" in page) == (by > 0)
    assert ("does not fill up" in page) == (by == 0)


def test_a_disk_that_cannot_be_measured_is_not_known(
    server: LicenseServer, cleo: User, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "measure", lambda: None)
    page = overview(server, cleo, login)
    assert "could not be measured" in page
    assert "0 B" not in page


def test_a_full_disk_is_told_on_top_and_to_the_monitor(
    server: LicenseServer, cleo: User, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Disk(100 * GB, 10)
    monkeypatch.setattr(disk, "measure", lambda: full)
    monkeypatch.setattr("uploads.watchdog.measure", lambda: full)
    page = login(cleo).get(reverse("overview", args=[server.guid])).content.decode()
    assert "<strong>The disk is full.</strong>" in page
    body = Client().get("/health/ready").json()
    assert (body["trouble"], body["disk_free"], body["disk_full_on"]) == (["disk_full"], 10, None)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("database or disk is full"), 507),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
        (DiskFull("The disk is full"), 507),
        (OperationalError("no such table"), 500),
        (OSError(errno.EIO, "Input/output error"), 500),
    ],
)
def test_a_page_that_cannot_write_says_why(
    server: LicenseServer, ben: User, login: Login, monkeypatch: pytest.MonkeyPatch, *, error: Exception, status: int
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("dashboard.views.uploads.start_upload", fails)
    client = login(ben)
    client.raise_request_exception = False
    answer = client.post(reverse("start_upload", args=[server.guid]))
    assert answer.status_code == status
    assert ("Free some space" in answer.content.decode()) == (status == 507)


def test_a_preview_without_room_is_refused_with_a_sentence(
    server: LicenseServer, dora: User, login: Login, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    monkeypatch.setattr(disk, "measure", lambda: Disk(100 * GB, 10))
    client = login(dora)
    answer = client.post(reverse("preview", args=[server.guid, "telemetry"]), follow=True)
    assert "No preview was made. The disk is full: this bundle needs about 1.0 MB" in answer.content.decode()
    assert not (data_dir / "bundles").exists()
