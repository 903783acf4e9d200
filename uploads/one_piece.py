"""How does a small request leave in one piece, and how is an answer taken that came in one?

Everything is urllib3's: addresses, time limits, TLS, proxies, tunnels, the pool, the parser, the errors. Two things are
shorter here, because for small uploads they were half of the time (`benchmarks/upload.py`):

- head and body go to the line together, so that the receiver wakes up once;
- an answer that is whole in the buffer with its head is handed over as it is. Any other takes urllib3's long way.
"""

import http.client
from collections.abc import Mapping
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPHeaderDict, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

JOINED_BYTES = 64 * 1024  # copying more than this takes longer than a second packet


class WholeAnswer(HTTPResponse):
    """An answer of known length in no coding, all of it read. Nothing more is asked of the line."""


class _ItIsWhole(Exception):
    """No error: it carries the answer past the long way of urllib3."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.answer = answer


class _Behind(http.client.HTTPConnection):
    """Stands behind urllib3's connection, where the head of an answer is read."""

    def getresponse(self) -> http.client.HTTPResponse:
        answer = super().getresponse()
        if _is_whole(answer):
            raise _ItIsWhole(answer)
        return answer


class _OnePiece(HTTPConnection):
    """Stands in front of it. The signatures are urllib3's, which are not those of http.client below."""

    _waits = False
    _head: Any = b""

    def request(  # type: ignore[override]
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, **options: bool
    ) -> None:
        self._waits, self._head = isinstance(body, bytes) and 0 < len(body) <= JOINED_BYTES, b""
        super().request(method, url, body, headers, **options)

    def send(self, data: Any) -> None:
        if self._waits:
            self._waits, self._head = False, data  # the body follows at once
            return
        head, self._head = self._head, b""
        super().send(head + data if head else data)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        try:
            return super().getresponse()
        except _ItIsWhole as whole:
            answer = whole.answer
        return WholeAnswer(
            answer.read(),
            headers=HTTPHeaderDict(answer.headers.items()),
            status=answer.status,
            version=answer.version,
            reason=answer.reason,
            preload_content=False,
        )


def _is_whole(answer: http.client.HTTPResponse) -> bool:
    """Is the body of a length that was told, as it was written, and in the buffer? At most one more packet is read."""
    length = answer.length
    if length is None or answer.chunked or answer.headers.get("Content-Encoding") is not None:
        return False
    return length == 0 or len(answer.peek()) >= length


class _Line(_OnePiece, _Behind):  # type: ignore[misc]
    pass


class _TLSLine(_OnePiece, HTTPSConnection, _Behind):  # type: ignore[misc]
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Line


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSLine


def in_one_piece(manager: PoolManager) -> PoolManager:
    """Let the connections of this manager do so; it has none yet."""
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}
    return manager
