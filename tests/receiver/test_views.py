"""Does a failure within the receiver become a status that makes the client try again?"""

import errno
import io
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from receiver.configuration import Configuration
from receiver.protocol import TokenKind
from receiver.silence import SilenceWatch
from receiver.store import Bundle, Store
from receiver.upkeep import Caretaker, prepare
from receiver.views import Receiver


class FailingStore(Store):
    """A store whose disk fails when bytes come."""

    failure: Exception

    def write_chunk(self, bundle_id: str, *, offset: int, data: bytes) -> Bundle:
        raise self.failure


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[FailingStore]:
    store = FailingStore(tmp_path)
    prepare(store)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (OSError(errno.ENOSPC, "no space"), 507),
        (OSError(errno.EIO, "bad sector"), 500),
        (sqlite3.OperationalError("locked"), 500),
        (RuntimeError("a bug"), 500),
    ],
)
def test_it_never_acknowledges_after_a_failure(failing: FailingStore, failure: Exception, status: int) -> None:
    failing.failure = failure
    answered, body = send_chunk(failing)
    assert answered == status
    assert set(body) == {"error"}


def send_chunk(store: Store) -> tuple[int, dict[str, Any]]:
    token = store.tokens.issue(TokenKind.UPLOAD, owner="ada", lifetime=0)
    bundle = store.create_bundle(owner="ada", size=3)
    terms = Configuration(store=store.path, username="ada", password="x")
    statuses: list[str] = []
    body = Receiver(store=store, terms=terms, caretaker=Caretaker(store), watch=SilenceWatch())(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/feeds/api/upload_raw_chunk/",
            "QUERY_STRING": f"id={bundle.id}&offset=0",
            "HTTP_AUTHORIZATION": f"BT {token}",
            "CONTENT_LENGTH": "3",
            "wsgi.input": io.BytesIO(b"abc"),
        },
        lambda status, headers: statuses.append(status),
    )
    return int(statuses[0].split()[0]), json.loads(b"".join(body))
