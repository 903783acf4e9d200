"""How are two sockets made one line? Bytes are handed on in both directions."""

import socket
import threading
from contextlib import suppress

PATIENCE = 30.0


def splice(one: socket.socket, other: socket.socket) -> None:
    """Hand bytes on in both directions until one side has no more. Each side has a thread: TLS keeps bytes back."""
    back = threading.Thread(target=_pour, args=(other, one), daemon=True)
    back.start()
    _pour(one, other)
    back.join(PATIENCE)


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
