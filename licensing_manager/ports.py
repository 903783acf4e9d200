"""Which port can a process of ours listen on?"""

import errno
import random
import socket

_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES})  # EACCES: a port below 1024 without the right to it

BELOW_OUTGOING = range(20_000, 32_000)  # Linux begins at 32,768, the others later
MOST_TRIES = 200


def is_free(host: str, *, port: int) -> bool:
    """Could a server bind to this address now? Raises OSError for a host that is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: an address whose last connections still fade away is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
            return False
    return True


def any_free(host: str) -> int:
    """A port that nobody uses now. Raises OSError where none was found.

    Not of those that the kernel gives to outgoing connections: one of them could have it a moment later, or while a
    part of ours starts again.
    """
    for port in random.sample(BELOW_OUTGOING, MOST_TRIES):
        if is_free(host, port=port):
            return port
    raise OSError(errno.EADDRINUSE, "No free port was found")
