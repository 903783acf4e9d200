"""What do we say of the license server itself?"""

from collections.abc import Iterator

from payloads.facts import Facts
from payloads.values import Record


def server(facts: Facts) -> Iterator[Record]:
    """One record; what nobody told us stays out."""
    one = facts.server
    yield Record(
        "license_server",
        {
            "GUID": one.guid,
            "HardwareId": one.hardware_id or None,
            "FQDN": one.name,
            "InstallUTC": one.installed_at,
            "ProductVersion": one.product_version or None,
        },
    )
