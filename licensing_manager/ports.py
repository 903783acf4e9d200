"""Which port can a process of ours listen on, and how does nobody else get it meanwhile?"""

import contextlib
import errno
import random
import socket
import sys

_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES})  # EACCES: a port below 1024 without the right to it

BELOW_OUTGOING = range(20_000, 32_000)  # Linux begins at 32,768, the others later
MOST_TRIES = 200


class Hold(contextlib.AbstractContextManager["Hold"]):
    """A port that is ours, and that of the servers that we start, until the end of the block."""

    def __init__(self, port: int, listening: socket.socket) -> None:
        self.port = port
        self._socket = listening
        if sys.platform == "linux":
            # In this order there is no moment at which somebody else could have it. The first line hides it from
            # whoever looks for a free port; granian asks for the second, so it may have it too.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listening.shutdown(socket.SHUT_RDWR)
        else:
            listening.close()  # only Linux keeps the port of a socket that listens no more: elsewhere we just looked

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def hold(host: str, *, port: int) -> Hold | None:
    """This port; None where somebody listens there or holds it. Raises OSError for a host that is not ours.

    To look whether a port is free, and let a server bind to it seconds later, is a race. Losing it goes unnoticed:
    granian lets all servers of one account share a port. So we listen there ourselves, which the kernel grants to one
    only, and stop listening but keep the port.
    """
    probe = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        # As servers do: an address whose last connections still fade away is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        probe.listen(1)
    except OSError as error:
        probe.close()
        if error.errno not in _TAKEN:
            raise
        return None
    return Hold(port, probe)


def hold_any(host: str) -> Hold:
    """A port that nobody uses or holds. Raises OSError where none was found.

    Not of those that the kernel gives to outgoing connections: one of them could have it now and then.
    """
    for port in random.sample(BELOW_OUTGOING, MOST_TRIES):
        if held := hold(host, port=port):
            return held
    raise OSError(errno.EADDRINUSE, "No free port was found")


def is_free(host: str, *, port: int) -> bool:
    """Could a server bind to this address now? Raises OSError for a host that is not ours."""
    held = hold(host, port=port)
    if held is None:
        return False
    with held:
        return True
