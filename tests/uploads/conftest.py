"""What stands there before an upload begins? A real receiver, a line to it, and a server with a license file."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from intake.importing import import_report
from intake.models import Door
from receiver.store import Bundle, Store
from servers.models import LicenseServer
from servers.registry import add_server
from tests.receiver.running import PASSWORD, PRODUCT_KEY, USERNAME, RunningReceiver
from tests.uploads.faulty_line import Line, faulty_line
from uploads import bundle_store, cis_client, kept_token, policy
from uploads.models import Upload
from uploads.outcomes import Outcome
from uploads.starting import start_upload
from uploads.transfer import transfer

SAMPLE = Path(__file__).parent.parent / "samples" / "lic" / "comments_and_tabs.lic"
STARTED = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
CHUNK_BYTES = 300  # a bundle of a small license file is then about five chunks


@pytest.fixture(scope="session")
def receiving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningReceiver]:
    """The real receiver, as a process of its own, for all tests that leave it running."""
    process = RunningReceiver(tmp_path_factory.mktemp("receiving") / "store").start()
    yield process
    process.stop()


@pytest.fixture
def peer(receiving: RunningReceiver) -> Iterator["Peer"]:
    store = Store(receiving.store)
    yield Peer(f"http://127.0.0.1:{receiving.port}", store, frozenset(one.id for one in store.bundles()))
    store.close()


@dataclass(slots=True)
class Peer:
    """The receiver as a test sees it: where it is, and what it has."""

    url: str
    store: Store
    earlier: frozenset[str]

    def bundles(self, upload: Upload) -> list[Bundle]:
        """What was received in this test under the name of this upload's bundle, whole or not."""
        return [one for one in self.store.bundles() if one.id not in self.earlier and one.name == upload.bundle_name]

    def whole(self, upload: Upload) -> list[str]:
        """The digests of what arrived whole."""
        return [one.sha256 or "" for one in self.bundles(upload) if one.complete]

    def bytes_of(self, upload: Upload) -> int:
        return sum(one.received for one in self.bundles(upload))


@pytest.fixture(autouse=True)
def set_up(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of one test is left for the next: no connection, token or folder. No destination but a closed port."""
    settings.DATA_DIR = tmp_path / "data"
    settings.CIS_URL = "http://127.0.0.1:9"
    settings.CIS_USERNAME, settings.CIS_PASSWORD, settings.CIS_PRODUCT_KEY = USERNAME, PASSWORD, PRODUCT_KEY
    settings.UPLOAD_PROXY = settings.NO_PROXY = settings.CA_BUNDLE = ""
    monkeypatch.setattr(policy, "PAUSE_PIECE_SECONDS", policy.LONGEST_PAUSE_SECONDS)  # a pause is told as one
    cis_client._pool.cache_clear()
    kept_token.forget()
    yield
    cis_client._pool.cache_clear()
    kept_token.forget()


@pytest.fixture
def line(peer: Peer, settings: Settings) -> Iterator[Line]:
    """The line to the receiver, and the destination of this test."""
    with faulty_line(peer.url) as running:
        settings.CIS_URL = running.url
        yield running


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock stands still, ten minutes after the service started."""
    with time_machine.travel(datetime(2026, 3, 1, 8, 10, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several chunks to a bundle; what the receiver would like is out of bounds then."""
    monkeypatch.setattr(policy, "CHUNK_BYTES", CHUNK_BYTES)
    monkeypatch.setattr(policy, "MAX_CHUNK_BYTES", CHUNK_BYTES)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time limits that a test can wait for."""
    monkeypatch.setattr(policy, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(policy, "READ_SECONDS", 0.3)


@pytest.fixture
def server(db: None) -> LicenseServer:
    return licensed_server("ls1.example.org")


def licensed_server(name: str) -> LicenseServer:
    """A server whose service started at STARTED, with a license file in force."""
    server = add_server(name=name, service_started_at=STARTED, hardware_id="0a1b2c3d4e5f")
    import_report(server, SAMPLE.read_bytes(), name=SAMPLE.name, door=Door.SHELL)
    return server


@pytest.fixture
def upload(server: LicenseServer, clock: time_machine.Traveller) -> Upload:
    """An upload by hand, waiting for a worker."""
    return begin(server)


def begin(server: LicenseServer, *, sha256: str = "") -> Upload:
    return start_upload(server, program_code="telemetry", kind="compliance", by=None, bundle_sha256=sha256)


@dataclass(slots=True)
class Worker:
    """Sends uploads as the task does. `pauses` is how long it would have waited, `pausing` what happens meanwhile."""

    pauses: list[float] = field(default_factory=list)
    pausing: Callable[[], None] = lambda: None

    def send(self, upload: Upload) -> Outcome | None:
        """One attempt; the row is read again afterwards."""
        try:
            return transfer(upload.pk, pause=self._pause)
        finally:
            upload.refresh_from_db()

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.pausing()


@pytest.fixture
def worker() -> Worker:
    return Worker()


def ended(outcome: Outcome | None) -> tuple[str, str]:
    """Verdict and code, without the prefix that all codes of failures share."""
    assert outcome
    return str(outcome.verdict), outcome.code.removeprefix("CTX_UPLOADER_ERROR_")


def sealed(upload: Upload, content: bytes) -> Path:
    """Give the upload these bytes as its bundle; where they lie."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = bundle_store.path_of(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    facts = {"bundle_sha256": sha256, "bundle_name": f"{sha256[:8]}.zip", "size": len(content)}
    Upload.objects.filter(pk=upload.pk).update(**facts)
    upload.refresh_from_db()
    return path
