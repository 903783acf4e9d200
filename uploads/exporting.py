"""How does the history leave as a file? Newest first, read in pieces by the key of a row, however long it is.

No cursor stays open and no transaction: each piece is one short question, and a row that comes meanwhile is newer than
all that is still to be read.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from licenses.spreadsheets import BLOCK, blocks
from uploads.history import HistoryQuery
from uploads.keyset import beyond
from uploads.models import outcome_of

CHUNK = 1000  # rows that are held at once
# Name in the file, as in the API → what is read for it.
FIELDS = {
    "id": "id",
    "server": "server__guid",
    "server_name": "server__name",
    "program": "program",
    "kind": "kind",
    "period": "period",
    "trigger": "trigger",
    "origin": "origin",
    "requested_by": "requested_by__username",
    "state": "state",
    "created_at": "created_at",
    "finished_at": "finished_at",
    "next_attempt_at": "next_attempt_at",
    "bundle_sha256": "bundle_sha256",
    "bundle_name": "bundle_name",
    "bytes": "size",
    "acknowledged_bytes": "acknowledged_bytes",
    "destination": "destination",
    "attempt_count": "attempt_count",
    "result_code": "result_code",
}
HEADING = (*FIELDS, "outcome")
NAMES = tuple(FIELDS)


def as_csv(asked: HistoryQuery) -> Iterator[bytes]:
    """The uploads as CSV, with a heading; an empty cell is not known."""
    return blocks([HEADING], (_plain(row) for row in export_rows(asked)))


def as_json_lines(asked: HistoryQuery) -> Iterator[bytes]:
    """The uploads as JSON, one a line; null is not known."""
    text, size = [], 0
    for row in export_rows(asked):
        line = json.dumps(dict(zip(HEADING, _plain(row), strict=True)), ensure_ascii=False)
        text.append(line)
        size += len(line)
        if size >= BLOCK:
            yield ("\n".join(text) + "\n").encode()
            text, size = [], 0
    yield "".join(f"{line}\n" for line in text).encode()


def export_rows(asked: HistoryQuery) -> Iterator[tuple[Any, ...]]:
    """The values of HEADING for each upload, newest first."""
    position: tuple[Any, ...] = ()
    state, code = NAMES.index("state"), NAMES.index("result_code")
    while True:
        piece = list(beyond(asked.rows(), position).values_list(*FIELDS.values())[:CHUNK])
        yield from ((*row, outcome_of(row[state], row[code])) for row in piece)
        if len(piece) < CHUNK:
            return
        position = (piece[-1][NAMES.index("created_at")], piece[-1][0])


def _plain(row: tuple[Any, ...]) -> list[Any]:
    """Moments in UTC as ISO 8601, GUIDs as text; numbers and None as they are."""
    return [
        f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if isinstance(value, datetime)
        else value if value is None or isinstance(value, int | str)
        else str(value)
        for value in row
    ]  # fmt: skip
