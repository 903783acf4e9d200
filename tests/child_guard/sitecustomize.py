"""What may a test reach? Loopback and Unix sockets; everything else fails here, with a clear error.

Importing this module installs the guard. A folder on PYTHONPATH with a module of this name is imported by every
Python process at its start, so child processes of the tests are guarded in the same way.
"""

import ipaddress
import socket
from typing import Any


class OutgoingConnectionError(RuntimeError):
    """A test tried to reach beyond this machine."""


_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


def is_allowed(host: object) -> bool:
    """Is this host on this machine?"""
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost", "localhost.localdomain", socket.gethostname()}:
        return True
    try:
        address = ipaddress.ip_address(str(name).split("%", maxsplit=1)[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse(host: object) -> None:
    raise OutgoingConnectionError(
        f"A test tried to reach {host!r}. Tests stay on loopback; start a local peer instead."
    )


def _check_address(target: socket.socket, address: Any) -> None:
    if target.family in {socket.AF_INET, socket.AF_INET6} and not is_allowed(address[0]):
        _refuse(address[0])


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _check_address(self, address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _check_address(self, address)
    return _connect_ex(self, address)


def _guarded_getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
    if not is_allowed(host) and not _is_number(host):  # a numeric address is not looked up anywhere
        _refuse(host)
    return _getaddrinfo(host, *args, **options)


def _is_number(host: Any) -> bool:
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return False
    return True


socket.socket.connect = _guarded_connect  # type: ignore[method-assign, assignment]
socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign, assignment]
socket.getaddrinfo = _guarded_getaddrinfo
