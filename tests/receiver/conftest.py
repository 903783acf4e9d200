"""Who takes part in the receiver's tests? A real server, a client on its wire, a proxy between."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from receiver.store import Store
from receiver.upkeep import prepare
from tests.receiver.desk import Desk
from tests.receiver.forward_proxy import ForwardProxy, forward_proxy
from tests.receiver.running import RunningReceiver
from tests.receiver.wire import Wire


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningReceiver]:
    """One server for all tests that leave it running."""
    receiver = RunningReceiver(tmp_path_factory.mktemp("peer") / "store").start()
    yield receiver
    receiver.stop()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., RunningReceiver]]:
    """Start a server of one's own; what still runs at the end is killed."""
    started: list[RunningReceiver] = []

    def begin(**variables: str) -> RunningReceiver:
        started.append(RunningReceiver(tmp_path / "store", variables=variables))
        return started[-1].start()

    yield begin
    for receiver in started:
        if not receiver.ended():
            receiver.kill()


@pytest.fixture
def wire(peer: RunningReceiver) -> Iterator[Wire]:
    client = Wire(peer.port)
    yield client
    client.close()


@pytest.fixture
def token(wire: Wire) -> str:
    return wire.upload_token()


@pytest.fixture
def received(peer: RunningReceiver) -> Iterator[Store]:
    """The running server's store, read from outside."""
    store = Store(peer.store)
    yield store
    store.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store without a server."""
    fresh = Store(tmp_path / "store")
    prepare(fresh)
    yield fresh
    fresh.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A receiver within this process, whose clock stands still until a test moves it."""
    desk = Desk(tmp_path / "desk")
    yield desk
    desk.store.close()


@pytest.fixture
def proxy() -> Iterator[ForwardProxy]:
    with forward_proxy() as running:
        yield running
