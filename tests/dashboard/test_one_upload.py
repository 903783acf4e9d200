"""Does the page of an upload say how it travels and how it went, and can a person stop it there?"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from servers.models import LicenseServer
from tests.dashboard.conftest import Login, an_upload
from uploads import bundle_store
from uploads.models import Upload
from uploads.sealing import seal
from uploads.states import State


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Noon, and it stays noon."""
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def moving(server: LicenseServer) -> Upload:
    """Half of it was acknowledged in the ten seconds of its second attempt."""
    now = timezone.now()
    upload = an_upload(server, state=State.SENDING, size=1000, acknowledged_bytes=600, progress_at=now, attempt_count=2)
    upload.attempts.create(
        number=1, started_at=now - timedelta(hours=24), finished_at=now - timedelta(hours=23, minutes=58),
        verdict="try_again", code="CTX_UPLOADER_ERROR_SERVER", http_status=503, bytes_sent=240, destination="c:443",
    )  # fmt: skip
    upload.attempts.create(number=2, started_at=now - timedelta(seconds=10), first_byte=100, destination="c:443")
    return upload


def live(client: Client, server: LicenseServer, said: str = "") -> str:
    return client.get(reverse("live_upload", args=[server.guid]), {"said": said}).content.decode()


def page_of(client: Client, upload: Upload) -> str:
    return client.get(reverse("upload", args=[upload.server.guid, upload.pk])).content.decode()


def test_it_estimates_the_rate_and_the_rest(moving: Upload, cleo: User, login: Login) -> None:
    page = live(login(cleo), moving.server)
    assert "600 B of 1.0 KB acknowledged" in page
    assert "50 B/s, about 8 s left (estimated)." in page


def test_it_says_since_when_nothing_was_acknowledged(
    moving: Upload, cleo: User, login: Login, clock: time_machine.Traveller
) -> None:
    clock.shift(45)
    page = live(login(cleo), moving.server)
    assert re.search(r"Nothing was acknowledged since <time[^>]+>Tue 10 Mar, 12:00</time>", page)
    assert "estimated" not in page
    assert "(License server report) waits for an answer</h2>" in page
    assert "(License server report): waits for an answer.</p>" in page, "said aloud as well"
    assert "spin" not in page, "nothing turns while nothing moves"


def test_a_canceled_one_says_that_it_ends(moving: Upload, cleo: User, login: Login) -> None:
    Upload.objects.update(cancel_asked_at=timezone.now(), cancel_reason="Canceled by ben")
    page = live(login(cleo), moving.server)
    assert "(License server report) is being canceled</h2>" in page
    assert "spin" not in page


def test_the_page_of_one_upload_follows_that_one_alone(moving: Upload, cleo: User, login: Login) -> None:
    other = an_upload(moving.server, state=State.SENDING, kind="usage")
    client, panel = login(cleo), reverse("live_upload", args=[moving.server.guid])
    for page in (page_of(client, moving), client.get(panel, {"only": moving.pk}).content.decode()):
        assert f'id="live-{moving.pk}"' in page
        assert f'id="live-{other.pk}"' not in page
        assert f"?only={moving.pk}&amp;mark=" in page
    for odd in ("", "x", "-1", "9" * 40):
        assert f'id="live-{other.pk}"' in client.get(panel, {"only": odd}).content.decode()


def test_it_estimates_nothing_too_early(moving: Upload, cleo: User, login: Login) -> None:
    Upload.objects.update(acknowledged_bytes=100)
    assert "Too early for an estimate." in live(login(cleo), moving.server)


def test_it_does_not_count_below_zero(moving: Upload, cleo: User, login: Login, clock: time_machine.Traveller) -> None:
    clock.shift(20)
    assert "50 B/s, longer than estimated." in live(login(cleo), moving.server)


def test_it_speaks_at_the_start_at_each_quarter_and_at_the_end_only(moving: Upload, cleo: User, login: Login) -> None:
    client, server = login(cleo), moving.server
    assert '<p id="said" class="visually-hidden" aria-live="polite"></p>' in page_of(client, moving)

    def hear(said: str) -> tuple[str, str]:
        page = live(client, server, said)
        words = re.search(r'<p id="said" hx-swap-oob="innerHTML">([^<]+)</p>', page)
        heard = re.search(r'said=([^"]*)"', page)
        assert heard
        return (words[1] if words else ""), heard[1]

    words, heard = hear("")
    assert words == "Licensing Telemetry (License server report): 50 percent acknowledged."
    Upload.objects.update(acknowledged_bytes=740)
    assert hear(heard) == ("", heard)
    Upload.objects.update(acknowledged_bytes=760)
    words, heard = hear(heard)
    assert words.endswith(": 75 percent acknowledged.")
    Upload.objects.update(
        state=State.DELIVERED, finished_at=timezone.now(), acknowledged_bytes=1000, result_code="CTX_UPLOADER_SUCCESS"
    )
    words, heard = hear(heard)
    assert (words, heard) == ("Licensing Telemetry (License server report): Delivered.", "")
    assert hear(heard) == ("", "")


def test_it_tells_of_each_attempt_when_how_long_how_much_and_how_fast(moving: Upload, cleo: User, login: Login) -> None:
    page = page_of(login(cleo), moving)
    first, second = re.findall(r"<li><time.*?</li>", page.partition("Attempts</h3>")[2], re.DOTALL)
    for words in ("1. The destination is busy", "240 B sent to c:443, HTTP 503", "after 2:00 min, 2 B/s"):
        assert words in first
    assert "Ended" in first
    for words in ("2. Running", "500 B acknowledged so far, from byte 100 on to c:443"):
        assert words in second


def test_an_observed_upload_claims_no_duration(server: LicenseServer, cleo: User, login: Login) -> None:
    upload = an_upload(server, state=State.OBSERVED, result_code="X")
    now = timezone.now()
    upload.attempts.create(number=1, started_at=now, finished_at=now, verdict="observed", code="X")
    page = page_of(login(cleo), upload)
    assert "How long it took is not known" in page
    assert "<code>X</code>" in page


def test_it_asks_before_it_cancels_and_says_that_the_duty_stays(moving: Upload, ben: User, login: Login) -> None:
    client, url = login(ben), reverse("cancel_upload", args=[moving.server.guid, moving.pk])
    assert f'href="{url}"' in page_of(client, moving)
    page = client.get(url).content.decode()
    assert "600 B of 1.0 KB were acknowledged" in page
    assert "The duty to report stays." in page
    assert "The next daily upload follows" in page
    moving.refresh_from_db()
    assert moving.state == State.SENDING


def test_it_cancels_with_the_reason_and_the_name(moving: Upload, ben: User, login: Login) -> None:
    client, url = login(ben), reverse("cancel_upload", args=[moving.server.guid, moving.pk])
    page = client.post(url, {"reason": "Wrong <server>"}, follow=True).content.decode()
    assert "Canceled. Not one more byte of this upload leaves." in page
    assert "Canceled by ben. Wrong &lt;server&gt;" in page
    assert "Cancel upload" not in page
    moving.refresh_from_db()
    assert moving.state == State.CANCELED


def test_it_says_why_it_cannot_cancel(server: LicenseServer, ben: User, login: Login) -> None:
    upload = an_upload(server)
    client, url = login(ben), reverse("cancel_upload", args=[server.guid, upload.pk])
    assert client.get(url)["Location"] == reverse("upload", args=[server.guid, upload.pk])
    assert "there is nothing to cancel" in client.post(url, follow=True).content.decode()
    assert url not in page_of(client, upload)


def test_a_viewer_is_not_offered_what_is_not_allowed(moving: Upload, cleo: User, login: Login) -> None:
    assert "Cancel upload" not in page_of(login(cleo), moving)


def test_it_shows_what_was_sent_from_the_very_bytes(server: LicenseServer, cleo: User, login: Login) -> None:
    bundle, _ = seal(server, program_code="telemetry", kind="compliance", at=timezone.now())
    upload = an_upload(server, bundle_sha256=bundle.sha256, size=bundle.size, acknowledged_bytes=bundle.size)
    page = page_of(login(cleo), upload)
    assert "Exactly this was sent" in page
    assert server.name in page.partition("Exactly this was sent")[2]
    bundle_store.path_of(bundle.sha256).write_bytes(b"other bytes")
    assert "Exactly this was sent" not in page_of(login(cleo), upload)


def test_a_bundle_that_was_let_go_says_so(server: LicenseServer, cleo: User, login: Login) -> None:
    page = page_of(login(cleo), an_upload(server, bundle_deleted_at=timezone.now()))
    assert "Only the newest bundle of each kind is kept" in page


def test_a_retry_that_arrived_does_not_hide_why_the_first_failed(
    server: LicenseServer, cleo: User, login: Login
) -> None:
    upload, now = an_upload(server), timezone.now()
    upload.attempts.create(
        number=1, started_at=now, finished_at=now, verdict="try_again", code="CTX_UPLOADER_ERROR_PROXY",
        evidence="ProxyError: Tunnel connection failed: 407 Proxy Authentication Required",
    )  # fmt: skip
    upload.attempts.create(number=2, started_at=now, finished_at=now, verdict="delivered", code="CTX_UPLOADER_SUCCESS")
    page = page_of(login(cleo), upload)
    assert "Why attempt 1 failed: The proxy wants a password" in page
    assert "What to do if it comes again" in page
