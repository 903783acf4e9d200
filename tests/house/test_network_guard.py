"""Does the guard keep every test, and every child process of a story, on this machine?"""

import socket
import subprocess
import sys
from contextlib import closing

import pytest

from tests.child_guard.sitecustomize import OutgoingConnectionError
from tests.house.source_tree import ROOT

OUTSIDE = "192.0.2.1"  # reserved for documentation: nobody is there


def test_it_refuses_an_address_beyond_this_machine() -> None:
    with closing(socket.socket()) as outgoing, pytest.raises(OutgoingConnectionError, match=OUTSIDE):
        outgoing.connect((OUTSIDE, 80))


def test_it_refuses_to_look_up_a_name() -> None:
    with pytest.raises(OutgoingConnectionError, match=r"cis\.example"):
        socket.getaddrinfo("cis.example", 443)


def test_it_lets_loopback_pass() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        socket.create_connection(server.getsockname()).close()


def test_it_guards_child_processes() -> None:
    code = f"import socket; socket.create_connection(('{OUTSIDE}', 80), timeout=1)"
    guarded = {"PYTHONPATH": str(ROOT / "tests" / "child_guard")}
    done = subprocess.run([sys.executable, "-c", code], env=guarded, check=False, capture_output=True, text=True)
    assert "OutgoingConnectionError" in done.stderr
