"""Whose are the examples of the style guide? A server and keys that no row of the database ever has."""

from uuid import UUID

from servers.models import LicenseServer

NOBODY = UUID(int=0)
FIRST_KEY = 2**62  # no table counts that far, so a button of the guide finds no row


def a_server() -> LicenseServer:
    """lic-ams-01, never saved."""
    return LicenseServer(guid=NOBODY, name="lic-ams-01.corp.example", time_zone="UTC")
