"""How does the fleet leave as a file? The servers that a question finds, soonest trouble first, read in pieces."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from alerts.fleet import NO, YES, FleetQuery
from alerts.standing_models import NEVER, NOT_YET
from licenses.spreadsheets import blocks
from uploads.keyset import beyond

CHUNK = 1000  # rows that are held at once
# Name in the file → what is read for it.
FIELDS = {
    "name": "server__name",
    "guid": "server__guid",
    "group": "group__name",
    "state": "pressure",
    "next_trouble": "kind",
    "subject": "subject",
    "due": "due",
    "report_age": "age_verdict",
    "reporting_mode_verdict": "mode_verdict",
    "version_age": "version_verdict",
    "last_report": "reported_at",
    "reporting_mode": "mode",
    "shared": "share",
    "event_data": "sends_events",
    "build": "build",
    "registered": "is_registered",
    "service_provider": "is_provider",
    "archived": "is_archived",
    "alerts_to_act": "alerts_to_act",
    "alerts_to_plan": "alerts_to_plan",
    "alerts_to_watch": "alerts_to_watch",
    "looked_at": "looked_at",
}


def as_csv(asked: FleetQuery, *, stale: bool = False) -> Iterator[bytes]:
    """The servers as CSV, with a heading; an empty cell is not known. Codes are those of the REST API."""
    return blocks([tuple(FIELDS)], _rows(asked, stale=stale))


def _rows(asked: FleetQuery, *, stale: bool) -> Iterator[list[object]]:
    position: tuple[Any, ...] = ()
    place = [*FIELDS].index("state")
    while True:
        rows = beyond(asked.rows(stale=stale), position, columns=("due", "id"), newer=True)
        piece = list(rows.values_list("due", "id", *FIELDS.values())[:CHUNK])
        for row in piece:
            found = [_plain(value) for value in row[2:]]
            if stale:
                found[place] = "unknown"
            yield found
        if len(piece) < CHUNK:
            return
        position = piece[-1][:2]


def _plain(value: object) -> object:
    if value in (NEVER, NOT_YET):
        return None
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat() if isinstance(value, date) else value if value is None else str(value)
