"""What may CEIP say? Nothing that tells which server, user, device or organization it comes from.

Ours: the id is random to everybody without this installation's secret, stays the same for one server, and is none of
the ids that other programs send; the day of installation stands for its moment, as in the documented example.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC
from uuid import UUID

from django.conf import settings

from payloads.collectors.envelope import PLACE, classic_values
from payloads.facts import Facts
from payloads.values import Record


def anonymous_envelope(facts: Facts) -> Iterator[Record]:
    """The classic fields; the moment of installation, which hardly two servers share, is reduced to its day."""
    installed = facts.server.installed_at
    day = installed.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) if installed else None
    yield Record(PLACE, {**classic_values(facts), "ProductDeployUTCDate": day})


def anonymous_server(facts: Facts) -> Iterator[Record]:
    """The anonymous id and the time of the sample, in UTC and on the server's clock."""
    yield Record(
        "license_server",
        {
            "GUID": anonymous_id(facts.server.guid),
            "DateSampleStopUTC": facts.at,
            "DateSampleStop": facts.at.astimezone(facts.server.zone),
        },
    )


def anonymous_id(guid: UUID) -> UUID:
    """The id that CEIP shows for this server: an HMAC-SHA-256 with the installation's secret, shaped as a GUID."""
    key = f"anonymous id of CEIP {settings.SECRET_KEY}".encode()
    return UUID(bytes=hmac.digest(key, guid.bytes, hashlib.sha256)[:16], version=4)
