"""What was received? Bundles on disk, whole or growing, that survive a kill at any moment.

Rules: bytes reach the disk before their range is recorded, and the range before the answer.
Chunks may come in any order, twice, or overlapping; equal bytes are a repeat, different bytes are
refused and change nothing. A bundle is complete the moment its last byte is recorded, once.

Other programs may open the same folder with `Store(path)` and read while a server writes.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection, Row

from receiver.codes import Codes
from receiver.content import ContentFiles, holds, sha256_of, write_spans
from receiver.database import Database
from receiver.ranges import Span, gaps, hull, overlaps
from receiver.tokens import Tokens

INLINE_HASH_MAX = 64 * 1024 * 1024  # larger bundles are hashed after the answer to the last chunk

SELECT_BUNDLES = """
SELECT b.*, c.bundle_id IS NOT NULL AS complete, c.completed_at, c.sha256,
       COALESCE(r.stop, 0) AS received
FROM bundles b
LEFT JOIN completions c ON c.bundle_id = b.id
LEFT JOIN ranges r ON r.bundle_id = b.id AND r.start = 0
"""


class UnknownBundleError(Exception):
    """No bundle has this id."""


class BeyondEndError(Exception):
    """The chunk would end after the announced size."""


class DifferentBytesError(Exception):
    """Other bytes are already stored in this place."""


@dataclass(frozen=True)
class Bundle:
    """One bundle as it stands on disk; `received` counts contiguous bytes from 0.

    `sha256` is None until the bundle is complete and, for a large one, until it was hashed.
    """

    id: str
    name: str
    size: int
    received: int
    complete: bool
    sha256: str | None
    content_path: Path
    created_at: datetime
    completed_at: datetime | None
    owner: str
    sr: int | None


@dataclass(frozen=True)
class Completion:
    """The one event that a bundle became whole."""

    bundle_id: str
    completed_at: datetime
    sha256: str | None


class Store:
    """Everything below one folder: `receiver.sqlite3` and `bundles/`."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.path = Path(path)
        self.clock = clock
        self.database = Database(self.path / "receiver.sqlite3")
        self.files = ContentFiles(self.path / "bundles")
        self.tokens = Tokens(self.database, clock=clock)
        self.codes = Codes(self.database, clock=clock)

    def create(self) -> None:
        """Make folders and tables; raises OSError or sqlite3.Error where that is not possible."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.files.folder.mkdir(exist_ok=True, mode=0o700)
        self.database.create()

    def bundles(self) -> tuple[Bundle, ...]:
        """All bundles, oldest first; none if nothing was ever received here."""
        if not self.database.path.exists():
            return ()
        with self.database.reading() as connection:
            rows = connection.execute(f"{SELECT_BUNDLES} ORDER BY b.created_at, b.id").fetchall()
        return tuple(self._bundle(row) for row in rows)

    def bundle(self, bundle_id: str) -> Bundle:
        """One bundle; raises UnknownBundleError."""
        with self.database.reading() as connection:
            sql = f"{SELECT_BUNDLES} WHERE b.id = ?"
            row = connection.execute(sql, (bundle_id,)).fetchone()
        if row is None:
            raise UnknownBundleError(bundle_id)
        return self._bundle(row)

    def completions(self) -> tuple[Completion, ...]:
        """Every completion there was, in order."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT * FROM completions ORDER BY completed_at").fetchall()
        return tuple(Completion(row[0], _moment(row[1]), row[2]) for row in rows)

    def create_bundle(self, *, owner: str, size: int, name: str = "", sr: int | None = None) -> Bundle:
        """Announce a bundle; one of size 0 is complete at once."""
        bundle_id, now = str(uuid.uuid4()), self.clock()
        self.files.create(bundle_id)
        digest = None if size else sha256_of(self.files.part(bundle_id))
        if not size:
            self.files.finish(bundle_id)
        with self.database.writing() as connection:
            row = (bundle_id, owner, name, sr, size, now, now)
            connection.execute("INSERT INTO bundles VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            if not size:
                _complete(connection, bundle_id=bundle_id, now=now, sha256=digest)
        return self.bundle(bundle_id)

    def write_chunk(self, bundle_id: str, *, offset: int, data: bytes) -> Bundle:
        """Keep `data` at `offset`; on the disk when it returns.

        Raises UnknownBundleError, BeyondEndError or DifferentBytesError, and then nothing has changed.
        """
        bundle, span = self.bundle(bundle_id), Span(offset, offset + len(data))
        if span.stop > bundle.size:
            raise BeyondEndError(bundle_id)
        with self.files.held(bundle_id) as descriptor:
            touching = self._touching(bundle_id, span=span)
            fresh = gaps(touching, span=span)
            for known in overlaps(touching, span=span):
                if not holds(descriptor, span=known, data=data, offset=offset):
                    raise DifferentBytesError(bundle_id)
            if fresh:
                write_spans(descriptor, spans=fresh, data=data, offset=offset)
                self._record(bundle, touching=touching, span=span)
        return self.bundle(bundle_id)

    def ensure_sha256(self, bundle_id: str) -> str | None:
        """The SHA-256 of a complete bundle, worked out now if it was not before."""
        bundle = self.bundle(bundle_id)
        if not bundle.complete or bundle.sha256:
            return bundle.sha256
        digest = sha256_of(self.files.path(bundle_id))
        with self.database.writing() as connection:
            sql = "UPDATE completions SET sha256 = ? WHERE bundle_id = ?"
            connection.execute(sql, (digest, bundle_id))
        return digest

    def close(self) -> None:
        self.database.close()

    def _touching(self, bundle_id: str, *, span: Span) -> list[Span]:
        sql = "SELECT start, stop FROM ranges WHERE bundle_id = ? AND start <= ? AND stop >= ?"
        with self.database.reading() as connection:
            rows = connection.execute(sql, (bundle_id, span.stop, span.start)).fetchall()
        return [Span(row["start"], row["stop"]) for row in rows]

    def _record(self, bundle: Bundle, *, touching: list[Span], span: Span) -> None:
        merged, now = hull(touching, span=span), self.clock()
        whole = merged == Span(0, bundle.size)
        small = bundle.size <= INLINE_HASH_MAX
        digest = sha256_of(self.files.path(bundle.id)) if whole and small else None
        if whole:
            # Renamed before it is recorded: who reads "complete" finds the file under this name.
            self.files.finish(bundle.id)
        with self.database.writing() as connection:
            for known in touching:
                sql = "DELETE FROM ranges WHERE bundle_id = ? AND start = ?"
                connection.execute(sql, (bundle.id, known.start))
            connection.execute("INSERT INTO ranges VALUES (?, ?, ?)", (bundle.id, *merged))
            sql = "UPDATE bundles SET touched_at = ? WHERE id = ?"
            connection.execute(sql, (now, bundle.id))
            if whole:
                _complete(connection, bundle_id=bundle.id, now=now, sha256=digest)

    def _bundle(self, row: Row) -> Bundle:
        completed = row["completed_at"]
        return Bundle(
            id=row["id"],
            name=row["name"],
            size=row["size"],
            received=row["received"],
            complete=bool(row["complete"]),
            sha256=row["sha256"],
            content_path=self.files.path(row["id"]),
            created_at=_moment(row["created_at"]),
            completed_at=None if completed is None else _moment(completed),
            owner=row["owner"],
            sr=row["sr"],
        )


def _complete(connection: Connection, *, bundle_id: str, now: float, sha256: str | None) -> None:
    # The primary key makes a second completion of the same bundle impossible.
    connection.execute("INSERT INTO completions VALUES (?, ?, ?)", (bundle_id, now, sha256))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
