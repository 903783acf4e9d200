"""What does telemetry say of the license server itself?"""

from collections.abc import Iterator
from datetime import timedelta

from payloads.facts import Facts
from payloads.values import Record


def server(facts: Facts) -> Iterator[Record]:
    """One record; what nobody told us stays out. Of license burst mode a report of the server has to tell."""
    one, burst = facts.server, facts.grace
    yield Record(
        "license_server",
        {
            "GUID": one.guid,
            "HardwareId": one.hardware_id or None,
            "FQDN": one.name,
            "InstallUTC": one.installed_at,
            "ProductVersion": one.product_version or None,
            "SGPClockErrorCode": int(burst.code) if burst and _is_number(burst.code) else None,
            "SGPMaxDays": (burst.ends_at - facts.at) // timedelta(days=1) if burst else None,
        },
    )


def _is_number(code: str) -> bool:
    return code.isascii() and code.isdigit()
