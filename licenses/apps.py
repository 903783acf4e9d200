"""What does Django have to know of this floor?"""

from django.apps import AppConfig


class LicensesConfig(AppConfig):
    """License files and what they grant."""

    name = "licenses"
