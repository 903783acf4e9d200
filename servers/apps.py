"""What does Django have to know of the servers?"""

from django.apps import AppConfig


class ServersConfig(AppConfig):
    """License servers and their groups."""

    name = "servers"
