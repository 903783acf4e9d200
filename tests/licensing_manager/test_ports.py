"""Is a port that we choose one that stays ours?"""

import socket

import pytest

from licensing_manager import ports


def test_a_free_port_is_none_that_an_outgoing_connection_can_have() -> None:
    port = ports.any_free("127.0.0.1")
    assert port in ports.BELOW_OUTGOING
    with socket.create_server(("127.0.0.1", port)):
        assert not ports.is_free("127.0.0.1", port=port)


def test_where_every_port_is_taken_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        monkeypatch.setattr(ports, "BELOW_OUTGOING", [taken])
        monkeypatch.setattr(ports, "MOST_TRIES", 1)
        with pytest.raises(OSError, match="No free port"):
            ports.any_free("127.0.0.1")
