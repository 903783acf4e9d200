"""Who may do what? Tokens are random, kept only as hashes, and each opens one kind of door."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from receiver.database import Database
from receiver.protocol import TokenKind

TOKEN_BYTES = 32


@dataclass(frozen=True)
class Holder:
    """Whom a valid token stands for, and which doors it opens."""

    owner: str
    kind: TokenKind


class Tokens:
    """The tokens given out by one store."""

    def __init__(self, database: Database, *, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def issue(self, kind: TokenKind, *, owner: str, lifetime: int) -> str:
        """A new URL-safe token; `lifetime` in seconds, 0 for one that never expires."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        row = (_hash(token), kind.value, owner, now, now + lifetime if lifetime else None)
        with self._database.writing() as connection:
            connection.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, ?)", row)
        return token

    def holder(self, token: str) -> Holder | None:
        """Whom the token stands for; None if it is unknown or has expired."""
        sought = _hash(token)
        with self._database.reading() as connection:
            row = connection.execute("SELECT * FROM tokens WHERE hash = ?", (sought,)).fetchone()
        if row is None or not hmac.compare_digest(row["hash"], sought):
            return None
        if row["expires_at"] is not None and row["expires_at"] <= self._clock():
            return None
        return Holder(owner=row["owner"], kind=TokenKind(row["kind"]))

    def forget_expired(self) -> int:
        """Remove tokens that no longer open anything; how many there were."""
        with self._database.writing() as connection:
            sql = "DELETE FROM tokens WHERE expires_at <= ?"
            return connection.execute(sql, (self._clock(),)).rowcount


def same(given: str, *, expected: str) -> bool:
    """Equality whose duration tells nothing; lone surrogates from JSON escapes are no error."""
    pair = [text.encode("utf-8", "surrogatepass") for text in (given, expected)]
    return hmac.compare_digest(pair[0], pair[1])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
