"""Which port can a process of ours listen on?"""

import errno
import socket

_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES})  # EACCES: a port below 1024 without the right to it


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
    """A port that nobody uses now, chosen by the kernel."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
