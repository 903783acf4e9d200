"""What is remembered about tokens, bundles and registrations, and how is it read and written safely?

SQLite in WAL mode, with a full flush at every commit: what is acknowledged to a client was on the
disk before. Readers in other processes never wait for the server, nor it for them.
"""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
    hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at REAL NOT NULL,
    expires_at REAL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bundles (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    sr INTEGER,
    size INTEGER NOT NULL CHECK (size >= 0),
    created_at REAL NOT NULL,
    touched_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bundles_by_time ON bundles (created_at);
CREATE TABLE IF NOT EXISTS ranges (
    bundle_id TEXT NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL CHECK (start >= 0),
    stop INTEGER NOT NULL CHECK (stop > start),
    PRIMARY KEY (bundle_id, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS completions (
    bundle_id TEXT PRIMARY KEY REFERENCES bundles (id) ON DELETE CASCADE,
    completed_at REAL NOT NULL,
    sha256 TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS registrations (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (length(code) = 8),
    owner TEXT NOT NULL,
    server_guid TEXT NOT NULL,
    server_name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'confirmed', 'refused', 'removed')),
    asked_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    changed_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_of_each_state ON registrations (owner, server_guid, state)
    WHERE state IN ('waiting', 'confirmed');
"""
BUSY_SECONDS = 30.0  # well below the 100 s after which a public client gives up


class Database:
    """Connections to one file, lent to whichever thread needs one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: deque[sqlite3.Connection] = deque()

    def create(self) -> None:
        """Make the file and its tables; harmless if they exist."""
        with sqlite3.connect(self.path, timeout=BUSY_SECONDS) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(SCHEMA)
        connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for single statements, each of them a transaction of its own."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        finally:
            self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: on the disk when the block ends, undone when it raises."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _connect(self) -> sqlite3.Connection:
        # mode=rw: only `create` may bring the file into being.
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,  # a connection is lent to one thread at a time
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection
