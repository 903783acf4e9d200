"""What does Django have to know of this floor?"""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The pages."""

    name = "dashboard"
