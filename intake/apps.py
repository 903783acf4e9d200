"""What does Django have to know of this floor?"""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Every file ever received."""

    name = "intake"
