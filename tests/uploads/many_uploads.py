"""What does a history of some size look like? Rows of every state and origin, as a fleet would have them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any

from servers.models import LicenseServer
from uploads.causes import PREFIX, Cause
from uploads.fence import CANCELED
from uploads.models import Trigger, Upload
from uploads.result_file import SUCCESS
from uploads.states import State

KINDS = (("telemetry", "compliance"), ("telemetry", "usage"), ("call_home", "diagnostic"), ("ceip", "anonymous"))
CODES = tuple(PREFIX + name for name in ("NETWORK_OPEN", "TIMEOUT", "SERVER", "AUTH"))
CAUSES = (Cause.CONNECT_TIMEOUT, Cause.READ_TIMEOUT, Cause.SERVER_ERROR, Cause.NOT_ACCEPTED)


def many_uploads(servers: list[LicenseServer], number: int, *, newest: datetime) -> None:
    """So many rows, an hour apart on each server, the newest at `newest`."""
    Upload.objects.bulk_create(islice(_rows(servers, newest), number), batch_size=500)


def _rows(servers: list[LicenseServer], newest: datetime) -> Iterator[Upload]:
    for number in count():
        program, kind = KINDS[number % len(KINDS)]
        at = newest - timedelta(hours=number // len(servers), seconds=number % 7)
        facts: dict[str, Any] = {
            "server": servers[number % len(servers)],
            "program": program,
            "kind": kind,
            "period": at - timedelta(seconds=number),
            "created_at": at,
            "bundle_sha256": "ab" * 32,
            "bundle_name": f"upload_{number}.zip",
            "size": 760 + number % 900,
            "attempt_count": 1,
            "destination": "cis.example:443",
        }
        yield Upload(**facts | _end(number, at, size=facts["size"]))


def _end(number: int, at: datetime, *, size: int) -> dict[str, Any]:
    """Of a hundred, two failed and one was refused; the rest was delivered, observed, carried or canceled."""
    later = at + timedelta(days=1)
    failed = {"state": State.FAILED, **_cause(number // 100 % 3), "next_attempt_at": later}
    seen = {"trigger": Trigger.OBSERVED, "state": State.OBSERVED, "result_code": SUCCESS, "finished_at": at}
    delivered = {"state": State.DELIVERED, "result_code": SUCCESS, "finished_at": at, "acknowledged_bytes": size}
    every: dict[int, dict[str, Any]] = {
        3: failed,
        53: failed,
        7: {"state": State.REFUSED, **_cause(3), "next_attempt_at": later},
        11: {"state": State.CANCELED, "result_code": CANCELED, "cause": Cause.STOPPED, "finished_at": at},
        21: {"trigger": Trigger.CARRIED, "state": State.CARRIED},
        22: {"trigger": Trigger.CARRIED, "state": State.READY},
        41: {"trigger": Trigger.CARRIED, **delivered},
        **dict.fromkeys(range(13, 17), seen),
    }
    if number < 100:
        every[31] = {"state": State.SENDING, "lease_until": later, "attempt_count": 2}
        every[32] = {"state": State.QUEUED, "attempt_count": 0}
    return every.get(number % 100, delivered)


def _cause(number: int) -> dict[str, str]:
    return {"result_code": CODES[number], "cause": CAUSES[number]}
