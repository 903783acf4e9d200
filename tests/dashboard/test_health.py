"""Do people, load balancers and every page learn that nothing leaves by itself?"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from servers.models import LicenseServer
from tests.dashboard.conftest import Login
from tests.uploads.test_handover import Valkey
from uploads.models import Tick

SHORT, LONG = timedelta(seconds=10), timedelta(hours=2)


@pytest.fixture
def broker(settings: Settings) -> Iterator[None]:
    """A real one, and it is running."""
    with TemporaryDirectory(prefix="lm-") as folder:
        valkey = Valkey(Path(folder))
        valkey.start()
        settings.REDIS_URL = f"unix://{valkey.socket}"
        yield
        valkey.kill()


def heard(*, beat: timedelta, tick: timedelta) -> None:
    for name, ago in (("beat", beat), ("dispatch", tick)):
        Tick.note(name, at=timezone.now() - ago)


def ready() -> tuple[int, dict[str, object]]:
    answer = Client().get("/health/ready")
    return answer.status_code, answer.json()


@pytest.mark.usefixtures("broker", "server")
def test_all_is_well() -> None:
    heard(beat=SHORT, tick=SHORT)
    status, body = ready()
    assert (status, body["database"], body["broker"], body["ticking"], body["trouble"]) == (200, "ok", "ok", True, [])


@pytest.mark.usefixtures("broker", "server")
def test_a_standstill_is_told_and_does_not_take_the_pages_away() -> None:
    heard(beat=SHORT, tick=LONG)
    status, body = ready()
    assert (status, body["ticking"], body["trouble"]) == (200, False, ["no_worker"])


@pytest.mark.usefixtures("server")
def test_a_broker_that_is_gone_is_503() -> None:
    heard(beat=SHORT, tick=SHORT)
    status, body = ready()
    assert (status, body["broker"], body["trouble"]) == (503, "no answer", ["broker_silent"])


@pytest.mark.usefixtures("broker")
@pytest.mark.parametrize(("beat", "title"), [(LONG, "The scheduler is silent"), (SHORT, "No worker picks up what")])
def test_the_overview_says_since_when_why_and_what_to_do(
    server: LicenseServer, cleo: User, login: Login, beat: timedelta, title: str
) -> None:
    heard(beat=beat, tick=LONG)
    page = login(cleo).get(reverse("overview", args=[server.guid])).content.decode()
    assert f"<strong>{title}" in page
    assert ", since <time" in page
    assert "restart Licensing Manager" in page


def test_every_other_page_says_it_in_one_line(server: LicenseServer, cleo: User, login: Login) -> None:
    client = login(cleo)
    pages = [reverse("uploads", args=[server.guid]), reverse("licenses", args=[server.guid]), reverse("servers")]
    heard(beat=SHORT, tick=SHORT)
    assert not any("No upload leaves by itself" in client.get(page).content.decode() for page in pages)
    heard(beat=LONG, tick=LONG)
    assert all("No upload leaves by itself" in client.get(page).content.decode() for page in pages)
