"""Who is in the middle of a request? A lock for each server and program that vanishes with its holder.

Processes on one machine share a file lock (the embedded topology); with PostgreSQL, where workers stand on several
machines, its advisory locks are used. Neither outlives a process that is killed, so no time limit has to be trusted.
If PostgreSQL itself goes down during a request, the lock of that one request goes with it.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from servers.models import LicenseServer


@contextmanager
def shared(server: LicenseServer, program_code: str) -> Iterator[None]:
    """Held while a request is under way; several may hold it."""
    if connection.vendor == "postgresql":
        key = _key(server, program_code)
        _ask("SELECT pg_advisory_lock_shared(%s)", key)
        try:
            yield
        finally:
            _ask("SELECT pg_advisory_unlock_shared(%s)", key)
    else:
        with _file(server, program_code) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            yield


def is_free(server: LicenseServer, program_code: str) -> bool:
    """Does nobody hold it right now?"""
    if connection.vendor == "postgresql":
        key = _key(server, program_code)
        taken = _ask("SELECT pg_try_advisory_lock(%s)", key)
        return taken and _ask("SELECT pg_advisory_unlock(%s)", key)
    with _file(server, program_code) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def _file(server: LicenseServer, program_code: str) -> Iterator[int]:
    """An open descriptor of the lock file; closing it gives every lock back."""
    path = Path(settings.DATA_DIR) / "servers" / str(server.guid) / f".fence-{program_code}"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _key(server: LicenseServer, program_code: str) -> int:
    """63 bits of a digest: the number that PostgreSQL knows the lock by."""
    digest = hashlib.sha256(f"fence {server.guid} {program_code}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def _ask(statement: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        return cursor.fetchone()[0] is not False
