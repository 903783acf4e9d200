"""Is a port that we choose one that stays ours?"""

import errno
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest

from licensing_manager import ports

HOST = "127.0.0.1"
AT_ONCE = 8


def test_a_free_port_is_none_that_an_outgoing_connection_can_have() -> None:
    with ports.hold_any(HOST) as held:
        assert held.port in ports.BELOW_OUTGOING


def test_a_port_on_which_somebody_listens_is_not_ours() -> None:
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        assert ports.hold(HOST, port=port) is None
        assert not ports.is_free(HOST, port=port)


def test_a_held_port_is_nobody_elses_until_the_end() -> None:
    with ports.hold_any(HOST) as held:
        assert ports.hold(HOST, port=held.port) is None
        with pytest.raises(OSError, match="in use") as refused:
            socket.create_server((HOST, held.port))
        assert refused.value.errno == errno.EADDRINUSE
    assert ports.is_free(HOST, port=held.port)


def test_of_many_who_choose_the_same_port_at_once_one_has_it() -> None:
    with ports.hold_any(HOST) as free:
        port = free.port
    together = Barrier(AT_ONCE)

    def choose(_: int) -> ports.Hold | None:
        together.wait()
        return ports.hold(HOST, port=port)

    with ThreadPoolExecutor(AT_ONCE) as everybody, ExitStack() as ends:
        chosen = [ends.enter_context(held) for held in everybody.map(choose, range(AT_ONCE)) if held]
        assert len(chosen) == 1


def test_our_servers_may_listen_on_a_held_port_and_have_every_connection() -> None:
    """Servers as granian has them, two processes of one system on one port; the hold itself takes no connection."""
    with ports.hold_any(HOST) as held:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, held.port))
        with _server(held.port) as one, _server(held.port) as two:
            for _ in range(AT_ONCE):
                socket.create_connection((HOST, held.port)).close()
            assert _waiting(one) + _waiting(two) == AT_ONCE
        assert ports.hold(HOST, port=held.port) is None  # between the death of a server and its next start


def test_a_port_whose_last_connections_fade_away_is_free() -> None:
    with ports.hold_any(HOST) as held, _server(held.port) as server:
        client = socket.create_connection((HOST, held.port))
        server.accept()[0].close()  # who closes first waits for late packets
        client.close()
    assert ports.is_free(HOST, port=held.port)


def test_where_every_port_is_taken_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((HOST, 0)) as server:
        monkeypatch.setattr(ports, "BELOW_OUTGOING", [server.getsockname()[1]])
        monkeypatch.setattr(ports, "MOST_TRIES", 1)
        with pytest.raises(OSError, match="No free port"):
            ports.hold_any(HOST)


def _server(port: int) -> socket.socket:
    return socket.create_server((HOST, port), reuse_port=True)


def _waiting(server: socket.socket) -> int:
    server.setblocking(False)
    taken = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return taken
        taken += 1
