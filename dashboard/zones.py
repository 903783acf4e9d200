"""In which zone is a moment on this page said? In that of the reader; without a choice of theirs, in the server's.

Whole days are another thing: a day of a server begins at its own midnight, whoever reads.
"""

from datetime import UTC, tzinfo
from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.time_zones import zone_of
from servers.models import LicenseServer


def zone_on_page(reader: User | AnonymousUser, server: LicenseServer | None) -> tzinfo:
    """The zone of every moment on a page."""
    chosen = zone_of(reader) if isinstance(reader, User) else None
    return chosen or (server.zone if server else UTC)


def zones(reader: User | AnonymousUser, server: LicenseServer | None) -> dict[str, Any]:
    """For the templates: the zone of moments, its name, and the name of the zone that days are counted in."""
    zone = zone_on_page(reader, server)
    return {"zone": zone, "zone_name": str(zone), "zone_of_days": server.time_zone if server else "UTC"}
