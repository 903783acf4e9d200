"""What does Django have to know of this floor?"""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST door."""

    name = "api"
