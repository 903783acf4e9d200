"""Which servers asked to be registered, with which code, and what was decided? All of this is ours.

The vendor's own form of registration is not public; only that a person enters eight letters and digits is.
"""

import hashlib
import secrets
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from receiver.database import Database

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I, O, 0 and 1, which people take for each other
CODE_LENGTH = 8
CODE_SECONDS = 900  # long enough to sign in elsewhere and type
KEPT_DAYS = 7  # what came to nothing is remembered so long, so that a late question gets its answer


class CodeState(StrEnum):
    """How far a registration came; expired is worked out from the time and never stored."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    EXPIRED = "expired"
    REMOVED = "removed"


@dataclass(frozen=True)
class Registration:
    """One server's wish to be registered; times are seconds since 1970."""

    id: str
    code: str
    owner: str
    server_guid: str
    server_name: str
    state: CodeState
    asked_at: float
    expires_at: float

    @property
    def customer_id(self) -> str:
        """The tenant: one for each account, and the same after every restart."""
        return f"tenant-{hashlib.sha256(self.owner.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


class Codes:
    """The registrations of one store."""

    def __init__(self, database: Database, *, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def ask(self, *, owner: str, server_guid: str, server_name: str) -> Registration:
        """A code for this server; the same one while it waits, so that a repeat after a lost answer is harmless."""
        now = self._clock()
        with self._database.writing() as connection:
            sql = """UPDATE registrations SET state = 'removed', changed_at = ?1 WHERE owner = ?2 AND server_guid = ?3
                     AND state = 'waiting' AND (expires_at <= ?1 OR server_name <> ?4)"""
            connection.execute(sql, (now, owner, server_guid, server_name))
            sql = "SELECT id FROM registrations WHERE owner = ? AND server_guid = ? AND state = 'waiting'"
            known = connection.execute(sql, (owner, server_guid)).fetchone()
            wish_id: str = known["id"] if known else str(uuid.uuid4())
            if not known:
                row = (wish_id, _unused(connection), owner, server_guid, server_name, "waiting")
                sql = "INSERT INTO registrations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                connection.execute(sql, (*row, now, now + CODE_SECONDS, now))
        found = self.by_id(wish_id)
        assert found is not None
        return found

    def by_id(self, wish_id: str) -> Registration | None:
        return self._one("id", wish_id)

    def by_code(self, code: str) -> Registration | None:
        """As a person types it: in any case, with spaces or hyphens."""
        return self._one("code", "".join(code.upper().replace("-", "").split()))

    def decide(self, wish: Registration, *, accepted: bool) -> bool:
        """What a person said. False when the code does not wait any more; then nothing changes.

        An earlier registration of the same server ends with the new one.
        """
        now, state = self._clock(), CodeState.CONFIRMED if accepted else CodeState.REFUSED
        with self._database.writing() as connection:
            sql = "SELECT 1 FROM registrations WHERE id = ? AND state = 'waiting' AND expires_at > ?"
            if connection.execute(sql, (wish.id, now)).fetchone() is None:
                return False
            if accepted:
                sql = """UPDATE registrations SET state = 'removed', changed_at = ?
                         WHERE owner = ? AND server_guid = ? AND state = 'confirmed'"""
                connection.execute(sql, (now, wish.owner, wish.server_guid))
            sql = "UPDATE registrations SET state = ?, changed_at = ? WHERE id = ?"
            connection.execute(sql, (state.value, now, wish.id))
        return True

    def remove(self, wish: Registration) -> None:
        """The server does not want it any more, confirmed or not; harmless if it was removed before."""
        with self._database.writing() as connection:
            sql = "UPDATE registrations SET state = 'removed', changed_at = ? WHERE id = ? AND state <> 'removed'"
            connection.execute(sql, (self._clock(), wish.id))

    def forget_old(self) -> int:
        """Remove what came to nothing a week ago; how many there were."""
        with self._database.writing() as connection:
            sql = "DELETE FROM registrations WHERE state <> 'confirmed' AND MAX(changed_at, expires_at) < ?"
            return connection.execute(sql, (self._clock() - KEPT_DAYS * 86400,)).rowcount

    def _one(self, column: str, value: str) -> Registration | None:
        sql = f"SELECT * FROM registrations WHERE {column} = ?"  # noqa: S608  # both names stand in this module
        with self._database.reading() as connection:
            row = connection.execute(sql, (value.encode("utf-8", "replace").decode(),)).fetchone()
        if row is None:
            return None
        late = row["state"] == CodeState.WAITING and row["expires_at"] <= self._clock()
        return Registration(
            id=row["id"],
            code=row["code"],
            owner=row["owner"],
            server_guid=row["server_guid"],
            server_name=row["server_name"],
            state=CodeState.EXPIRED if late else CodeState(row["state"]),
            asked_at=row["asked_at"],
            expires_at=row["expires_at"],
        )


def _unused(connection: sqlite3.Connection) -> str:
    """A code that no registration has or had; among 32 ** 8 the first try nearly always is one."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if connection.execute("SELECT 1 FROM registrations WHERE code = ?", (code,)).fetchone() is None:
            return code
