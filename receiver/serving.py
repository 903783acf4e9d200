"""How is the receiver put on a port? One granian worker with several threads, and some checks."""

import errno
import fcntl
import os
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer as Granian

from receiver.configuration import Configuration, forget_secrets
from receiver.store import Store
from receiver.upkeep import prepare
from receiver.wsgi import build, log_to_stderr

THREADS = 8  # each may hold one chunk of at most 10 MiB and mostly waits for the disk
CONNECTIONS = 256  # idle ones count too, until the web server closes them after 30 s
KILL_SECONDS = 10  # a request that does not end is cut off at shutdown


class CannotServeError(Exception):
    """Why the receiver cannot start, with the next step."""


def serve(configuration: Configuration, *, host: str, port: int, is_held: bool, announce: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; `announce` is called once the address is ours.

    `is_held` says that whoever starts us keeps the port for us, and nobody else can have it.
    Raises CannotServeError or WrongConfigurationError before it begins.
    """
    configuration.check()
    if not is_held:
        _check_port(host, port=port)
    lock = _prepare_store(configuration.store)
    server = _server(host, port=port)
    server.on_startup(announce)
    configuration.into_environment()
    try:
        server.serve(target_loader=build, wrap_loader=False)
    finally:
        forget_secrets()
        os.close(lock)


def _server(host: str, *, port: int) -> Granian:
    return Granian(
        "receiver.wsgi:build",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=1,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(keep_alive=True),
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_SECONDS,
    )


def _check_port(host: str, *, port: int) -> None:
    """Bind once and let go: the web server shares ports silently, so it would not notice."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, number) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            reason = f"Port {port} on {host} is already in use. Stop the other program or choose"
        elif problem.errno == errno.EACCES:
            reason = f"Port {port} may not be opened by this user. Choose"
        else:
            reason = f"The address {host} cannot be opened on this machine. Choose another host or"
        raise CannotServeError(f"{reason} another port with --port.") from None


def _prepare_store(path: Path) -> int:
    """Repair and clean the store; returns the lock that keeps a second server away from it."""
    log_to_stderr()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(path / "receiver.lock", os.O_CREAT | os.O_RDWR, 0o600)
        _take(lock, path=path)
        store = Store(path)
        prepare(store)
        store.close()
    except (OSError, sqlite3.Error) as problem:
        raise CannotServeError(
            f"The store {path} cannot be written ({problem}). Choose another folder with --store."
        ) from None
    return lock


def _take(lock: int, *, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotServeError(
            f"Another receiver uses the store {path}. Stop it, or choose another with --store."
        ) from None
